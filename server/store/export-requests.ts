import type { SqlRunner } from './sql-client';

/** An export that waits for consent, or was decided. */
export interface KeptRequest {
  readonly request: string;
  readonly office: string;
  readonly device: string;
  readonly userId: string;
  /** Canonical JSON of the intent. */
  readonly intent: string;
  readonly askedMs: number;
  readonly state: 'waiting' | 'approved' | 'refused';
  readonly decidedMs: number | null;
  /** JSON of the signed decision. */
  readonly decision: string | null;
}

type Row = {
  request: string;
  office: string;
  device: string;
  user_id: string;
  intent: string;
  asked_ms: number;
  state: KeptRequest['state'];
  decided_ms: number | null;
  decision: string | null;
};

const kept = (row: Row): KeptRequest => ({
  request: row.request,
  office: row.office,
  device: row.device,
  userId: row.user_id,
  intent: row.intent,
  askedMs: row.asked_ms,
  state: row.state,
  decidedMs: row.decided_ms,
  decision: row.decision,
});

export async function addRequest(
  runner: SqlRunner,
  one: Omit<KeptRequest, 'state' | 'decidedMs' | 'decision'>,
): Promise<void> {
  await runner.query(
    `insert into export_request (request, office, device, user_id, intent, asked_ms, state)
     values ($1, $2, $3, $4, $5, $6, 'waiting')`,
    [one.request, one.office, one.device, one.userId, one.intent, one.askedMs],
  );
}

/** Holds the row, so that two who decide at once do not both. */
export async function findRequest(
  runner: SqlRunner,
  request: string,
): Promise<KeptRequest | undefined> {
  const [row] = await runner.query<Row>(
    'select * from export_request where request = $1 for update',
    [request],
  );
  return row === undefined ? undefined : kept(row);
}

export async function keepDecision(
  runner: SqlRunner,
  request: string,
  state: 'approved' | 'refused',
  decision: string,
  nowMs: number,
): Promise<void> {
  await runner.query(
    'update export_request set state = $2, decision = $3, decided_ms = $4 where request = $1',
    [request, state, decision, nowMs],
  );
}

/** Decisions for a device since a moment, the newest first. */
export async function decisionsFor(
  runner: SqlRunner,
  device: string,
  sinceMs: number,
  limit: number,
): Promise<readonly KeptRequest[]> {
  const rows = await runner.query<Row>(
    `select * from export_request where device = $1 and decided_ms > $2 order by decided_ms desc, request limit $3`,
    [device, sinceMs, limit],
  );
  return rows.map(kept);
}

/** Requests of an office (or of all) that nobody has decided, the oldest first. */
export async function waitingRequests(
  runner: SqlRunner,
  office: string | null,
  limit: number,
): Promise<readonly KeptRequest[]> {
  const rows = await runner.query<Row>(
    `select * from export_request where state = 'waiting' and ($1::text is null or office = $1)
     order by asked_ms, request limit $2`,
    [office, limit],
  );
  return rows.map(kept);
}
