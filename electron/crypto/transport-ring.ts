import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../shared/errors/app-error';
import { emptyKey, keyBytes } from './key-bytes';

const KEY_BYTES = 32;
const ENTRY_BYTES = 4 + KEY_BYTES;

/** What opens what the centre seals under one epoch of a region's keys; 32 bytes each. */
export interface TransportPair {
  readonly keyEpoch: number;
  readonly transportPublic: Uint8Array;
  readonly transportPrivate: Uint8Array;
}

export type TransportSide = 'transportPublic' | 'transportPrivate';

/** One side of pairs as bytes, for the process that opens with it: u32be epoch ‖ key, for each. The receiver zeroes them. */
export function packTransport(pairs: readonly TransportPair[], side: TransportSide): Uint8Array {
  const packed = emptyKey(pairs.length * ENTRY_BYTES);
  const view = new DataView(packed.buffer);
  pairs.forEach((pair, place) => {
    const key = pair[side];
    if (key.length !== KEY_BYTES) throw new RangeError('transport key');
    view.setUint32(place * ENTRY_BYTES, pair.keyEpoch);
    packed.set(key, place * ENTRY_BYTES + 4);
  });
  return packed;
}

/** One side of the pairs that are in force, by epoch: an object is opened with the key that its header names. */
export class TransportRing {
  #packed: Uint8Array;

  /** Takes the bytes of `packTransport` over. Throws RangeError for anything else. */
  constructor(packed: Uint8Array) {
    this.#packed = wellFormed(packed);
  }

  /** Others in the place of these, which are zeroed. */
  replace(packed: Uint8Array): void {
    const next = wellFormed(packed);
    this.#packed.fill(0);
    this.#packed = next;
  }

  /** The ring's own bytes. Fails with SYNC_KEY_EPOCH for an epoch that is not in force here. */
  keyOf(keyEpoch: number): Uint8Array {
    const packed = this.#packed;
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    let held = 0;
    for (let at = 0; at < packed.length; at += ENTRY_BYTES) {
      held = view.getUint32(at);
      if (held === keyEpoch) return packed.subarray(at + 4, at + ENTRY_BYTES);
    }
    throw new AppError('SYNC_KEY_EPOCH', { epoch: keyEpoch, held });
  }

  zero(): void {
    this.#packed.fill(0);
    this.#packed = emptyKey(0);
  }
}

/** A pair of which the caller keeps his own. */
export function copyPair({ keyEpoch, transportPublic, transportPrivate }: TransportPair) {
  return {
    keyEpoch,
    transportPublic: keyBytes(transportPublic),
    transportPrivate: keyBytes(transportPrivate),
  };
}

export function isSamePair(a: TransportPair, b: TransportPair): boolean {
  return (
    a.keyEpoch === b.keyEpoch &&
    timingSafeEqual(a.transportPublic, b.transportPublic) &&
    timingSafeEqual(a.transportPrivate, b.transportPrivate)
  );
}

export function zeroPairs(pairs: readonly TransportPair[]): void {
  for (const { transportPublic, transportPrivate } of pairs) {
    transportPublic.fill(0);
    transportPrivate.fill(0);
  }
}

function wellFormed(packed: Uint8Array): Uint8Array {
  if (packed.length === 0 || packed.length % ENTRY_BYTES !== 0)
    throw new RangeError('transport keys');
  return packed;
}
