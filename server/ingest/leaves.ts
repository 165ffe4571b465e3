import { hash } from 'node:crypto';
import type { Entity } from '../../shared/domain/model';
import { canonicalPrivate, canonicalRow } from '../../shared/domain/sync/canonical-row';
import { leafHasher, type Sha256, TAG_BYTES } from '../../shared/domain/sync/digest';
import type { Values } from '../store/rows';

/** Through text, because Node's one-shot hash is three times as fast into a string as into a buffer. */
export const sha256: Sha256 = (bytes) => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');

const BLOCK_BYTES = 64;

/** HMAC-SHA-256 (RFC 2104) with the key's pads laid out once: a tenth of createHmac's time per short message. */
function hmacSha256(key: Uint8Array): (message: string) => Uint8Array {
  if (key.length > BLOCK_BYTES) throw new RangeError('key');
  const pad = (byte: number): Buffer =>
    Buffer.alloc(BLOCK_BYTES, byte).map((value, i) => value ^ (key[i] ?? 0)) as Buffer;
  const inner = pad(0x36);
  const outer = Buffer.concat([pad(0x5c), Buffer.alloc(32)]);
  return (message) => {
    outer.set(sha256(Buffer.concat([inner, Buffer.from(message, 'utf8')])), BLOCK_BYTES);
    return sha256(outer);
  };
}

/** Digest leaf of a row's values; throws TypeError on a missing or mistyped column. */
export type LeafOf = (
  entity: Entity,
  id: number,
  rev: number,
  values: Values,
  secret: Values,
) => Uint8Array;

/** Leaves of a region: private values enter as a tag keyed by the region's digest key. */
export function leavesOf(digestTag: Uint8Array): LeafOf {
  const leaf = leafHasher(sha256);
  const tagOf = hmacSha256(digestTag);
  return (entity, id, rev, values, secret) => {
    const json = canonicalPrivate(entity, secret);
    const tag = json === undefined ? undefined : tagOf(json).subarray(0, TAG_BYTES);
    return leaf(id, rev, canonicalRow(entity, values), tag);
  };
}
