import { closeSync, openSync } from 'node:fs';

/**
 * The file in whose place another one is put. A file goes with its last name or its last handle, and giving a few hundred
 * megabytes back to the disk takes tens of milliseconds, for which look-ups would wait: the handle is kept past the exchange.
 */
export class FormerFile {
  private handle: number | undefined;

  /** Before the exchange, once SQLite has closed it. Windows moves nothing over a file that somebody has open. */
  hold(path: string): void {
    this.letGo();
    if (process.platform !== 'win32') this.handle = openSync(path, 'r');
  }

  /** After it, when nobody waits; or before the file is used again: closing a handle later would take SQLite's locks away. */
  letGo(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }
}
