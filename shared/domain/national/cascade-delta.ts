import { err, ok, type Result } from '../../kernel/result';
import { type Cascade, cascadeBytes, type Level, MAX_FILTER_BYTES } from './cascade';

/**
 * What turns one filter into the next: of each level of the same shape the bits that differ, of another shape its bytes. Small
 * where the next one was built under the same salt and in the shapes of the first; always right, whatever it was built like.
 * It carries no signature: the digest of what comes out is the signed one, or the delta is thrown away.
 *
 *   delta = "FCND" | u8 1 | u8 levels | u32le salt | per level: u8 form, u8 hashes, u32le bits, then
 *           form 0: u32le count of flipped bits, a LEB128 gap for each (from the bit before; the first from 0)
 *           form 1: ceil(bits / 8) bytes
 */
const MAGIC = [0x46, 0x43, 0x4e, 0x44];
const HEAD_BYTES = 10;
const LEVEL_HEAD_BYTES = 6;
const FLIPS = 0;
const WHOLE = 1;
/** Five groups of seven bits hold any gap. */
const MAX_GAP_BYTES = 5;

/** Whether bytes are a delta, by how they begin; what else comes from a server is a filter. */
export function isDelta(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

export function cascadeDelta(from: Cascade, to: Cascade): Uint8Array {
  const out: number[] = [...MAGIC, 1, to.levels.length];
  pushU32(out, to.salt);
  for (const [at, level] of to.levels.entries()) {
    const before = from.levels[at];
    const { hashes, bits, bytes } = level;
    const flips = before?.bits === bits ? flipsOf(before.bytes, bytes) : null;
    const isSmall = flips !== null && flips.gaps.length + 4 < bytes.length;
    out.push(isSmall ? FLIPS : WHOLE, hashes);
    pushU32(out, bits);
    if (isSmall) {
      pushU32(out, flips.count);
      for (const byte of flips.gaps) out.push(byte);
    } else for (const byte of bytes) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** The bytes of the next filter. Bounded by the longest filter that is read; every length must fit to the last byte. */
export function applyDelta(from: Cascade, delta: Uint8Array): Result<Uint8Array, 'malformed'> {
  if (delta.length < HEAD_BYTES || !isDelta(delta) || delta[4] !== 1) return err('malformed');
  const view = new DataView(delta.buffer, delta.byteOffset, delta.byteLength);
  const levels: Level[] = [];
  let at = HEAD_BYTES;
  let total = 0;
  for (let i = 0; i < (delta[5] ?? 0); i++) {
    if (at + LEVEL_HEAD_BYTES > delta.length) return err('malformed');
    const [form, hashes] = [delta[at], delta[at + 1] ?? 0];
    const bits = view.getUint32(at + 2, true);
    const length = Math.ceil(bits / 8);
    total += length;
    if (total > MAX_FILTER_BYTES) return err('malformed');
    at += LEVEL_HEAD_BYTES;
    const bytes = new Uint8Array(length);
    if (form === WHOLE) {
      if (at + length > delta.length) return err('malformed');
      bytes.set(delta.subarray(at, at + length));
      at += length;
    } else {
      const before = from.levels[i];
      if (form !== FLIPS || before?.bits !== bits || at + 4 > delta.length) return err('malformed');
      bytes.set(before.bytes);
      const end = flip(bytes, bits, delta, at + 4, view.getUint32(at, true));
      if (end === null) return err('malformed');
      at = end;
    }
    levels.push({ hashes, bits, bytes });
  }
  if (at !== delta.length || levels.length === 0) return err('malformed');
  return ok(cascadeBytes({ salt: view.getUint32(6, true), levels }));
}

function flipsOf(
  before: Uint8Array,
  after: Uint8Array,
): { readonly count: number; readonly gaps: readonly number[] } {
  const gaps: number[] = [];
  let count = 0;
  let last = 0;
  for (let byte = 0; byte < after.length; byte++) {
    const differing = (before[byte] ?? 0) ^ (after[byte] ?? 0);
    for (let bit = 0; differing >> bit > 0; bit++) {
      if (((differing >> bit) & 1) === 0) continue;
      const place = byte * 8 + bit;
      let gap = place - last;
      for (; gap > 0x7f; gap >>>= 7) gaps.push((gap & 0x7f) | 0x80);
      gaps.push(gap);
      last = place;
      count++;
    }
  }
  return { count, gaps };
}

/** Flips so many bits; where the gaps end, or null where they do not fit. */
function flip(
  bytes: Uint8Array,
  bits: number,
  delta: Uint8Array,
  from: number,
  count: number,
): number | null {
  let at = from;
  let place = 0;
  for (let i = 0; i < count; i++) {
    let gap = 0;
    for (let group = 0; ; group++) {
      const byte = delta[at++];
      if (byte === undefined || group >= MAX_GAP_BYTES) return null;
      gap += (byte & 0x7f) * 2 ** (7 * group);
      if ((byte & 0x80) === 0) break;
    }
    place += gap;
    if (place >= bits || (gap === 0 && i > 0)) return null;
    const byte = Math.floor(place / 8);
    bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (place % 8));
  }
  return at;
}

function pushU32(out: number[], value: number): void {
  for (let shift = 0; shift < 32; shift += 8) out.push((value >>> shift) & 0xff);
}
