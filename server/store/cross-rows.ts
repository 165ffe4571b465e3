import type { GrantScope } from '../../shared/domain/cross-region/scope';
import type { Entity } from '../../shared/domain/model';
import type { GROUP_COLUMNS } from './marks';
import type { SqlParameter, SqlRunner } from './sql-client';

type Wanted = Pick<GrantScope, 'regions' | 'kinds' | 'people'>;

/** Certificates of a slice that a scope names, as SQL: `c` is the certificate. */
function condition(slice: number, { regions, kinds, people }: Wanted) {
  const bounds = regions
    .filter((region) => Number(region.slice(0, 4)) === slice)
    .map((region) => {
      const from = region.length === 6 ? Number(region) : Number(region) * 100;
      return [from, region.length === 6 ? from : from + 99] as const;
    });
  const parameters: SqlParameter[] = [
    slice,
    bounds.map(([from]) => from),
    bounds.map(([, to]) => to),
    [...kinds],
    [...people],
  ];
  const text = `c.slice = $1
    and exists (select 1 from unnest($2::int[], $3::int[]) b(lo, hi) where c.c_region between b.lo and b.hi)
    and (cardinality($4::int[]) = 0 or c.c_kind = any($4::int[]))
    and (cardinality($5::text[]) = 0 or c.c_holder in
      (select p.id from e_person p where p.slice = $1 and upper(p.p_id_number) = any(select upper(n) from unnest($5::text[]) n)))`;
  return { text, parameters };
}

/** How many certificates of a slice a scope names. */
export async function countInScope(
  runner: SqlRunner,
  slice: number,
  scope: Wanted,
): Promise<number> {
  const { text, parameters } = condition(slice, scope);
  const [row] = await runner.query<{ count: number }>(
    `select count(*)::int as count from e_certificate c where ${text}`,
    parameters,
  );
  return row?.count ?? 0;
}

/** Those of some certificates of a slice that a scope names. */
export async function namedInScope(
  runner: SqlRunner,
  slice: number,
  scope: Wanted,
  ids: readonly number[],
): Promise<readonly number[]> {
  const { text, parameters } = condition(slice, scope);
  const rows = await runner.query<{ id: number }>(
    `select c.id from e_certificate c where ${text} and c.id = any($6::bigint[])`,
    [...parameters, ids],
  );
  return rows.map(({ id }) => Number(id));
}

/** Those of some companies, training bodies or issuers of which a certificate of a slice is in a scope. */
export async function groupsInScope(
  runner: SqlRunner,
  slice: number,
  scope: Wanted,
  column: (typeof GROUP_COLUMNS)[keyof typeof GROUP_COLUMNS],
  ids: readonly number[],
): Promise<readonly number[]> {
  const { text, parameters } = condition(slice, scope);
  const rows = await runner.query<{ id: number }>(
    `select g.id from unnest($6::bigint[]) g(id)
     where exists (select 1 from e_certificate c where ${text} and c.${column} = g.id)`,
    [...parameters, ids],
  );
  return rows.map(({ id }) => Number(id));
}

/** Ids of a slice's certificates in a scope, with their holders and companies, ascending. */
export async function idsInScope(
  runner: SqlRunner,
  slice: number,
  scope: Wanted,
): Promise<{
  readonly certificate: number[];
  readonly person: number[];
  readonly company: number[];
}> {
  const { text, parameters } = condition(slice, scope);
  const rows = await runner.query<{ id: number; holder: number; company: number | null }>(
    `select c.id, c.c_holder as holder, c.c_company as company from e_certificate c where ${text} order by c.id`,
    parameters,
  );
  const person = ascending(rows.map(({ holder }) => Number(holder)));
  const employers = await runner.query<{ company: number }>(
    `select distinct c_company as company from e_person where slice = $1 and id = any($2::bigint[]) and c_company is not null`,
    [slice, person],
  );
  const company = [
    ...rows.flatMap(({ company: one }) => (one === null ? [] : [Number(one)])),
    ...employers.map((one) => Number(one.company)),
  ];
  return { certificate: rows.map(({ id }) => Number(id)), person, company: ascending(company) };
}

/** Ids of rows of an entity that point to any of these, ascending. */
export async function idsPointingTo(
  runner: SqlRunner,
  entity: Extract<Entity, 'event' | 'training' | 'exam'>,
  slice: number,
  ids: readonly number[],
): Promise<number[]> {
  const column = entity === 'event' ? 'c_certificate' : 'c_person';
  const rows = await runner.query<{ id: number }>(
    `select id from e_${entity} where slice = $1 and ${column} = any($2::bigint[]) order by id`,
    [slice, ids],
  );
  return rows.map(({ id }) => Number(id));
}

const ascending = (ids: readonly number[]): number[] =>
  [...new Set(ids)].sort((one, other) => one - other);
