import { createHmac, hash } from 'node:crypto';
import { canonicalPrivate, canonicalRow } from '../../shared/domain/sync/canonical-row';
import { leafHasher, type Sha256, TAG_BYTES } from '../../shared/domain/sync/digest';
import type { Entity } from '../../shared/domain/model';
import type { Values } from '../store/rows';

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

/** Digest leaf of a row's values; throws TypeError on a missing or mistyped column. */
export type LeafOf = (entity: Entity, id: number, rev: number, values: Values, secret: Values) => Uint8Array;

/** Leaves of a region: private values enter as a tag keyed by the region's digest key. */
export function leavesOf(digestTag: Uint8Array): LeafOf {
  const leaf = leafHasher(sha256);
  return (entity, id, rev, values, secret) => {
    const json = canonicalPrivate(entity, secret);
    const tag = json === undefined ? undefined : createHmac('sha256', digestTag).update(json).digest().subarray(0, TAG_BYTES);
    return leaf(id, rev, canonicalRow(entity, values), tag);
  };
}
