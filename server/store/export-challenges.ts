import type { SqlRunner } from './sql-client';

/** How often at least an answer that was lost can be asked for again. */
const AGAIN_TRIES = 3;

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
  /** The ticket, signed, with which a right code was answered; null before. */
  readonly answer: string | null;
}

export async function addChallenge(
  runner: SqlRunner,
  one: Omit<Challenge, 'answer'>,
): Promise<void> {
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
    answer: string | null;
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
        answer: row.answer,
      };
}

/**
 * The code was right. The device that gave it may lose the answer on the way, and gives it again: some tries are left for that,
 * also where the last one was right.
 */
export async function answerChallenge(
  runner: SqlRunner,
  id: string,
  answer: string,
): Promise<void> {
  await runner.query(
    'update export_challenge set answer = $2, tries_left = greatest(tries_left, $3) where id = $1',
    [id, answer, AGAIN_TRIES],
  );
}

/** A code that was never sent is none. */
export async function endChallenge(runner: SqlRunner, id: string): Promise<void> {
  await runner.query('update export_challenge set tries_left = 0 where id = $1', [id]);
}
