import type { Entity } from '../../shared/domain/model';
import { FAN_OUT } from '../../shared/domain/sync/digest';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { BinaryCopy } from './binary-copy';
import type { SqlParameter, SqlRow, SqlRunner } from './sql-client';
import { copyColumns, isWide, STORED, type StoredColumn, tableOf } from './tables';

/** Values by model name; absent optional values are undefined or null. */
export type Values = Readonly<Record<string, unknown>>;

/** A row as it rests. */
export interface StoredRow {
  readonly id: number;
  readonly rev: number;
  readonly rseq: number;
  readonly born: number;
  readonly leaf: Uint8Array;
  readonly values: Values;
  /** Values of the private columns. */
  readonly secret: Values;
}

const fieldOf = (row: StoredRow, column: StoredColumn): unknown =>
  column.isPrivate ? row.secret[column.name] : row.values[column.name];

function writeField(copy: BinaryCopy, column: StoredColumn, value: unknown): void {
  if (value === undefined || value === null) copy.null();
  else if (column.type === 'text') copy.text(value as string);
  else if (column.type === 'json') copy.jsonb(canonicalJson(value));
  else if (isWide(column)) copy.int8(value as number);
  else copy.int4(value as number);
}

/** Inserts new rows by COPY. */
export async function insertRows(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  rows: readonly StoredRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const stored = STORED[entity];
  const columns = copyColumns(entity);
  const copy = new BinaryCopy();
  for (const row of rows) {
    copy.row(columns.length);
    copy.int4(slice);
    copy.int8(row.id);
    copy.int4(row.rev);
    copy.int8(row.rseq);
    copy.int8(row.born);
    copy.bytes(row.leaf);
    for (const column of stored) writeField(copy, column, fieldOf(row, column));
  }
  await runner.copyIn(tableOf(entity), columns, copy.end());
}

function parameterOf(column: StoredColumn, value: unknown): SqlParameter {
  if (value === undefined || value === null) return null;
  return column.type === 'json' ? canonicalJson(value) : (value as string | number);
}

/** Overwrites a row that is there. */
export async function updateRow(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  row: StoredRow,
): Promise<void> {
  const stored = STORED[entity];
  const assigned = stored.map(
    ({ sql, type }, i) => `${sql} = $${i + 7}${type === 'json' ? '::text::jsonb' : ''}`,
  );
  await runner.query(
    `update ${tableOf(entity)} set rev = $3, rseq = $4, born = $5, leaf = $6, ${assigned.join(', ')} where slice = $1 and id = $2`,
    [
      slice,
      row.id,
      row.rev,
      row.rseq,
      row.born,
      row.leaf,
      ...stored.map((column) => parameterOf(column, fieldOf(row, column))),
    ],
  );
}

export async function deleteRow(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  id: number,
): Promise<void> {
  await runner.query(`delete from ${tableOf(entity)} where slice = $1 and id = $2`, [slice, id]);
}

function storedRow(entity: Entity, row: SqlRow): StoredRow {
  const values: Record<string, unknown> = {};
  const secret: Record<string, unknown> = {};
  for (const { name, sql, isPrivate } of STORED[entity]) {
    const value = row[sql];
    if (value !== null && value !== undefined) (isPrivate ? secret : values)[name] = value;
  }
  return {
    id: row.id as number,
    rev: row.rev as number,
    rseq: row.rseq as number,
    born: row.born as number,
    leaf: new Uint8Array(row.leaf as Uint8Array),
    values,
    secret,
  };
}

/** A row, or undefined. */
export async function findRow(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  id: number,
): Promise<StoredRow | undefined> {
  const [row] = await runner.query(
    `select * from ${tableOf(entity)} where slice = $1 and id = $2`,
    [slice, id],
  );
  return row === undefined ? undefined : storedRow(entity, row);
}

/** Public columns by which rows point to others. */
type Reference = 'holder' | 'certificate' | 'person' | 'owner';

/** Rows of a slice that point to one of `ids`; for attachments also of an owner type. */
export async function rowsPointingTo(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  reference: Reference,
  ids: readonly number[],
  ownerType?: number,
): Promise<readonly StoredRow[]> {
  const owner = ownerType === undefined ? '' : ` and c_owner_type = ${Number(ownerType)}`;
  const rows = await runner.query(
    `select * from ${tableOf(entity)} where slice = $1 and c_${reference} = any($2::bigint[])${owner} order by id`,
    [slice, ids],
  );
  return rows.map((row) => storedRow(entity, row));
}

/** Ids of a slice's rows from `from` on, ascending, at most `limit`. */
export async function listIds(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  from: number,
  limit: number,
): Promise<readonly number[]> {
  const rows = await runner.query<{ id: number }>(
    `select id from ${tableOf(entity)} where slice = $1 and id >= $2 order by id limit $3`,
    [slice, from, limit],
  );
  return rows.map(({ id }) => id);
}

/** Ids and digest leaves of the rows in buckets, in the order of the buckets asked. */
export async function readLeaves(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  buckets: readonly number[],
): Promise<readonly (readonly { readonly id: number; readonly leaf: Uint8Array }[])[]> {
  const rows = await runner.query<{ id: number; leaf: Uint8Array }>(
    `select r.id, r.leaf from unnest($2::bigint[]) asked(idx) join ${tableOf(entity)} r on r.slice = $1
     and r.id >= asked.idx * ${FAN_OUT} and r.id < (asked.idx + 1) * ${FAN_OUT} order by r.id`,
    [slice, buckets],
  );
  const found = new Map<number, { id: number; leaf: Uint8Array }[]>(buckets.map((at) => [at, []]));
  for (const { id, leaf } of rows)
    found.get(Math.floor(id / FAN_OUT))?.push({ id, leaf: new Uint8Array(leaf) });
  return buckets.map((bucket) => found.get(bucket) ?? []);
}

/** True when no slice has any row. */
export async function isEmpty(runner: SqlRunner): Promise<boolean> {
  const [row] = await runner.query<{ found: boolean }>(
    'select exists (select 1 from slice_count where rows > 0) as found',
  );
  return row?.found !== true;
}
