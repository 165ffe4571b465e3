import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { FAN_OUT, HASH_BYTES, regionRoot, type Sha256 } from '../../../shared/domain/sync/digest';
import { type RowEncoder, rowEncoder } from '../../../shared/domain/sync/row-encoder';
import { differingBuckets, SparseTree } from '../../../shared/domain/sync/sparse-tree';
import { sha256Bytes } from '../../crypto/one-shot-hash';
import { standForPress } from '../../platform/press-pass';
import type { ReadableDb, WritableDb } from '../database';
import { isSealedEntity, quoted } from '../sql/tables';
import { raw, sql } from '../sql/tag';
import { hexOf, intOf, type SqlRow, type SqlValue } from '../sql/values';
import { canonicalWith, extrasBetween } from './extra';
import { BucketHasher } from './leaf';

const ROWS_PER_READ = 4_096;

export const sha256: Sha256 = sha256Bytes;

const ENCODERS = Object.fromEntries(
  ENTITY_ORDER.map((entity) => [entity, rowEncoder(entity)]),
) as Record<Entity, RowEncoder>;

/** Bucket hashes of one entity as they cross threads. */
export interface EntityDigest {
  readonly entity: Entity;
  readonly rows: number;
  readonly buckets: Float64Array;
  /** 32 bytes a bucket, in the order of `buckets`. */
  readonly hashes: Uint8Array;
}

/** Selected columns: id, rev, public columns, keyed tag where the entity has one. */
function selection(entity: Entity): string {
  const names = ['id', 'rev', ...ENTITIES[entity].columns.map((column) => column.name)];
  return quoted(isSealedEntity(entity) ? [...names, 'keyedTag'] : names);
}

/** Public values of a stored row in wire order. Throws SyntaxError on text that is no JSON. */
function publicValues(entity: Entity, row: SqlRow): unknown[] {
  const shape = ENTITIES[entity].columns;
  const values: unknown[] = new Array(shape.length);
  for (let c = 0; c < shape.length; c++) {
    const value = row[2 + c] as SqlValue;
    values[c] = shape[c]?.type === 'json' && typeof value === 'string' ? JSON.parse(value) : value;
  }
  return values;
}

function tagOf(entity: Entity, row: SqlRow): Uint8Array | null {
  const tag = isSealedEntity(entity) ? row[2 + ENTITIES[entity].columns.length] : null;
  return tag instanceof Uint8Array ? tag : null;
}

/** A row that does not fit the model was not written by us: it differs, and the next repair takes it away. */
function isUnfit(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

/** Canonical JSON of a stored row's public columns, those of another build among them. */
function publicJson(entity: Entity, row: SqlRow, extra: string | undefined): string | Uint8Array {
  const values = publicValues(entity, row);
  return extra === undefined
    ? ENCODERS[entity].ofTuple(values)
    : canonicalWith(entity, values, extra);
}

/** What the rows have that this build does not know; they are in the order of their ids. */
function extrasOf(
  db: ReadableDb,
  entity: Entity,
  rows: readonly SqlRow[],
): ReadonlyMap<number, string> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  return extrasBetween(db, entity, intOf(first[0]), intOf(last[0]));
}

/** Adds a stored row's leaf, made from its own columns. */
function pushRow(
  hasher: BucketHasher,
  entity: Entity,
  row: SqlRow,
  extra: string | undefined,
): void {
  const id = intOf(row[0]);
  try {
    const json = publicJson(entity, row, extra);
    hasher.push(id, intOf(row[1]), json, tagOf(entity, row));
  } catch (error) {
    if (!isUnfit(error)) throw error;
    hasher.pushUnfit(id);
  }
}

/** Ids that the digest covers; a row elsewhere is none of the server's. */
export const ODD_IDS = `(id < 1 or id > ${Number.MAX_SAFE_INTEGER})`;

/** Rows under ids that no row can have. */
export function countOdd(db: ReadableDb, entity: Entity): number {
  return intOf(db.value(sql`select count(*) from ${raw(`"${entity}"`)} where ${raw(ODD_IDS)}`));
}

/** Ids and leaves of the rows in a bucket, from their own columns; an unfit row's leaf is all zeros. */
export function bucketLeaves(
  db: ReadableDb,
  entity: Entity,
  bucket: number,
): { readonly id: number; readonly leaf: Uint8Array }[] {
  const hasher = new BucketHasher();
  const rows = bucketRows(db, entity, bucket);
  const extras = extrasOf(db, entity, rows);
  return rows.map((row) => {
    const id = intOf(row[0]);
    try {
      const json = publicJson(entity, row, extras.get(id));
      const leaf = hasher.leaf(id, intOf(row[1]), json, tagOf(entity, row));
      return { id, leaf: Uint8Array.from(Buffer.from(leaf, 'latin1')) };
    } catch (error) {
      if (!isUnfit(error)) throw error;
      return { id, leaf: new Uint8Array(HASH_BYTES) };
    }
  });
}

function bucketRows(db: ReadableDb, entity: Entity, bucket: number): readonly SqlRow[] {
  const first = bucket * FAN_OUT;
  return db.all(
    sql`select ${raw(selection(entity))} from ${raw(`"${entity}"`)} where id between ${Math.max(1, first)} and ${first + FAN_OUT - 1} order by id`,
  );
}

/**
 * Computes every bucket of an entity from the stored columns and keyed tags; never from stored
 * hashes. Goes a step at a time, so that its thread can do other things in between and so that it
 * can follow a load: rows that come later with higher ids are taken in by the next step.
 */
export class EntityDigester {
  readonly entity: Entity;
  private readonly text: string;
  private readonly hasher = new BucketHasher();
  private rows = 0;
  private last = 0;

  constructor(entity: Entity) {
    this.entity = entity;
    this.text = `select ${selection(entity)} from "${entity}" where id > ? and id <= ${Number.MAX_SAFE_INTEGER} order by id limit ${ROWS_PER_READ}`;
  }

  /** Takes in the next rows; answers how many there were, 0 at the present end. */
  step(db: ReadableDb): number {
    const found = db.all({ text: this.text, values: [this.last] });
    const extras = extrasOf(db, this.entity, found);
    for (const row of found) pushRow(this.hasher, this.entity, row, extras.get(intOf(row[0])));
    this.rows += found.length;
    const end = found.at(-1);
    if (end !== undefined) this.last = intOf(end[0]);
    return found.length;
  }

  /** Call once. */
  end(): EntityDigest {
    return { entity: this.entity, rows: this.rows, ...this.hasher.end() };
  }
}

export function treeOf(digest: EntityDigest): SparseTree {
  return new SparseTree(
    sha256,
    Array.from(
      digest.buckets,
      (bucket, i) => [bucket, digest.hashes.subarray(32 * i, 32 * i + 32)] as const,
    ),
  );
}

/** Region root over the entities' roots, in the schema of the state that they are compared with. */
export function rootOver(roots: Readonly<Record<Entity, string>>, schema: number): string {
  return hexOf(regionRoot(sha256, schema, roots));
}

/** The digest of the live slice: bucket hashes in the file, trees in memory, made when first needed. */
export class SliceDigest {
  private readonly db: WritableDb;
  private readonly trees = new Map<Entity, SparseTree>();

  constructor(db: WritableDb) {
    this.db = db;
  }

  /** Forgets the trees: after a rollback they may be ahead of the file. */
  reset(): void {
    this.trees.clear();
  }

  private tree(entity: Entity): SparseTree {
    let tree = this.trees.get(entity);
    if (tree === undefined) {
      tree = storedTree(this.db, entity);
      this.trees.set(entity, tree);
    }
    return tree;
  }

  /** Replaces all buckets of an entity. */
  adopt(digest: EntityDigest): void {
    const code = ENTITIES[digest.entity].code;
    this.db.run(sql`delete from digest_bucket where entity = ${code}`);
    digest.buckets.forEach((bucket, i) => {
      this.db.run(
        sql`insert into digest_bucket values (${code}, ${bucket}, ${digest.hashes.subarray(32 * i, 32 * i + 32)})`,
      );
    });
    this.trees.set(digest.entity, treeOf(digest));
  }

  /** Replaces those buckets of an entity that are kept otherwise than they were recomputed. */
  correct(digest: EntityDigest): void {
    const code = ENTITIES[digest.entity].code;
    const tree = treeOf(digest);
    for (const bucket of differingBuckets(tree, storedTree(this.db, digest.entity))) {
      const hash = tree.node(0, bucket);
      this.db.run(
        hash === undefined
          ? sql`delete from digest_bucket where entity = ${code} and bucket = ${bucket}`
          : sql`insert or replace into digest_bucket values (${code}, ${bucket}, ${hash})`,
      );
    }
    this.trees.set(digest.entity, tree);
  }

  /** Recomputes the buckets of changed ids from the stored rows. */
  refresh(entity: Entity, ids: Iterable<number>): void {
    const code = ENTITIES[entity].code;
    const tree = this.tree(entity);
    const dirty = new Set<number>();
    for (const id of ids) dirty.add(Math.floor(id / FAN_OUT));
    for (const bucket of dirty) {
      standForPress();
      const rows = bucketRows(this.db, entity, bucket);
      if (rows.length === 0) {
        this.db.run(sql`delete from digest_bucket where entity = ${code} and bucket = ${bucket}`);
        tree.setBucket(bucket, undefined);
        continue;
      }
      const hasher = new BucketHasher();
      const extras = extrasOf(this.db, entity, rows);
      for (const row of rows) pushRow(hasher, entity, row, extras.get(intOf(row[0])));
      const hashed = hasher.end().hashes;
      this.db.run(sql`insert or replace into digest_bucket values (${code}, ${bucket}, ${hashed})`);
      tree.setBucket(bucket, hashed);
    }
  }

  /** Hex roots of all entities. */
  roots(): Record<Entity, string> {
    return Object.fromEntries(
      ENTITY_ORDER.map((entity) => [entity, hexOf(this.tree(entity).root())]),
    ) as Record<Entity, string>;
  }
}

/** The tree that the file's bucket hashes make up. */
export function storedTree(db: ReadableDb, entity: Entity): SparseTree {
  const rows = db.all(
    sql`select bucket, hash from digest_bucket where entity = ${ENTITIES[entity].code}`,
  );
  return new SparseTree(
    sha256,
    rows.flatMap((row) =>
      row[1] instanceof Uint8Array ? [[intOf(row[0]), new Uint8Array(row[1])] as const] : [],
    ),
  );
}
