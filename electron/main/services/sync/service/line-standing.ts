import { type AppError, ERRORS, type ErrorCode } from '../../../../../shared/errors/app-error';
import type { Connection, ConnectionWatch } from '../connection-watch';
import { isOfLine } from '../line-errors';
import { backoffMs } from '../retries';
import type { Timing } from '../timing';

const EVERY_MS = 3 * 60_000;
/** After a failed run: at least so long, and up to twice as much more each time. */
const LEAST_AGAIN_MS = 5_000;
const FIRST_AGAIN_MS = 10_000;

/** How runs over the line ended lately, and when the next one is due. */
export class LineStanding {
  /** Why the server cannot be reached, as far as a run found out. */
  obstacle: ErrorCode | null = null;
  /** Runs in a row that failed by what may pass. */
  private failures = 0;

  constructor(private readonly watch: ConnectionWatch) {}

  /** A run over the line ended. */
  ended(failure: AppError | null): void {
    this.failures = failure !== null && ERRORS[failure.code].isRetryable ? this.failures + 1 : 0;
    if (failure !== null && isOfLine(failure.code)) this.obstacle = failure.code;
    this.watch.learn(connectionAfter(failure, this.watch.current));
    if (failure !== null) void this.watch.check();
  }

  /**
   * A run every few minutes; sooner, at growing and uneven intervals, while the line or the server fails. `act` resolves
   * when the next interval begins. Ends with the signal.
   */
  async repeat(timing: Timing, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    try {
      for (;;) {
        const wait = backoffMs(this.failures, () => timing.random(), FIRST_AGAIN_MS, EVERY_MS);
        await timing.sleep(this.failures === 0 ? EVERY_MS : LEAST_AGAIN_MS + wait, signal);
        await act();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function connectionAfter(failure: AppError | null, before: Connection): Connection {
  if (failure === null) return 'online';
  return isOfLine(failure.code) ? 'offline' : before;
}
