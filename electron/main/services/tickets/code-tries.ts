import { AppError } from '../../../../shared/errors/app-error';
import type { StoreCaller } from '../../clients/store-client';

const FACT = 'export-code-tries';
const WINDOW_MS = 3_600_000;
const TRIES = 10;

/**
 * Wrong codes of an hour, kept by the journal: a person mistypes, a guesser goes on. What bounds a guesser who has
 * the files is the derivation (server/tickets/FORMAT.md); this bounds one at the desk, and leaves a trace.
 */
export class CodeTries {
  constructor(private readonly store: StoreCaller) {}

  private async recent(nowMs: number): Promise<number[]> {
    const text = await this.store.call('factGet', { name: FACT });
    const times: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(times)
      ? times.filter((ms): ms is number => typeof ms === 'number' && ms > nowMs - WINDOW_MS)
      : [];
  }

  /** Throws EXPORT_CODE_TRIES while there were too many. */
  async demand(nowMs: number): Promise<void> {
    const times = await this.recent(nowMs);
    if (times.length < TRIES) return;
    const minutes = Math.ceil(((times[0] ?? nowMs) + WINDOW_MS - nowMs) / 60_000);
    throw new AppError('EXPORT_CODE_TRIES', { minutes });
  }

  /** Counts one; answers how many are left. */
  async count(nowMs: number): Promise<number> {
    const times = [...(await this.recent(nowMs)), nowMs];
    await this.store.call('factSet', { name: FACT, value: JSON.stringify(times) });
    return Math.max(0, TRIES - times.length);
  }
}
