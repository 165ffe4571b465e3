/** The small part of DER (ITU-T X.690) that CMS needs, byte-exact both ways. */

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

/** One element: its whole encoding and the contents inside it. */
export interface Element {
  readonly tag: number;
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
}

const MAX_BYTES = 0xff_ffff;

/** Tag, length and contents. */
export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(body.length), body]);
}

/** SET OF, its members in ascending order of their encodings (X.690 §11.6). */
export function encodeSetOf(tag: number, members: readonly Uint8Array[]): Uint8Array {
  return encode(tag, ...[...members].sort(Buffer.compare));
}

/** Dotted decimal to an OBJECT IDENTIFIER. */
export function encodeOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return encode(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A small non-negative INTEGER. */
export function encodeInteger(value: number): Uint8Array {
  return encode(TAG.integer, Buffer.from([value]));
}

/** Time as X.509 and CMS want it: UTCTime through 2049, GeneralizedTime after (RFC 5652 §11.3). */
export function encodeTime(timeMs: number): Uint8Array {
  const text = `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:T]/gu, '')}Z`;
  return Number(text.slice(0, 4)) < 2050
    ? encode(TAG.utcTime, Buffer.from(text.slice(2), 'latin1'))
    : encode(TAG.generalizedTime, Buffer.from(text, 'latin1'));
}

/** Every element of a concatenation. Throws `RangeError` on anything that is not minimal DER. */
export function decodeAll(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const element = decodeAt(bytes, offset);
    elements.push(element);
    offset += element.raw.length;
  }
  return elements;
}

/** The one element that fills `bytes`. Throws `RangeError` when there is none or more. */
export function decodeOne(bytes: Uint8Array, tag?: number): Element {
  const element = decodeAt(bytes, 0);
  if (element.raw.length !== bytes.length) throw new RangeError('trailing bytes');
  if (tag !== undefined && element.tag !== tag) throw new RangeError('unexpected tag');
  return element;
}

/** The element that starts at `offset`. Throws `RangeError` when it is cut short or not minimal. */
export function decodeAt(bytes: Uint8Array, offset: number): Element {
  const tag = byteAt(bytes, offset);
  if ((tag & 0x1f) === 0x1f) throw new RangeError('long tag');
  let length = byteAt(bytes, offset + 1);
  let start = offset + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 3) throw new RangeError('length form');
    length = 0;
    for (let index = 0; index < count; index += 1) {
      length = length * 256 + byteAt(bytes, start + index);
    }
    start += count;
    if (length < 0x80 || lengthBytes(length).length !== count + 1)
      throw new RangeError('length not minimal');
  }
  const end = start + length;
  if (end > bytes.length) throw new RangeError('cut short');
  return { tag, raw: bytes.subarray(offset, end), content: bytes.subarray(start, end) };
}

/** An OBJECT IDENTIFIER's contents as dotted decimal; arcs beyond 2^53 lose digits and match nothing of ours. */
export function decodeOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [head = 0, ...rest] = arcs;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join('.');
}

function lengthBytes(length: number): Uint8Array {
  if (length > MAX_BYTES) throw new RangeError('too long');
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  return Uint8Array.of(0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest % 128) + 128);
  }
  return digits;
}

function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw new RangeError('cut short');
  return byte;
}
