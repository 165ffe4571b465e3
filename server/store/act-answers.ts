import type { SealedTold } from './admins';
import type { SqlRow, SqlRunner } from './sql-client';

/** The second signature of an act as it was taken, and what the act told, while that is kept. */
export interface TakenSecond {
  readonly person: string;
  readonly signature: Uint8Array;
  readonly intent: string | null;
  readonly told: SealedTold | null;
}

/** Undefined for an act that has no second signature. */
export async function takenSecond(runner: SqlRunner, id: string): Promise<TakenSecond | undefined> {
  const [row] = await runner.query<
    {
      countersigned_by: string;
      countersign: Uint8Array;
      countersign_intent: string | null;
      told: Uint8Array | null;
      until: number | null;
    } & SqlRow
  >(
    `select countersigned_by, countersign, countersign_intent, told, told_until_ms::double precision as until
     from admin_act where id = $1 and countersign is not null`,
    [id],
  );
  if (row === undefined) return undefined;
  const { told, until } = row;
  return {
    person: row.countersigned_by,
    signature: new Uint8Array(row.countersign),
    intent: row.countersign_intent,
    told: told === null || until === null ? null : { sealed: new Uint8Array(told), untilMs: until },
  };
}

/** What was told is kept no longer than it may be asked for again. */
export async function forgetTold(runner: SqlRunner, nowMs: number): Promise<void> {
  await runner.query(
    'update admin_act set told = null, told_until_ms = null where told_until_ms <= $1',
    [nowMs],
  );
}
