import { AppError } from '../../../../../shared/errors/app-error';
import type { ByteBudget } from '../byte-budget';
import { lineError } from '../line-errors';
import type { LinePace } from '../line-pace';
import type { Priority, PriorityGate } from '../priority-gate';
import { type Timing, within } from '../timing';
import type { TransportAnswer } from './transport';

/** A sender that gives less than this in so long a time of waiting for it holds the line, and is let go. */
const SLOWEST = { bytes: 3_000, inMs: 30_000 } as const;

export interface AnswerParts {
  readonly answer: TransportAnswer;
  readonly priority: Priority;
  readonly signal: AbortSignal;
  readonly timing: Timing;
  readonly pace: LinePace;
  readonly budget: ByteBudget;
  readonly gate: PriorityGate;
  /** The exchange is over, one way or the other; called once. */
  onEnd(failure: unknown): void;
}

/**
 * The body of an answer, read piece by piece: within the bandwidth limit, behind what matters more, never
 * longer silent than the line explains, never slower than any line would be. Rejects with documented codes.
 */
export async function* boundedBody(parts: AnswerParts): AsyncGenerator<Buffer, void, undefined> {
  const { answer, timing, pace, budget, gate, priority, signal } = parts;
  const pieces = answer.body[Symbol.asyncIterator]();
  const seen = { bytes: 0, ms: 0, windowBytes: 0, windowMs: 0 };
  let failure: unknown = null;
  try {
    for (;;) {
      await gate.turn(priority, signal);
      const askedMs = timing.nowMs();
      const next = await within(timing, pace.idleMs, pieces.next(), silent);
      if (next.done) {
        pace.carried(seen.bytes, seen.ms);
        return;
      }
      const waitedMs = Math.max(0, timing.nowMs() - askedMs);
      seen.bytes += next.value.length;
      seen.ms += waitedMs;
      seen.windowBytes += next.value.length;
      seen.windowMs += waitedMs;
      if (seen.windowMs >= SLOWEST.inMs) {
        if (seen.windowBytes < SLOWEST.bytes) throw new AppError('SYNC_TOO_SLOW');
        seen.windowBytes = 0;
        seen.windowMs = 0;
      }
      await budget.take(next.value.length, signal);
      yield next.value;
    }
  } catch (cause) {
    failure = lineError(cause);
    pace.broke();
    throw failure;
  } finally {
    answer.destroy();
    parts.onEnd(failure);
  }
}

function silent(): AppError {
  return new AppError('SYNC_INTERRUPTED', {}, 'silence within a body');
}
