import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';

/** Paths that pages know by a handle only, for the length of a session. */
export class FileHandles {
  private readonly paths = new Map<string, string>();

  /** The handle of a file; null when the file is gone. */
  of(path: string | null): string | null {
    if (path === null || !existsSync(path)) return null;
    for (const [handle, known] of this.paths) if (known === path) return handle;
    const handle = randomUUID();
    this.paths.set(handle, path);
    return handle;
  }

  /** The file of a handle. Throws FILE_UNREADABLE. */
  demand(handle: string): string {
    const path = this.paths.get(handle);
    if (path !== undefined && existsSync(path)) return path;
    throw new AppError('FILE_UNREADABLE', { name: path === undefined ? '' : basename(path) });
  }

  clear(): void {
    this.paths.clear();
  }
}
