import type { ReaderCalls } from './calls';
import type { Thread } from './thread';

/** Nothing changed for so long, ms: pages of one synchronisation follow each other faster. */
const QUIET_MS = 3_000;
/** Certificates from which on saved columns are worth their files: fewer are read in a tenth of a second. */
const LEAST = 20_000;

/** Has the saved columns follow the rows, in the thread that no look-up waits for, once nothing changes any more. */
export class ColumnsSaver {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly checker: Thread<ReaderCalls>) {}

  /** Rows changed, or the files may be of before. */
  later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // A full disk, or a lock meanwhile: what is missing or of before is read from the rows.
      this.checker.call('columnsKeep', { least: LEAST }).catch(() => undefined);
    }, QUIET_MS);
    this.timer.unref();
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
