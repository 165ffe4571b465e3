import { AppError } from '../../../../shared/errors/app-error';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import type { Line } from '../sync/line';
import { isOfLine, lineError } from '../sync/line-errors';
import { unfit } from './attachment-words';
import type { Shelf } from './shelf';

/** Certificates that end within so many days are looked at first on site. */
export const SOON_DAYS = 90;
export const MOST_BEFOREHAND = 2_000;
/** The rest of the budget is left to what people open. */
export const SHARE_BEFOREHAND = 0.9;

export interface PrefetchParts {
  readonly store: StoreCaller;
  readonly shelf: Shelf;
  readonly log: ServiceLog;
  /** The line while it may be used for this. */
  line(): Line | null;
}

/** Fetches beforehand, one after the other and behind everything else; nothing that is held gives way to it. */
export class Prefetch {
  isRunning = false;

  constructor(private readonly parts: PrefetchParts) {}

  /** Until all is here, the budget is used, or the line may not be used any more. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.parts.line() === null) return;
    this.isRunning = true;
    try {
      await this.fetchAll(signal);
    } catch (error) {
      if (!signal.aborted)
        this.parts.log.warn('attachments not fetched beforehand', { detail: String(error) });
    } finally {
      this.isRunning = false;
    }
  }

  private async fetchAll(signal: AbortSignal): Promise<void> {
    const { store, shelf, log } = this.parts;
    if (!(await store.call('state', {})).hasSlice) return;
    const limit = MOST_BEFOREHAND;
    const wanted = await store.call('attachmentsWanted', { days: SOON_DAYS, limit });
    for (const ref of wanted) {
      const line = this.parts.line();
      if (line === null || signal.aborted) return;
      if (unfit(ref) !== null || (await shelf.hasInForce(ref))) continue;
      if (shelf.cache.bytes + shelf.lengthOf(ref) > shelf.budgetBytes * SHARE_BEFOREHAND) return;
      try {
        await shelf.bring(ref, line, 'scan', signal);
      } catch (cause) {
        const error = lineError(cause);
        const code = error instanceof AppError ? error.code : 'INTERNAL';
        if (isOfLine(code) || code === 'DISK_FULL' || signal.aborted) throw error;
        log.warn('attachment not fetched beforehand', { code });
      }
    }
  }
}
