import { failed, type Outcome } from './driver';

/** One line of work per token: vendor libraries break when two calls touch one token at a time. */
export interface TokenQueue {
  /**
   * Runs `work` after everything queued before it for the token. Answers `timeout` after `limitMs` and
   * `cancelled` on abort at once; the native call cannot be interrupted, so the token's line stays
   * occupied until it returns. `late` receives a value that arrives after the answer was given.
   */
  run<T>(tokenId: string, task: QueueTask<T>): Promise<Outcome<T>>;
}

export interface QueueTask<T> {
  readonly work: (signal: AbortSignal) => Promise<Outcome<T>>;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly late?: (value: T) => void;
}

/** Makes an empty queue. */
export function createTokenQueue(): TokenQueue {
  const lines = new Map<string, Promise<unknown>>();
  return {
    run: (tokenId, task) => {
      const before = lines.get(tokenId) ?? Promise.resolve();
      const { answer, settled } = limited(before, task);
      lines.set(tokenId, settled);
      void settled.then(() => {
        if (lines.get(tokenId) === settled) lines.delete(tokenId);
      });
      return answer;
    },
  };
}

function limited<T>(
  before: Promise<unknown>,
  task: QueueTask<T>,
): { answer: Promise<Outcome<T>>; settled: Promise<void> } {
  const inner = new AbortController();
  let isAnswered = false;
  let give: (outcome: Outcome<T>) => void = () => undefined;
  const answer = new Promise<Outcome<T>>((resolve) => {
    give = (outcome) => {
      if (isAnswered) return;
      isAnswered = true;
      clearTimeout(timer);
      task.signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
  });
  const stop = (kind: 'timeout' | 'cancelled') => {
    inner.abort();
    give(failed({ kind }));
  };
  const onAbort = () => stop('cancelled');
  const timer = setTimeout(() => stop('timeout'), task.limitMs);
  task.signal.addEventListener('abort', onAbort);
  if (task.signal.aborted) onAbort();

  const settled = before
    .then(() => (isAnswered ? undefined : task.work(inner.signal)))
    .then(
      (outcome) => {
        if (outcome === undefined) return;
        if (isAnswered && outcome.ok) task.late?.(outcome.value);
        give(outcome);
      },
      (error: unknown) => {
        const detail = error instanceof Error ? error.message : 'unknown';
        give(failed({ kind: 'failed', layer: 'driver', detail }));
      },
    );
  return { answer, settled };
}
