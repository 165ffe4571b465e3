import { utf8Bytes } from '../../kernel/bytes';
import { canonicalJson } from '../../kernel/canonical-json';
import type { Entity } from '../model';

/**
 * SHA-256 of the bytes, synchronous. Must not keep the array: callers reuse it. 32 bytes of its own
 * come back.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Ids in a bucket, and children of an inner node. */
export const FAN_OUT = 64;
export const HASH_BYTES = 32;
/** Bytes of the keyed tag over a row's private values. */
export const TAG_BYTES = 16;

/** The bucket that holds an id. */
export function bucketOf(id: number): number {
  return Math.floor(id / FAN_OUT);
}

/** Writes a non-negative safe integer as u64be. */
export function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value % 2 ** 32);
}

/** Hash of one row: see leafHasher. `publicJson` is text or its UTF-8 bytes (row-encoder). */
export type LeafHash = (
  id: number,
  rev: number,
  publicJson: string | Uint8Array,
  tag?: Uint8Array,
) => Uint8Array;

/**
 * Leaf = SHA-256(u64be id ‖ u32be rev ‖ SHA-256(canonical JSON of the public columns) ‖ 16-byte
 * keyed tag, or nothing where the row has no private values). Throws RangeError on a bad id, rev or tag.
 */
export function leafHasher(sha256: Sha256): LeafHash {
  const preimage = new Uint8Array(8 + 4 + HASH_BYTES + TAG_BYTES);
  const withoutTag = preimage.subarray(0, 8 + 4 + HASH_BYTES);
  const view = new DataView(preimage.buffer);
  return (id, rev, publicJson, tag) => {
    if (!Number.isSafeInteger(id) || id < 1) throw new RangeError('id');
    if (!Number.isInteger(rev) || rev < 1 || rev >= 2 ** 32) throw new RangeError('rev');
    writeU64(view, 0, id);
    view.setUint32(8, rev);
    const bytes = typeof publicJson === 'string' ? utf8Bytes(publicJson) : publicJson;
    preimage.set(sha256(bytes), 12);
    if (tag === undefined) return sha256(withoutTag);
    if (tag.length !== TAG_BYTES) throw new RangeError('tag');
    preimage.set(tag, 12 + HASH_BYTES);
    return sha256(preimage);
  };
}

/** Bucket hash = SHA-256 of its leaves in id order. An empty bucket has no hash: it is not in the tree. */
export function bucketHash(sha256: Sha256, leaves: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(leaves.length * HASH_BYTES);
  leaves.forEach((leaf, i) => {
    bytes.set(leaf, i * HASH_BYTES);
  });
  return sha256(bytes);
}

/** Hashes buckets from leaves that come in strictly ascending id order. */
export interface BucketStream {
  /** Throws RangeError when an id does not ascend. */
  readonly push: (id: number, leaf: Uint8Array) => void;
  /** Hash by bucket, in ascending order; call once, at the end. */
  readonly end: () => Map<number, Uint8Array>;
}

export function bucketStream(sha256: Sha256): BucketStream {
  const hashes = new Map<number, Uint8Array>();
  const leaves = new Uint8Array(FAN_OUT * HASH_BYTES);
  let filled = 0;
  let bucket = -1;
  let lastId = 0;
  const flush = (): void => {
    if (filled > 0) hashes.set(bucket, sha256(leaves.subarray(0, filled * HASH_BYTES)));
    filled = 0;
  };
  return {
    push: (id, leaf) => {
      if (id <= lastId) throw new RangeError('ids must ascend');
      lastId = id;
      const at = bucketOf(id);
      if (at !== bucket) {
        flush();
        bucket = at;
      }
      leaves.set(leaf, filled++ * HASH_BYTES);
    },
    end: () => {
      flush();
      return hashes;
    },
  };
}

/**
 * Region root = SHA-256 of canonical JSON {schema, roots: {entity: hex root}}, over every entity
 * that the schema synchronises.
 */
export function regionRoot(
  sha256: Sha256,
  schema: number,
  roots: Readonly<Record<Entity, string>>,
): Uint8Array {
  return sha256(utf8Bytes(canonicalJson({ schema, roots })));
}
