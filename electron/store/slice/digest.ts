import { ENTITIES, ENTITY_ORDER, type Entity, SCHEMA_VERSION } from '../../../shared/domain/model';
import { canonicalTuple } from '../../../shared/domain/sync/canonical-row';
import { FAN_OUT, regionRoot, type Sha256 } from '../../../shared/domain/sync/digest';
import { SparseTree } from '../../../shared/domain/sync/sparse-tree';
import { sha256Bytes } from '../../crypto/one-shot-hash';
import type { ReadableDb, WritableDb } from '../database';
import { isSealedEntity, quoted } from '../sql/tables';
import { raw, sql } from '../sql/tag';
import { hexOf, intOf, type SqlRow, type SqlValue } from '../sql/values';
import { BucketHasher } from './leaf';

const ROWS_PER_READ = 4_096;

export const sha256: Sha256 = sha256Bytes;

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

/** Adds a stored row's leaf, made from its own columns. Throws when the row does not fit the model. */
function pushRow(hasher: BucketHasher, entity: Entity, row: SqlRow): void {
  const shape = ENTITIES[entity].columns;
  const values: unknown[] = new Array(shape.length);
  for (let c = 0; c < shape.length; c++) {
    const value = row[2 + c] as SqlValue;
    values[c] = shape[c]?.type === 'json' && typeof value === 'string' ? JSON.parse(value) : value;
  }
  const tag = isSealedEntity(entity) ? row[2 + shape.length] : null;
  hasher.push(
    intOf(row[0]),
    intOf(row[1]),
    canonicalTuple(entity, values),
    tag instanceof Uint8Array ? tag : null,
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
    this.text = `select ${selection(entity)} from "${entity}" where id > ? order by id limit ${ROWS_PER_READ}`;
  }

  /** Takes in the next rows; answers how many there were, 0 at the present end. */
  step(db: ReadableDb): number {
    const found = db.all({ text: this.text, values: [this.last] });
    for (const row of found) pushRow(this.hasher, this.entity, row);
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

/** Region root over the entities' roots. */
export function rootOver(roots: Readonly<Record<Entity, string>>): string {
  return hexOf(regionRoot(sha256, SCHEMA_VERSION, roots));
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

  /** Recomputes the buckets of changed ids from the stored rows. */
  refresh(entity: Entity, ids: Iterable<number>): void {
    const code = ENTITIES[entity].code;
    const tree = this.tree(entity);
    const columns = raw(selection(entity));
    const table = raw(`"${entity}"`);
    const dirty = new Set<number>();
    for (const id of ids) dirty.add(Math.floor(id / FAN_OUT));
    for (const bucket of dirty) {
      const first = bucket * FAN_OUT;
      const rows = this.db.all(
        sql`select ${columns} from ${table} where id between ${first} and ${first + FAN_OUT - 1} order by id`,
      );
      if (rows.length === 0) {
        this.db.run(sql`delete from digest_bucket where entity = ${code} and bucket = ${bucket}`);
        tree.setBucket(bucket, undefined);
        continue;
      }
      const hasher = new BucketHasher();
      for (const row of rows) pushRow(hasher, entity, row);
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
