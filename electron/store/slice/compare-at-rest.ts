import { ENTITY_ORDER, SCHEMA_VERSION } from '../../../shared/domain/model';
import type { WritableDb } from '../database';
import type { StoreCalls } from '../protocol';
import { rootOver, type SliceDigest } from './digest';
import { FACTS, readCheckpoint, readCounts, readCursor, writeFact } from './state';

/**
 * Compares all roots with the checkpoint that the slice stands at, on an open transaction. That they differ is noted as a
 * check that found it, so that the next run repairs. Null between two checkpoints: the next one is compared anyway.
 */
export function compareAtRest(db: WritableDb, digest: SliceDigest): StoreCalls['lateFinish'][1] {
  const checkpoint = readCheckpoint(db);
  const roots = digest.roots();
  const root = rootOver(roots, checkpoint?.schema ?? SCHEMA_VERSION);
  if (checkpoint === null || checkpoint.rseq !== readCursor(db)?.rseq)
    return { isEqual: null, root };
  const differing = ENTITY_ORDER.filter((entity) => roots[entity] !== checkpoint.roots[entity]);
  const isEqual = differing.length === 0 && root === checkpoint.root;
  if (!isEqual) noteDiffering(db, digest, differing.length);
  return { isEqual, root };
}

/**
 * Notes that rows are not the server's, as a check that found it does: the slice is not called proven until a repair or a
 * whole slice took it back, and a bundle for the centre asks for one. On an open transaction or one of its own.
 */
export function noteDiffering(db: WritableDb, digest: SliceDigest, buckets: number): void {
  const counts = readCounts(db);
  const roots = digest.roots();
  writeFact(db, FACTS.lastVerify, {
    isEqual: false,
    differingBuckets: Math.max(1, buckets),
    root: rootOver(roots, readCheckpoint(db)?.schema ?? SCHEMA_VERSION),
    roots,
    rows: ENTITY_ORDER.reduce((sum, entity) => sum + (counts[entity] ?? 0), 0),
    tookMs: 0,
    atMs: Date.now(),
  });
}
