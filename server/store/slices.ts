import { ENTITIES, ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import type { SqlRunner } from './sql-client';

/** A region that the server keeps rows for; a prefecture's four digits, as a number in the tables. */
export interface SliceRecord {
  readonly code: number;
  /** New with every rebuilt history: cursors of another epoch are refused. */
  readonly epoch: string;
  /** The last change's number. */
  readonly head: number;
  readonly keyEpoch: number;
  /** Region keys, wrapped by the key provider. */
  readonly keys: Uint8Array;
}

export async function createSlice(
  runner: SqlRunner,
  slice: Omit<SliceRecord, 'head'>,
): Promise<void> {
  await runner.query(
    'insert into slice (code, epoch, head, key_epoch, keys) values ($1, $2, 0, $3, $4) on conflict do nothing',
    [slice.code, slice.epoch, slice.keyEpoch, slice.keys],
  );
}

export async function findSlice(runner: SqlRunner, code: number): Promise<SliceRecord | undefined> {
  const [row] = await runner.query<{
    code: number;
    epoch: string;
    head: number;
    key_epoch: number;
    keys: Uint8Array;
  }>('select code, epoch, head, key_epoch, keys from slice where code = $1', [code]);
  if (row === undefined) return undefined;
  return {
    code: row.code,
    epoch: row.epoch,
    head: row.head,
    keyEpoch: row.key_epoch,
    keys: new Uint8Array(row.keys),
  };
}

export async function listSlices(runner: SqlRunner): Promise<readonly number[]> {
  return (await runner.query<{ code: number }>('select code from slice order by code')).map(
    ({ code }) => code,
  );
}

/**
 * Takes the next `count` change numbers and returns the first. Holds the slice until the transaction
 * ends, so numbers come in commit order without gaps (see migration 0010). Call it before any write.
 */
export async function takeChangeNumbers(
  runner: SqlRunner,
  slice: number,
  count: number,
): Promise<number> {
  const [row] = await runner.query<{ head: number }>(
    'update slice set head = head + $2 where code = $1 returning head',
    [slice, count],
  );
  if (row === undefined) throw new Error(`no slice ${slice}`);
  return row.head - count + 1;
}

/**
 * Holds regions until the transaction ends, always in the same order, so that what is read of them is what is changed.
 * Before the first read: whoever comes later waits, and reads what the one before left.
 */
export async function holdSlices(runner: SqlRunner, ...slices: readonly number[]): Promise<void> {
  for (const slice of [...new Set(slices)].sort((a, b) => a - b))
    await runner.query('select 1 from slice where code = $1 for update', [slice]);
}

/** Adds to the slice's row counts. */
export async function addCounts(
  runner: SqlRunner,
  slice: number,
  added: Partial<Record<Entity, number>>,
): Promise<void> {
  for (const entity of ENTITY_ORDER) {
    const count = added[entity] ?? 0;
    if (count === 0) continue;
    await runner.query(
      `insert into slice_count as c (slice, entity, rows) values ($1, $2, $3)
       on conflict (slice, entity) do update set rows = c.rows + excluded.rows`,
      [slice, ENTITIES[entity].code, count],
    );
  }
}

export async function readCounts(
  runner: SqlRunner,
  slice: number,
): Promise<Record<Entity, number>> {
  const rows = await runner.query<{ entity: number; rows: number }>(
    'select entity, rows from slice_count where slice = $1',
    [slice],
  );
  const byCode = new Map(rows.map(({ entity, rows: count }) => [entity, count]));
  return Object.fromEntries(
    ENTITY_ORDER.map((entity) => [entity, byCode.get(ENTITIES[entity].code) ?? 0]),
  ) as Record<Entity, number>;
}
