import type { SqlRunner } from './sql-client';

/**
 * Classes of SQLSTATE (PostgreSQL, appendix A) that tell of the database's condition and not of what was asked of it:
 * connection, resources, serialization and deadlock, operator, system, internal. The same work may succeed later.
 */
const PASSING = new Set(['08', '25', '40', '53', '55', '57', '58', 'XX']);

function isPassing(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string') return false;
  // What is no SQLSTATE is of the connection or the machine.
  return !/^[0-9A-Z]{5}$/.test(code) || PASSING.has(code.slice(0, 2));
}

/**
 * Work within the caller's transaction that is undone alone when it throws: `failed` says what is instead. A failure of
 * the database itself is thrown on.
 */
export async function withSavepoint<T>(
  runner: SqlRunner,
  work: () => Promise<T>,
  failed: (error: unknown) => T,
): Promise<T> {
  await runner.exec('savepoint part');
  try {
    const value = await work();
    await runner.exec('release savepoint part');
    return value;
  } catch (error) {
    if (isPassing(error)) throw error;
    await runner.exec('rollback to savepoint part');
    await runner.exec('release savepoint part');
    return failed(error);
  }
}
