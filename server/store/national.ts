import { BASE_STATUSES } from '../../shared/domain/model';
import { GROUP_COLUMNS } from './marks';
import type { SqlRunner } from './sql-client';

/** A publication as it is handed out. */
export interface Publication {
  readonly seq: number;
  readonly statement: string;
}

/** A week of daily publications: a desk that was away for it still takes a delta. */
const KEPT = 8;
const PAGE = 50_000;

export async function latestPublication(runner: SqlRunner): Promise<Publication | undefined> {
  const [row] = await runner.query<{ seq: number; statement: string }>(
    'select seq, statement from national order by seq desc limit 1',
  );
  return row;
}

/** The filter's bytes by their hash; undefined where no kept publication has it. */
export async function filterOf(runner: SqlRunner, sha256: string): Promise<Uint8Array | undefined> {
  const [row] = await runner.query<{ filter: Uint8Array }>(
    `select filter from national where encode(sha256(filter), 'hex') = $1 order by seq desc limit 1`,
    [sha256],
  );
  return row === undefined ? undefined : new Uint8Array(row.filter);
}

/** The filters that are kept, the newest first, with their hashes. */
export async function keptFilters(
  runner: SqlRunner,
): Promise<readonly { readonly sha256: string; readonly filter: Uint8Array }[]> {
  const rows = await runner.query<{ sha256: string; filter: Uint8Array }>(
    `select encode(sha256(filter), 'hex') as sha256, filter from national order by seq desc`,
  );
  return rows.map(({ sha256, filter }) => ({ sha256, filter: new Uint8Array(filter) }));
}

/** What leads from a former filter to the newest one; undefined where nothing does, or the newest has another hash. */
export async function deltaOf(
  runner: SqlRunner,
  from: string,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const [row] = await runner.query<{ delta: Uint8Array }>(
    `select d.delta from national_delta d join national n on n.seq = d.seq
     where d.from_sha256 = $1 and encode(sha256(n.filter), 'hex') = $2`,
    [from, sha256],
  );
  return row === undefined ? undefined : new Uint8Array(row.delta);
}

/** Keeps a publication with the deltas that lead to it; older ones than the last eight go, and deltas to former ones. */
export async function keepPublication(
  runner: SqlRunner,
  {
    seq,
    statement,
    filter,
    madeMs,
    deltas,
  }: Publication & {
    readonly filter: Uint8Array;
    readonly madeMs: number;
    readonly deltas: ReadonlyMap<string, Uint8Array>;
  },
): Promise<void> {
  await runner.query(
    'insert into national (seq, made_ms, statement, filter) values ($1, $2, $3, $4)',
    [seq, madeMs, statement, filter],
  );
  await runner.query('delete from national where seq <= $1', [seq - KEPT]);
  await runner.query('delete from national_delta');
  for (const [from, delta] of deltas)
    await runner.query('insert into national_delta (from_sha256, seq, delta) values ($1, $2, $3)', [
      from,
      seq,
      delta,
    ]);
}

export async function countCertificates(runner: SqlRunner): Promise<number> {
  const [row] = await runner.query<{ count: number }>(
    'select count(*)::bigint as count from e_certificate',
  );
  return Number(row?.count ?? 0);
}

/** Marks in force of the offices of a certificate's region that name it, or a group that it is of. */
const MARKED = `
  select c.id from office_mark m join office o on o.code = m.office
    cross join lateral jsonb_array_elements_text(coalesce(m.marked->'ids', '[]'::jsonb)) named
    join e_certificate c on c.slice = o.slice and c.id = named::bigint
    where m.lifted_ms is null
  ${(['company', 'body', 'issuer'] as const)
    .map(
      (by) => `union select c.id from office_mark m join office o on o.code = m.office
    join e_certificate c on c.slice = o.slice and c.${GROUP_COLUMNS[by]} = (m.marked->>'id')::bigint
    where m.lifted_ms is null and m.marked->>'by' = '${by}'`,
    )
    .join('\n  ')}`;

/**
 * Ids of certificates of every region that nobody may read as valid: by an act (suspended, revoked, withdrawn, cancelled), or
 * under verification by a mark of their own region. Each once, also where two regions have it.
 */
export async function listedCertificates(runner: SqlRunner): Promise<readonly number[]> {
  const rows = await runner.query<{ id: number }>(
    `select id from e_certificate where c_base_status <> $1 union ${MARKED} order by id`,
    [BASE_STATUSES.valid],
  );
  return rows.map(({ id }) => Number(id));
}

/** Ids of all that are not among the listed, some at a time. */
export async function* otherCertificates(
  runner: SqlRunner,
  listed: readonly number[],
): AsyncGenerator<number> {
  // By the ids that were listed, not by the rows: what is marked or revoked meanwhile would stand in both, or in neither.
  const left = new Set(listed);
  for (let after = 0; ; ) {
    const rows = await runner.query<{ id: number }>(
      'select id from e_certificate where id > $1 order by id limit $2',
      [after, PAGE],
    );
    for (const { id } of rows) if (!left.has(Number(id))) yield Number(id);
    if (rows.length < PAGE) return;
    after = Number(rows.at(-1)?.id ?? 0);
  }
}
