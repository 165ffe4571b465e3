import type { SqlRunner } from './sql-client';

/** A one-time code that was sent: its keyed hash, never the code. */
export interface Challenge {
  readonly id: string;
  readonly office: string;
  readonly device: string;
  readonly userId: string;
  /** Canonical JSON of the intent that it was asked for. */
  readonly intent: string;
  readonly mac: string;
  readonly triesLeft: number;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

export async function addChallenge(runner: SqlRunner, one: Challenge): Promise<void> {
  await runner.query(
    `insert into export_challenge (id, office, device, user_id, intent, mac, tries_left, issued_ms, expires_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      one.id,
      one.office,
      one.device,
      one.userId,
      one.intent,
      one.mac,
      one.triesLeft,
      one.issuedMs,
      one.expiresMs,
    ],
  );
}

/** When codes were sent to a person since a moment, the oldest first. */
export async function challengesSince(
  runner: SqlRunner,
  office: string,
  userId: string,
  sinceMs: number,
): Promise<readonly number[]> {
  // Held until commit: two requests at once count each other.
  await runner.query('select 1 from office_user where office = $1 and user_id = $2 for update', [
    office,
    userId,
  ]);
  const rows = await runner.query<{ issued_ms: number }>(
    'select issued_ms from export_challenge where office = $1 and user_id = $2 and issued_ms > $3 order by issued_ms',
    [office, userId, sinceMs],
  );
  return rows.map(({ issued_ms: issuedMs }) => issuedMs);
}

/** Takes one try off, before the code is looked at; undefined where none is left or nothing is there. */
export async function takeTry(runner: SqlRunner, id: string): Promise<Challenge | undefined> {
  const [row] = await runner.query<{
    id: string;
    office: string;
    device: string;
    user_id: string;
    intent: string;
    mac: string;
    tries_left: number;
    issued_ms: number;
    expires_ms: number;
  }>(
    'update export_challenge set tries_left = tries_left - 1 where id = $1 and tries_left > 0 returning *',
    [id],
  );
  return row === undefined
    ? undefined
    : {
        id: row.id,
        office: row.office,
        device: row.device,
        userId: row.user_id,
        intent: row.intent,
        mac: row.mac,
        triesLeft: row.tries_left,
        issuedMs: row.issued_ms,
        expiresMs: row.expires_ms,
      };
}

/** A code that was right is no code any more. */
export async function endChallenge(runner: SqlRunner, id: string): Promise<void> {
  await runner.query('update export_challenge set tries_left = 0 where id = $1', [id]);
}
