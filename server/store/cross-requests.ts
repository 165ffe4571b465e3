import type { RequestState } from '../../shared/protocol/cross-region';
import type { SqlRunner } from './sql-client';

/** A request as it is kept. */
export type KeptCrossRequest = {
  readonly request: string;
  readonly office: string;
  readonly device: string;
  readonly userId: string;
  /** Canonical JSON of `Asked`, and its SHA-256 in hex. */
  readonly asked: string;
  readonly sha256: string;
  readonly askedMs: number;
  readonly state: RequestState;
  readonly movedMs: number;
};

/** A step that somebody signed. */
export type CrossStep = {
  readonly kind: 'endorse' | 'approve' | 'revoke';
  readonly decision: 'approved' | 'refused';
  readonly office: string;
  readonly officeName: string;
  readonly userId: string;
  readonly name: string;
  /** SHA-256 of the signer's certificate, hex. */
  readonly certificate: string;
  readonly note: string;
  readonly signed: string;
  readonly atMs: number;
};

const COLUMNS = `request, office, device, user_id as "userId", asked, sha256, asked_ms as "askedMs", state,
  moved_ms as "movedMs"`;

export async function addCrossRequest(
  runner: SqlRunner,
  one: Omit<KeptCrossRequest, 'state' | 'movedMs'>,
): Promise<void> {
  await runner.query(
    `insert into cross_request (request, office, device, user_id, asked, sha256, asked_ms, state, moved_ms)
     values ($1, $2, $3, $4, $5, $6, $7, 'asked', $7)`,
    [one.request, one.office, one.device, one.userId, one.asked, one.sha256, one.askedMs],
  );
}

/** Holds the row, so that two who decide at once do not both. */
export async function holdCrossRequest(
  runner: SqlRunner,
  request: string,
): Promise<KeptCrossRequest | undefined> {
  const [row] = await runner.query<KeptCrossRequest>(
    `select ${COLUMNS} from cross_request where request = $1 for update`,
    [request],
  );
  return row;
}

export async function moveCrossRequest(
  runner: SqlRunner,
  request: string,
  state: RequestState,
  nowMs: number,
): Promise<void> {
  await runner.query('update cross_request set state = $2, moved_ms = $3 where request = $1', [
    request,
    state,
    nowMs,
  ]);
}

/** Requests of an office, newest first. */
export function crossRequestsOf(
  runner: SqlRunner,
  office: string,
  limit: number,
): Promise<readonly KeptCrossRequest[]> {
  return runner.query<KeptCrossRequest>(
    `select ${COLUMNS} from cross_request where office = $1 order by asked_ms desc, request limit $2`,
    [office, limit],
  );
}

/** Requests of other offices that wait for a superior or were decided, newest first. */
export function endorsedCrossRequests(
  runner: SqlRunner,
  limit: number,
): Promise<readonly KeptCrossRequest[]> {
  return runner.query<KeptCrossRequest>(
    `select ${COLUMNS} from cross_request where state <> 'asked' and exists
       (select 1 from cross_step s where s.request = cross_request.request and s.kind = 'endorse' and s.decision = 'approved')
     order by state = 'endorsed' desc, asked_ms desc, request limit $1`,
    [limit],
  );
}

/** How many requests of a person ended how, other than one. */
export async function crossHistory(
  runner: SqlRunner,
  userId: string,
  but: string,
): Promise<{ readonly asked: number; readonly granted: number; readonly refused: number }> {
  const rows = await runner.query<{ state: RequestState; count: number }>(
    'select state, count(*)::int as count from cross_request where user_id = $1 and request <> $2 group by state',
    [userId, but],
  );
  const of = (...states: readonly RequestState[]) =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
  return {
    asked: rows.reduce((sum, { count }) => sum + count, 0),
    granted: of('granted', 'ended'),
    refused: of('refused'),
  };
}

export async function addCrossStep(
  runner: SqlRunner,
  request: string,
  step: CrossStep,
): Promise<void> {
  await runner.query(
    `insert into cross_step (request, n, kind, decision, office, office_name, user_id, name, certificate, note, signed, at_ms)
     select $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from cross_step where request = $1`,
    [
      request,
      step.kind,
      step.decision,
      step.office,
      step.officeName,
      step.userId,
      step.name,
      step.certificate,
      step.note,
      step.signed,
      step.atMs,
    ],
  );
}

export function crossStepsOf(runner: SqlRunner, request: string): Promise<readonly CrossStep[]> {
  return runner.query<CrossStep>(
    `select kind, decision, office, office_name as "officeName", user_id as "userId", name, certificate, note, signed,
       at_ms as "atMs" from cross_step where request = $1 order by n`,
    [request],
  );
}
