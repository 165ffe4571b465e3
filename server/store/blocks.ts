import type { Entity } from '../../shared/domain/model';
import type { SqlParameter, SqlRow, SqlRunner } from './sql-client';
import { STORED, tableOf } from './tables';

/** Rows of one entity as columns, ids absolute and ascending. */
export interface StoredBlock {
  readonly ids: readonly number[];
  readonly revs: readonly number[];
  /** Public columns; one in which every value is absent is left out. */
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
  /** Private columns, likewise. */
  readonly secret: Readonly<Record<string, readonly unknown[]>>;
}

export type BlockFilter =
  | { readonly from: number; readonly end: number }
  | { readonly ids: readonly number[] };

const selections = new Map<Entity, string>();

/** The engine builds each column as one JSON array: twenty times faster than rows through the driver. */
function selectionOf(entity: Entity): string {
  let selection = selections.get(entity);
  if (selection === undefined) {
    const columns = STORED[entity].map(
      ({ sql }) => `json_agg(${sql})::text as ${sql}, count(${sql})::int as n_${sql}`,
    );
    selection = ['json_agg(id)::text as id, json_agg(rev)::text as rev', ...columns].join(', ');
    selections.set(entity, selection);
  }
  return selection;
}

function parsed(text: unknown): readonly unknown[] {
  return text === null ? [] : (JSON.parse(text as string) as readonly unknown[]);
}

/** Reads rows of a slice as columns. */
export async function readBlock(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  filter: BlockFilter,
): Promise<StoredBlock> {
  const isRange = 'from' in filter;
  const where = isRange ? 'id >= $2 and id < $3' : 'id = any($2::bigint[])';
  const parameters: SqlParameter[] = isRange
    ? [slice, filter.from, filter.end]
    : [slice, filter.ids];
  const [row] = await runner.query<SqlRow>(
    `select ${selectionOf(entity)} from (select * from ${tableOf(entity)} where slice = $1 and ${where} order by id) ordered`,
    parameters,
  );
  const columns: Record<string, readonly unknown[]> = {};
  const secret: Record<string, readonly unknown[]> = {};
  for (const { name, sql, isPrivate } of STORED[entity]) {
    if (row === undefined || row[`n_${sql}`] === 0) continue;
    (isPrivate ? secret : columns)[name] = parsed(row[sql]);
  }
  return {
    ids: parsed(row?.id ?? null) as readonly number[],
    revs: parsed(row?.rev ?? null) as readonly number[],
    columns,
    secret,
  };
}

/** A range of ids with as many rows as stated. */
export interface RowRange {
  readonly from: number;
  readonly end: number;
  readonly rows: number;
}

/** Row counts of a slice by aligned ranges of `span` ids, ascending; empty ranges left out. */
export async function countByRange(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  span: number,
): Promise<readonly RowRange[]> {
  const rows = await runner.query<{ part: number; rows: number }>(
    `select id / $2::bigint as part, count(*)::int as rows from ${tableOf(entity)} where slice = $1 group by 1 order by 1`,
    [slice, span],
  );
  return rows.map(({ part, rows: count }) => ({
    from: part * span,
    end: (part + 1) * span,
    rows: count,
  }));
}
