/** One BER-TLV element of a card's answer (ISO 7816-4 section 5.2.2); `tag` as its bytes read, such as 0x5fc10a. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** A card's answer is not the BER-TLV that it should be. */
export class TlvError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'TlvError';
  }
}

const MAX_ELEMENTS = 32;

/**
 * Reads a run of elements that fills `bytes` to its last byte: definite lengths of up to two bytes, tags of up to
 * three. Throws `TlvError` for a length beyond the end, an open length, or more elements than PIV has.
 */
export function readTlvs(bytes: Uint8Array): Tlv[] {
  const elements: Tlv[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (elements.length === MAX_ELEMENTS) throw new TlvError('too many elements');
    const tag = readTag(bytes, offset);
    const length = readLength(bytes, tag.next);
    const end = length.next + length.value;
    if (end > bytes.length) throw new TlvError('length beyond the end');
    elements.push({ tag: tag.value, value: bytes.subarray(length.next, end) });
    offset = end;
  }
  return elements;
}

/** The value of the one element with this tag; undefined where there is none. Throws `TlvError` where it comes twice. */
export function elementOf(elements: readonly Tlv[], tag: number): Uint8Array | undefined {
  const found = elements.filter((element) => element.tag === tag);
  if (found.length > 1) throw new TlvError(`tag ${tag.toString(16)} twice`);
  return found[0]?.value;
}

/** Reads an answer that must be this one element and nothing more. Throws `TlvError`. */
export function readOnly(bytes: Uint8Array, tag: number): Uint8Array {
  const [element, ...more] = readTlvs(bytes);
  if (element?.tag !== tag || more.length > 0)
    throw new TlvError(`tag ${tag.toString(16)} expected`);
  return element.value;
}

/** Writes one element with the shortest length (values below 65,536 bytes). */
export function writeTlv(tag: number, value: Uint8Array): Buffer {
  const { length } = value;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const tagBytes = [16, 8, 0].map((shift) => (tag >> shift) & 0xff);
  while (tagBytes.length > 1 && tagBytes[0] === 0) tagBytes.shift();
  return Buffer.concat([Buffer.from([...tagBytes, ...lengthBytes]), value]);
}

interface Read {
  readonly value: number;
  readonly next: number;
}

function readTag(bytes: Uint8Array, offset: number): Read {
  let value = byteAt(bytes, offset);
  let next = offset + 1;
  if ((value & 0x1f) !== 0x1f) return { value, next };
  for (;;) {
    if (next - offset === 3) throw new TlvError('tag too long');
    const byte = byteAt(bytes, next);
    value = (value << 8) | byte;
    next += 1;
    if ((byte & 0x80) === 0) return { value, next };
  }
}

function readLength(bytes: Uint8Array, offset: number): Read {
  const first = byteAt(bytes, offset);
  if (first < 0x80) return { value: first, next: offset + 1 };
  if (first === 0x81) return { value: byteAt(bytes, offset + 1), next: offset + 2 };
  if (first !== 0x82) throw new TlvError('length form');
  const value = (byteAt(bytes, offset + 1) << 8) | byteAt(bytes, offset + 2);
  return { value, next: offset + 3 };
}

function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw new TlvError('cut off');
  return byte;
}
