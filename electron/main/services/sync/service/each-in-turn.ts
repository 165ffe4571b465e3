import { AppError } from '../../../../../shared/errors/app-error';

/**
 * Acts over the line one after the other, each whatever became of those before, unless nobody can be reached or time is
 * up. The first failure is thrown at the end.
 */
export async function eachInTurn(
  signal: AbortSignal,
  acts: readonly (() => Promise<unknown>)[],
): Promise<void> {
  let first: { readonly error: unknown } | null = null;
  for (const act of acts) {
    try {
      await act();
    } catch (error) {
      first ??= { error };
      const isGone = error instanceof AppError && error.code === 'SYNC_UNREACHABLE';
      if (isGone || signal.aborted) break;
    }
  }
  if (first !== null) throw first.error;
}
