import { createHash } from 'node:crypto';
import type { SqlRunner } from './sql-client';

/** An authority whose signing certificates count. */
export interface SignerRoot {
  /** SHA-256 of the DER, hex. */
  readonly sha256: string;
  readonly der: Uint8Array;
  readonly addedMs: number;
}

/** Adds roots; known ones stay as they are. */
export async function addRoots(
  runner: SqlRunner,
  roots: readonly Uint8Array[],
  nowMs: number,
): Promise<void> {
  for (const der of roots) {
    const sha256 = createHash('sha256').update(der).digest('hex');
    await runner.query(
      'insert into signer_root (sha256, der, added_ms) values ($1, $2, $3) on conflict do nothing',
      [sha256, der, nowMs],
    );
  }
}

/** All of them, the oldest first. */
export async function listRoots(runner: SqlRunner): Promise<readonly SignerRoot[]> {
  const rows = await runner.query<{ sha256: string; der: Uint8Array; added_ms: number }>(
    'select sha256, der, added_ms from signer_root order by added_ms, sha256',
  );
  return rows.map(({ sha256, der, added_ms: addedMs }) => ({
    sha256,
    der: Uint8Array.from(der),
    addedMs,
  }));
}

/** False where there is no such root. */
export async function removeRoot(runner: SqlRunner, sha256: string): Promise<boolean> {
  const rows = await runner.query('delete from signer_root where sha256 = $1 returning sha256', [
    sha256,
  ]);
  return rows.length > 0;
}
