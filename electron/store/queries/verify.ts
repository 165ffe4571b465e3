import { ENTITY_ORDER, type Entity, SCHEMA_VERSION } from '../../../shared/domain/model';
import { differingBuckets } from '../../../shared/domain/sync/sparse-tree';
import { standForPress } from '../../platform/press-pass';
import { letOthersIn } from '../../platform/stand-back';
import type { ReadableDb } from '../database';
import type { VerifyResult } from '../protocol';
import {
  countOdd,
  type EntityDigest,
  EntityDigester,
  rootOver,
  storedTree,
  treeOf,
} from '../slice/digest';
import { provableEntities, readCheckpoint, readCursor } from '../slice/state';
import { hexOf } from '../sql/values';

/** Recomputes the digests of entities from stored columns, giving way to other calls between steps. */
export async function digestEntities(
  db: ReadableDb,
  entities: readonly Entity[],
  tell: (done: number) => void,
): Promise<EntityDigest[]> {
  const digests: EntityDigest[] = [];
  let done = 0;
  for (const entity of entities) {
    const digester = new EntityDigester(entity);
    for (let rows = digester.step(db); rows > 0; rows = digester.step(db)) {
      done += rows;
      tell(done);
      await new Promise((resolve) => setImmediate(resolve));
      letOthersIn();
      standForPress();
    }
    digests.push(digester.end());
  }
  return digests;
}

/**
 * Quick check: recomputes every bucket from columns and keyed tags, compares it with the buckets that
 * were kept when rows were applied, and, where the cursor stands at a checkpoint, with the server's roots.
 */
export async function verifySlice(
  db: ReadableDb,
  tell: (done: number) => void,
): Promise<VerifyResult> {
  const startMs = performance.now();
  const digests = await digestEntities(db, ENTITY_ORDER, tell);
  const roots: Partial<Record<Entity, string>> = {};
  const provable = new Set(provableEntities(db));
  let buckets = 0;
  let rows = 0;
  for (const digest of digests) {
    const tree = treeOf(digest);
    roots[digest.entity] = hexOf(tree.root());
    rows += digest.rows;
    if (countOdd(db, digest.entity) > 0) buckets++;
    // Late entities that are still arriving have no kept buckets yet.
    if (provable.has(digest.entity))
      buckets += differingBuckets(tree, storedTree(db, digest.entity)).length;
  }
  const checkpoint = readCheckpoint(db);
  if (checkpoint !== null && checkpoint.rseq === readCursor(db)?.rseq && buckets === 0) {
    buckets = [...provable].filter((entity) => roots[entity] !== checkpoint.roots[entity]).length;
  }
  return {
    isEqual: buckets === 0,
    differingBuckets: buckets,
    root: rootOver(roots as Record<Entity, string>, checkpoint?.schema ?? SCHEMA_VERSION),
    roots,
    rows,
    tookMs: performance.now() - startMs,
  };
}
