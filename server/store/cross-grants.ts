import type { SqlRunner } from './sql-client';

/** A grant as it is kept. */
export type KeptGrant = {
  readonly request: string;
  readonly device: string;
  /** JSON of the signed statement. */
  readonly statement: string;
  readonly untilMs: number;
  /** Keys of its objects, wrapped; null before they are made and after it ended. */
  readonly keys: Uint8Array | null;
  /** JSON of the signed content. */
  readonly content: string | null;
  /** JSON of the signed end. */
  readonly ended: string | null;
  readonly endedMs: number | null;
};

const COLUMNS = `request, device, statement, until_ms as "untilMs", keys, content, ended, ended_ms as "endedMs"`;

export async function addGrant(
  runner: SqlRunner,
  grant: Pick<KeptGrant, 'request' | 'device' | 'statement' | 'untilMs'>,
): Promise<void> {
  await runner.query(
    'insert into cross_grant (request, device, statement, until_ms) values ($1, $2, $3, $4)',
    [grant.request, grant.device, grant.statement, grant.untilMs],
  );
}

/** `hold`: nobody else changes it until the transaction ends. */
export async function findGrant(
  runner: SqlRunner,
  request: string,
  hold = false,
): Promise<KeptGrant | undefined> {
  const [row] = await runner.query<KeptGrant>(
    `select ${COLUMNS} from cross_grant where request = $1${hold ? ' for update' : ''}`,
    [request],
  );
  return row;
}

export async function keepContent(
  runner: SqlRunner,
  request: string,
  keys: Uint8Array,
  content: string,
  objects: readonly string[],
): Promise<void> {
  await runner.query('update cross_grant set keys = $2, content = $3 where request = $1', [
    request,
    keys,
    content,
  ]);
  if (objects.length > 0)
    await runner.query(
      'insert into cross_object (request, sha256) select $1, unnest($2::text[]) on conflict do nothing',
      [request, [...new Set(objects)]],
    );
}

export async function isGrantObject(
  runner: SqlRunner,
  request: string,
  sha256: string,
): Promise<boolean> {
  const rows = await runner.query('select 1 from cross_object where request = $1 and sha256 = $2', [
    request,
    sha256,
  ]);
  return rows.length > 0;
}

/** Ends a grant: its keys are forgotten at once. `ended` null: its time is over, which needs no word of ours. */
export async function endGrant(
  runner: SqlRunner,
  request: string,
  ended: string | null,
  nowMs: number,
): Promise<void> {
  await runner.query(
    `update cross_grant set keys = null, content = null, ended = coalesce(ended, $2), ended_ms = coalesce(ended_ms, $3)
     where request = $1`,
    [request, ended, nowMs],
  );
}

/** Grants to a device that last, the latest first. */
export async function openGrantsOf(
  runner: SqlRunner,
  device: string,
  nowMs: number,
  limit: number,
): Promise<readonly string[]> {
  const rows = await runner.query<{ request: string }>(
    `select request from cross_grant where device = $1 and ended_ms is null and until_ms > $2
     order by until_ms desc, request limit $3`,
    [device, nowMs, limit],
  );
  return rows.map(({ request }) => request);
}

/** Grants whose time is over and that are not marked as ended. */
export async function overdueGrants(runner: SqlRunner, nowMs: number): Promise<readonly string[]> {
  const rows = await runner.query<{ request: string }>(
    'select request from cross_grant where ended_ms is null and until_ms <= $1 order by until_ms limit 500',
    [nowMs],
  );
  return rows.map(({ request }) => request);
}

/** Objects of ended grants; they are of no use to anybody. */
export async function takeEndedObjects(runner: SqlRunner): Promise<readonly string[]> {
  const rows = await runner.query<{ sha256: string }>(
    `delete from cross_object o using cross_grant g where g.request = o.request and g.ended_ms is not null
     returning o.sha256`,
  );
  return rows.map(({ sha256 }) => sha256);
}
