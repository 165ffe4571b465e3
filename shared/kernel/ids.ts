import { base32FromBytes } from './codecs';

/**
 * A ULID: 48 bits of time (ms UTC) and 80 random bits as 26 Crockford base-32 characters. Sorts by
 * time to the millisecond; within one there is no order. Throws RangeError on a bad time or length.
 */
export function ulid(nowMs: number, randomBytes: Uint8Array): string {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) throw new RangeError('time');
  if (randomBytes.length !== 10) throw new RangeError('10 random bytes');
  // 128 bits behind two leading zero bits fill 26 characters: shift by writing them into 130 bits.
  const bytes = new Uint8Array(17);
  let time = nowMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(randomBytes, 6);
  for (let i = 16; i > 0; i--)
    bytes[i] = (((bytes[i] ?? 0) >> 2) | ((bytes[i - 1] ?? 0) << 6)) & 0xff;
  bytes[0] = (bytes[0] ?? 0) >> 2;
  return base32FromBytes(bytes).slice(0, 26);
}

/** True for a well-formed ULID in its canonical spelling. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}
