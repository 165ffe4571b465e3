import { randomBytes } from 'node:crypto';
import type { RegionKeys } from '../../shared/protocol/enrol';

/** Keys of one region and key epoch, 32 bytes each. */
export interface RegionKeySet {
  readonly keyEpoch: number;
  /** K_region: keyed tags of private values in digest leaves. */
  readonly digestTag: Buffer;
  readonly transportPublic: Buffer;
  readonly transportPrivate: Buffer;
}

const KEY_BYTES = 32;

export function newRegionKeys(keyEpoch: number): RegionKeySet {
  return {
    keyEpoch,
    digestTag: randomBytes(KEY_BYTES),
    transportPublic: randomBytes(KEY_BYTES),
    transportPrivate: randomBytes(KEY_BYTES),
  };
}

/** Bytes to be wrapped for rest. */
export function packRegionKeys(keys: RegionKeySet): Buffer {
  return Buffer.concat([keys.digestTag, keys.transportPublic, keys.transportPrivate]);
}

/** Throws RangeError on another length. */
export function unpackRegionKeys(keyEpoch: number, bytes: Buffer): RegionKeySet {
  if (bytes.length !== 3 * KEY_BYTES) throw new RangeError('region keys');
  const part = (i: number): Buffer => bytes.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
  return { keyEpoch, digestTag: part(0), transportPublic: part(1), transportPrivate: part(2) };
}

/** As they travel to a device, in a sealed box. */
export function wireRegionKeys(region: string, keys: RegionKeySet): RegionKeys {
  return {
    region,
    keyEpoch: keys.keyEpoch,
    digestTag: keys.digestTag.toString('base64'),
    transportPublic: keys.transportPublic.toString('base64'),
    transportPrivate: keys.transportPrivate.toString('base64'),
  };
}
