import { createHash } from 'node:crypto';
import { ENTITIES } from '../../../../shared/domain/model';
import { FAN_OUT } from '../../../../shared/domain/sync/digest';
import type { ReadableDb } from '../../database';
import { isLateComplete, readMendings } from '../../slice/state';
import { sql } from '../../sql/tag';
import { intOf, type SqlRow } from '../../sql/values';
import type { NumberColumns } from './packed';

/** Tables of which columns are saved. */
export type SavedEntity = 'certificate' | 'event';
export const SAVED_ENTITIES: readonly SavedEntity[] = ['certificate', 'event'];

/** Ids of a block: what is read anew when one of its rows changed. A whole number of the digest's buckets. */
export const BLOCK_IDS = 1_024;
/** Blocks of a group: what one file holds, about a megabyte. */
export const GROUP_BLOCKS = 32;
const BLOCK_BUCKETS = BLOCK_IDS / FAN_OUT;

/** Columns by table, the id first. Another list or order needs another number in FORMAT. */
export const SAVED_COLUMNS = {
  certificate: [
    'id',
    'kind',
    'category',
    'baseStatus',
    'region',
    'industry',
    'validFrom',
    'validTo',
    'reviewDue',
    'company',
    'holder',
    'body',
    'issuer',
  ],
  event: ['id', 'certificate', 'seq', 'type', 'day', 'validTo', 'reviewDue'],
} as const satisfies Record<SavedEntity, readonly string[]>;
/** Part of what a block is bound to. */
const FORMAT = 'fieldcert columns 2';

/** Room for the rows of one block. */
export function emptyColumns(entity: SavedEntity): NumberColumns {
  return { count: 0, values: SAVED_COLUMNS[entity].map(() => new Float64Array(BLOCK_IDS)) };
}

/** Puts rows, selected in the order of the columns, into columns; as many as there is room for. */
export function fillColumns(rows: readonly SqlRow[], into: NumberColumns): void {
  into.values.forEach((column, c) => {
    for (let i = 0; i < rows.length; i++) {
      const value = rows[i]?.[c];
      column[i] = value === null || value === undefined ? Number.NaN : intOf(value);
    }
  });
  into.count = rows.length;
}

/** Statement over the rows between two ids, neither included. */
export function selection(entity: SavedEntity): string {
  const names = SAVED_COLUMNS[entity].map((name) => `"${name}"`).join(', ');
  return `select ${names} from "${entity}" where id > ? and id < ? order by id limit ${BLOCK_IDS}`;
}

/**
 * What the digest keeps of the rows of a table says which rows those are: it is renewed with them in one transaction. Rows
 * that somebody changed beside it are saved as they are, under the digest of before; their mending brings that digest
 * back, so that the number of mendings is part of what is bound to. Not of late tables while their segments come in.
 */
export function isBindable(db: ReadableDb, entity: SavedEntity): boolean {
  return !ENTITIES[entity].isLate || isLateComplete(db);
}

/**
 * By block of a group: a hash over the digest's bucket hashes of its rows, and so over the rows. A block without rows has
 * none.
 */
export function bindingsOf(
  db: ReadableDb,
  entity: SavedEntity,
  group: number,
): ReadonlyMap<number, Uint8Array> {
  const first = group * GROUP_BLOCKS * BLOCK_BUCKETS;
  return bindings(db, entity, first, first + GROUP_BLOCKS * BLOCK_BUCKETS - 1);
}

/** As bindingsOf, of one block. */
export function bindingOf(
  db: ReadableDb,
  entity: SavedEntity,
  block: number,
): Uint8Array | undefined {
  const first = block * BLOCK_BUCKETS;
  return bindings(db, entity, first, first + BLOCK_BUCKETS - 1).get(block);
}

function bindings(
  db: ReadableDb,
  entity: SavedEntity,
  first: number,
  last: number,
): ReadonlyMap<number, Uint8Array> {
  const rows = db.all(
    sql`select bucket, hash from digest_bucket where entity = ${ENTITIES[entity].code} and bucket between ${first} and ${last} order by bucket`,
  );
  const mendings = readMendings(db);
  const hashes = new Map<number, ReturnType<typeof createHash>>();
  for (const row of rows) {
    const bucket = intOf(row[0]);
    const block = Math.floor(bucket / BLOCK_BUCKETS);
    let sum = hashes.get(block);
    if (sum === undefined) {
      sum = createHash('sha256').update(`${FORMAT}|${mendings}|${entity}|${block}`);
      hashes.set(block, sum);
    }
    sum.update(`|${bucket}|`);
    if (row[1] instanceof Uint8Array) sum.update(row[1]);
  }
  return new Map([...hashes].map(([block, hash]) => [block, hash.digest()]));
}

/** Groups that have rows, ascending. */
export function groupsWithRows(db: ReadableDb, entity: SavedEntity): readonly number[] {
  const buckets = GROUP_BLOCKS * BLOCK_BUCKETS;
  return db
    .all(
      sql`select distinct cast(bucket / ${buckets} as integer) from digest_bucket where entity = ${ENTITIES[entity].code} order by 1`,
    )
    .map((row) => intOf(row[0]));
}

/** A block's rows as they are stored, at one moment with what they are bound to; undefined where there are none. */
export function readBlock(
  db: ReadableDb,
  entity: SavedEntity,
  block: number,
  into: NumberColumns,
): Uint8Array | undefined {
  db.beginSnapshot();
  try {
    const binding = bindingOf(db, entity, block);
    const from = Math.max(0, block * BLOCK_IDS - 1);
    fillColumns(db.all({ text: selection(entity), values: [from, (block + 1) * BLOCK_IDS] }), into);
    return binding;
  } finally {
    db.endSnapshot();
  }
}
