import { textFromUtf8, utf8Bytes } from './bytes';
import { err, ok, type Result } from './result';

/** What our codes are made of: no floats, no indefinite lengths, no tags but the outermost. */
export type Cbor = number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number, Cbor>;

const MAX_DEPTH = 4;
const MAX_ITEMS = 32;

function head(major: number, value: number): number[] {
  const type = major << 5;
  if (value < 24) return [type | value];
  if (value < 0x100) return [type | 24, value];
  if (value < 0x10000) return [type | 25, value >> 8, value & 0xff];
  if (value < 0x100000000) return [type | 26, ...wide(value)];
  const high = Math.floor(value / 0x100000000);
  return [type | 27, ...wide(high), ...wide(value % 0x100000000)];
}

const wide = (value: number): number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];

function write(value: Cbor, out: number[]): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('cbor: integers only');
    out.push(...(value >= 0 ? head(0, value) : head(1, -1 - value)));
  } else if (typeof value === 'string') {
    const bytes = utf8Bytes(value);
    out.push(...head(3, bytes.length), ...bytes);
  } else if (value instanceof Uint8Array) out.push(...head(2, value.length), ...value);
  else if (value instanceof Map) {
    const keys = [...value.keys()].sort((a, b) => order(a) - order(b));
    out.push(...head(5, keys.length));
    for (const key of keys) {
      write(key, out);
      write(value.get(key) as Cbor, out);
    }
  } else {
    const list = value as readonly Cbor[];
    out.push(...head(4, list.length));
    for (const item of list) write(item, out);
  }
}

/** Small integers by their encoded bytes: positive ones first, then negative ones (RFC 8949 section 4.2.1). */
const order = (key: number): number => (key >= 0 ? key : 2 ** 40 - key);

/** Deterministic encoding (RFC 8949 section 4.2.1). Throws TypeError for a number that is no safe integer. */
export function cborBytes(value: Cbor): Uint8Array {
  const out: number[] = [];
  write(value, out);
  return Uint8Array.from(out);
}

class Reader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  get isEnd(): boolean {
    return this.at === this.bytes.length;
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) throw new RangeError('cbor: cut');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private length(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw new RangeError('cbor: form');
    const size = 1 << (info - 24);
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    // The shortest form only, and nothing that a number here cannot hold.
    const least = size === 1 ? 24 : 2 ** (4 * size);
    if (value < least || !Number.isSafeInteger(value)) throw new RangeError('cbor: length');
    return value;
  }

  item(depth: number): Cbor {
    const [first = 0] = this.take(1);
    const major = first >> 5;
    const value = this.length(first & 31);
    switch (major) {
      case 0:
        return value;
      case 1:
        return -1 - value;
      case 2:
        return this.take(value).slice();
      case 3:
        return textFromUtf8(this.take(value));
      case 4:
      case 5:
        break;
      default:
        throw new RangeError('cbor: type');
    }
    if (depth >= MAX_DEPTH || value > MAX_ITEMS) throw new RangeError('cbor: depth');
    if (major === 4) return Array.from({ length: value }, () => this.item(depth + 1));
    const map = new Map<number, Cbor>();
    let last = -1;
    for (let i = 0; i < value; i++) {
      const key = this.item(depth + 1);
      if (typeof key !== 'number' || order(key) <= last) throw new RangeError('cbor: keys');
      last = order(key);
      map.set(key, this.item(depth + 1));
    }
    return map;
  }
}

/** Reads one deterministic item that fills the bytes; anything else is refused whole. */
export function cborValue(bytes: Uint8Array): Result<Cbor, 'malformed'> {
  try {
    const reader = new Reader(bytes);
    const value = reader.item(0);
    return reader.isEnd ? ok(value) : err('malformed');
  } catch {
    return err('malformed');
  }
}
