/**
 * Runs `task` over the items in order, at most `limit` at a time, so that one item downloads while
 * another is sealed and a third applied. The first failure aborts the others (by `signal`) and is
 * thrown after all have ended.
 */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  outer: AbortSignal,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const inner = new AbortController();
  const abort = () => inner.abort();
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  async function lane(): Promise<void> {
    while (!inner.signal.aborted) {
      const item = items[next++];
      if (item === undefined) return;
      try {
        await task(item, inner.signal);
      } catch (error) {
        failure ??= { error };
        inner.abort();
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  } finally {
    outer.removeEventListener('abort', abort);
  }
  const failed = failure as { readonly error: unknown } | null;
  if (failed !== null) throw failed.error;
  outer.throwIfAborted();
}
