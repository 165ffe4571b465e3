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

/** A grant that lasts: its end would be the end of what it brought, so that no list may leave it out. */
const IN_FORCE = `state = 'granted' and exists
  (select 1 from cross_grant g where g.request = cross_request.request and g.ended_ms is null and g.until_ms > $2)`;

/**
 * Requests of an office, newest first: all that wait or whose grant is in force at `nowMs` (`openCrossRequests` bounds
 * them), and of the others the `past` that moved last.
 */
export function crossRequestsOf(
  runner: SqlRunner,
  office: string,
  nowMs: number,
  past: number,
): Promise<readonly KeptCrossRequest[]> {
  return runner.query<KeptCrossRequest>(
    `with own as (select *, (state in ('asked', 'endorsed') or ${IN_FORCE}) as is_live from cross_request where office = $1)
     select ${COLUMNS} from own where is_live or request in
       (select request from own where not is_live order by moved_ms desc, request limit $3)
     order by asked_ms desc, request`,
    [office, nowMs, past],
  );
}

/** How many requests of an office wait or are in force at `nowMs`, and how many of them that wait are a person's. */
export async function openCrossRequests(
  runner: SqlRunner,
  office: string,
  nowMs: number,
  userId: string,
): Promise<{ readonly live: number; readonly waitingOfPerson: number }> {
  const [row] = await runner.query<{ live: number; waitingOfPerson: number }>(
    `select count(*)::int as live,
       count(*) filter (where user_id = $3 and state in ('asked', 'endorsed'))::int as "waitingOfPerson"
     from cross_request where office = $1 and (state in ('asked', 'endorsed') or ${IN_FORCE})`,
    [office, nowMs, userId],
  );
  return row ?? { live: 0, waitingOfPerson: 0 };
}

/** How many a superior is told of at most. */
export interface SuperiorLimits {
  /** The oldest come first: what is decided makes room. */
  readonly waiting: number;
  readonly inForce: number;
  readonly past: number;
}

/**
 * Requests of other offices that an authority's region (a code without trailing zeros) holds, with all that they ask for:
 * what waits for a superior, what is in force, and the last of what is over.
 */
export function crossRequestsBelow(
  runner: SqlRunner,
  { office, region }: { readonly office: string; readonly region: string },
  nowMs: number,
  { waiting, inForce, past }: SuperiorLimits,
): Promise<readonly KeptCrossRequest[]> {
  return runner.query<KeptCrossRequest>(
    `with below as (
       select *, case when state = 'endorsed' then 0 when ${IN_FORCE} then 1 else 2 end as rank from cross_request
       where state <> 'asked' and office <> $1 and (state in ('endorsed', 'granted') or exists
           (select 1 from cross_step s where s.request = cross_request.request
              and (s.kind <> 'endorse' or s.decision = 'approved')))
         and starts_with(asked::jsonb ->> 'region', $3)
         and not exists (select 1 from jsonb_array_elements_text(asked::jsonb -> 'scope' -> 'regions') as one(code)
           where not starts_with(one.code, $3))),
     numbered as (
       select *, row_number() over
         (partition by rank order by case when rank = 0 then asked_ms else -moved_ms end, request) as place from below)
     select ${COLUMNS} from numbered where place <= case rank when 0 then $4::int when 1 then $5::int else $6::int end
     order by rank, asked_ms desc, request`,
    [office, nowMs, region, waiting, inForce, past],
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
