import { err, ok, type Result } from '../../kernel/result';
import { type ItemKey, mix } from './mix';

/**
 * A cascade of Bloom filters (as in CRLite, IEEE S&P 2017): level 1 holds the listed certificates, level 2 those others
 * that level 1 takes for listed, level 3 the listed ones that level 2 takes for others, and so on until nothing is mistaken.
 * Over the certificates that it was built from it is exact; over any other it errs as often as level 1.
 *
 *   file = "FCNF" | u8 1 | u8 levels | u32le salt | per level: u8 hashes, u32le bits, ceil(bits / 8) bytes
 */
export interface Cascade {
  readonly salt: number;
  readonly levels: readonly Level[];
}

export interface Level {
  readonly hashes: number;
  readonly bits: number;
  readonly bytes: Uint8Array;
}

const MAGIC = [0x46, 0x43, 0x4e, 0x46];
const HEAD_BYTES = 10;
const MAX_LEVELS = 60;
const MAX_HASHES = 40;
/** Longest file that is read: eight times what 30 million certificates at 1 % take. */
export const MAX_FILTER_BYTES = 8_000_000;

/** How much smaller or larger than wanted a former level's shape may be to be taken again. */
const LEAST_ROOM = 0.85;
const MOST_ROOM = 1.4;

const bitsFor = (items: number, error: number): number =>
  Math.max(64, Math.ceil((-items * Math.log(error)) / Math.LN2 ** 2));

const fits = (former: Level, bits: number): boolean =>
  former.bits >= bits * LEAST_ROOM && former.bits <= bits * MOST_ROOM;

/** Level 1 mistakes so many of the others that the next levels are about as large as it is. */
const firstError = (listed: number, others: number): number =>
  Math.min(0.5, Math.max(1e-6, listed / Math.max(1, others) / Math.SQRT2));

/** Whether a filter of so many can be built in the shape of a former one, so that the two differ in few bits. */
export function isShapeFit({ levels }: Cascade, listed: number, others: number): boolean {
  const [first] = levels;
  return first !== undefined && fits(first, bitsFor(listed, firstError(listed, others)));
}

function emptyLevel(items: number, error: number, former?: Level): Level {
  const bits = bitsFor(items, error);
  if (former !== undefined && fits(former, bits))
    return { ...former, bytes: new Uint8Array(former.bytes.length) };
  const hashes = Math.min(
    MAX_HASHES,
    Math.max(1, Math.round((bits / Math.max(1, items)) * Math.LN2)),
  );
  return { hashes, bits, bytes: new Uint8Array(Math.ceil(bits / 8)) };
}

function add({ hashes, bits, bytes }: Level, key: ItemKey, salt: number, at: number): void {
  const { a, b } = mix(key, salt, at);
  for (let i = 0; i < hashes; i++) {
    const place = (a + i * b) % bits;
    const byte = Math.floor(place / 8);
    bytes[byte] = (bytes[byte] ?? 0) | (1 << (place % 8));
  }
}

function has({ hashes, bits, bytes }: Level, key: ItemKey, salt: number, at: number): boolean {
  const { a, b } = mix(key, salt, at);
  for (let i = 0; i < hashes; i++) {
    const place = (a + i * b) % bits;
    if (((bytes[Math.floor(place / 8)] ?? 0) & (1 << (place % 8))) === 0) return false;
  }
  return true;
}

/**
 * Builds the cascade. `others` is gone through once and may be a stream of millions; only what level 1 mistakes is kept.
 * `othersCount` sizes level 1 and need not be exact. With `like`, levels take that filter's shapes where they fit: under its
 * salt the two then differ in few bits. Throws RangeError where it does not settle (an item in both).
 */
export async function buildCascade(
  listed: readonly ItemKey[],
  others: AsyncIterable<ItemKey> | Iterable<ItemKey>,
  othersCount: number,
  salt: number,
  like?: Cascade,
): Promise<Cascade> {
  const levels: Level[] = [];
  const first = emptyLevel(listed.length, firstError(listed.length, othersCount), like?.levels[0]);
  for (const key of listed) add(first, key, salt, 0);
  levels.push(first);
  const mistaken: ItemKey[] = [];
  for await (const key of others) if (has(first, key, salt, 0)) mistaken.push(key);
  let inside: readonly ItemKey[] = mistaken;
  let outside: readonly ItemKey[] = listed;
  while (inside.length > 0) {
    if (levels.length >= MAX_LEVELS) throw new RangeError('filter: does not settle');
    const at = levels.length;
    const level = emptyLevel(inside.length, 0.5, like?.levels[at]);
    for (const key of inside) add(level, key, salt, at);
    levels.push(level);
    const wrong = outside.filter((key) => has(level, key, salt, at));
    [outside, inside] = [inside, wrong];
  }
  return { salt, levels };
}

/** Whether the filter lists the certificate: suspended, revoked, withdrawn or cancelled on its day. */
export function isListed({ salt, levels }: Cascade, key: ItemKey): boolean {
  for (const [at, level] of levels.entries()) {
    // A level that does not know it decides: the even ones hold others, the odd ones listed.
    if (!has(level, key, salt, at)) return at % 2 === 1;
  }
  return levels.length % 2 === 1;
}

export function cascadeBytes({ salt, levels }: Cascade): Uint8Array {
  const length = levels.reduce((sum, { bytes }) => sum + 5 + bytes.length, HEAD_BYTES);
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  out.set(MAGIC);
  out[4] = 1;
  out[5] = levels.length;
  view.setUint32(6, salt, true);
  let at = HEAD_BYTES;
  for (const { hashes, bits, bytes } of levels) {
    out[at] = hashes;
    view.setUint32(at + 1, bits, true);
    out.set(bytes, at + 5);
    at += 5 + bytes.length;
  }
  return out;
}

/** Reads a filter's bytes; every length must fit to the last byte. */
export function readCascade(file: Uint8Array): Result<Cascade, 'malformed'> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isOurs =
    file.length >= HEAD_BYTES && MAGIC.every((byte, i) => file[i] === byte) && file[4] === 1;
  const count = file[5] ?? 0;
  if (!isOurs || file.length > MAX_FILTER_BYTES || count === 0 || count > MAX_LEVELS)
    return err('malformed');
  const levels: Level[] = [];
  let at = HEAD_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + 5 > file.length) return err('malformed');
    const hashes = file[at] ?? 0;
    const bits = view.getUint32(at + 1, true);
    const length = Math.ceil(bits / 8);
    if (hashes === 0 || hashes > MAX_HASHES || bits < 64 || at + 5 + length > file.length)
      return err('malformed');
    levels.push({ hashes, bits, bytes: file.slice(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  return at === file.length ? ok({ salt: view.getUint32(6, true), levels }) : err('malformed');
}
