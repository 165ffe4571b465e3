import type { PersonPrivate } from '../../shared/domain/model';
import { textFromUtf8 } from '../../shared/kernel/bytes';
import { err, ok, type Result } from '../../shared/kernel/result';
import type { FieldKeys } from './field-keys';
import { applySm4Ctr, type PackedRows } from './sm4';

/**
 * Sealed values at rest: SM4-CTR under a sub-key of K_field. No tag: integrity is the page HMAC's of the
 * file and the set digest's.
 *
 *   blob   = u8 version = 1 | u16be key version | u64be counter | ciphertext
 *   person = u8 idType | u8 length | ID number, UTF-8 | u8 length | phone, UTF-8 (length 0: no phone)
 *   number = UTF-8 of a certificate number that contains an ID
 *
 * A counter value is used once per key for ever (see CounterReserve).
 */
const VERSION = 1;
const HEADER_BYTES = 11;
const MAX_VALUE_BYTES = 255;
const MAX_BLOB_BYTES = HEADER_BYTES + 3 + 2 * MAX_VALUE_BYTES;

export type BlobFault = 'malformed' | 'version-unknown' | 'key-version-unknown';

/**
 * Seals a column; row i takes counter `firstCounter + i`, sealed or not, and null gives an empty range.
 * Throws RangeError, without the value, when a value is empty or longer than 255 UTF-8 bytes.
 */
export function sealPersons(
  values: readonly (PersonPrivate | null)[],
  keys: FieldKeys,
  firstCounter: bigint,
): PackedRows {
  return sealPacked(values, PERSON, keys.person, keys.version, firstCounter);
}

/** The same for own certificate numbers (numberForm `sealed`). */
export function sealNumbers(
  values: readonly (string | null)[],
  keys: FieldKeys,
  firstCounter: bigint,
): PackedRows {
  return sealPacked(values, NUMBER, keys.certificate, keys.version, firstCounter);
}

/** Opens one person's blob. A wrong key shows as `malformed` with near certainty, not with certainty. */
export function openPerson(blob: Uint8Array, keys: FieldKeys): Result<PersonPrivate, BlobFault> {
  const plain = openBlob(blob, keys.person, keys.version);
  if (!plain.ok) return plain;
  const person = unpackPerson(plain.value);
  plain.value.fill(0);
  return person === undefined ? err('malformed') : ok(person);
}

/** Opens one certificate's sealed number. */
export function openNumber(blob: Uint8Array, keys: FieldKeys): Result<string, BlobFault> {
  const plain = openBlob(blob, keys.certificate, keys.version);
  if (!plain.ok) return plain;
  const number = plain.value.length === 0 ? undefined : readText(plain.value);
  plain.value.fill(0);
  return number === undefined ? err('malformed') : ok(number);
}

/**
 * Opens a column of persons, SM4 in one pass a key. Null where the range is empty, and where the blob is
 * malformed or names a key that is not among `fields`.
 */
export function openPersons(
  rows: PackedRows,
  fields: readonly FieldKeys[],
): (PersonPrivate | null)[] {
  return openPacked(rows, fields, ({ person }) => person, unpackPerson);
}

/** The same for own certificate numbers. */
export function openNumbers(rows: PackedRows, fields: readonly FieldKeys[]): (string | null)[] {
  return openPacked(
    rows,
    fields,
    ({ certificate }) => certificate,
    (plain) => (plain.length === 0 ? undefined : readText(plain)),
  );
}

function openPacked<T>(
  { bytes, offsets }: PackedRows,
  fields: readonly FieldKeys[],
  keyOf: (keys: FieldKeys) => Uint8Array,
  unpack: (plain: Uint8Array) => T | undefined,
): (T | null)[] {
  const opened = new Array<T | null>(offsets.length - 1).fill(null);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const keys of fields) {
    const at: number[] = [];
    let total = 0;
    for (let row = 0; row < opened.length; row++) {
      const from = offsets[row] ?? 0;
      const length = (offsets[row + 1] ?? 0) - from;
      if (length < HEADER_BYTES || length > MAX_BLOB_BYTES || bytes[from] !== VERSION) continue;
      if (view.getUint16(from + 1) !== keys.version) continue;
      at.push(row);
      total += length - HEADER_BYTES;
    }
    const inner = new Uint32Array(at.length + 1);
    const counters = new BigUint64Array(at.length);
    const plain = new Uint8Array(total);
    at.forEach((row, i) => {
      const from = offsets[row] ?? 0;
      const sealed = bytes.subarray(from + HEADER_BYTES, offsets[row + 1]);
      plain.set(sealed, inner[i]);
      inner[i + 1] = (inner[i] ?? 0) + sealed.length;
      counters[i] = view.getBigUint64(from + 3);
    });
    applySm4Ctr({ bytes: plain, offsets: inner }, counters, keyOf(keys));
    at.forEach((row, i) => {
      opened[row] = unpack(plain.subarray(inner[i], inner[i + 1])) ?? null;
    });
    plain.fill(0);
  }
  return opened;
}

/** How a value is laid out before it is sealed. */
interface Packing<T> {
  /** Bytes of the packed value. Throws RangeError for a value that no blob can hold. */
  size(value: T): number;
  write(value: T, out: Buffer, at: number): void;
}

/** A whole column in two passes, sizes and bytes: an object a row would cost more than SM4 does. */
function sealPacked<T>(
  values: readonly (T | null)[],
  packing: Packing<T>,
  key: Uint8Array,
  keyVersion: number,
  firstCounter: bigint,
): PackedRows {
  if (firstCounter < 0n || firstCounter + BigInt(values.length) > 0xffff_ffff_ffff_ffffn)
    throw new RangeError('sealed values: counter out of range');
  const inner = new Uint32Array(values.length + 1);
  const offsets = new Uint32Array(values.length + 1);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    const size = value === null ? 0 : packing.size(value);
    inner[row + 1] = (inner[row] ?? 0) + size;
    offsets[row + 1] = (offsets[row] ?? 0) + (value === null ? 0 : HEADER_BYTES + size);
  }
  const sealed = Buffer.alloc(inner[values.length] ?? 0);
  const counters = new BigUint64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    counters[row] = firstCounter + BigInt(row);
    const value = values[row] ?? null;
    if (value !== null) packing.write(value, sealed, inner[row] ?? 0);
  }
  applySm4Ctr({ bytes: sealed, offsets: inner }, counters, key);
  const bytes = new Uint8Array(offsets[values.length] ?? 0);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < values.length; row++) {
    const at = offsets[row] ?? 0;
    if (at === offsets[row + 1]) continue;
    bytes[at] = VERSION;
    view.setUint16(at + 1, keyVersion);
    view.setBigUint64(at + 3, counters[row] ?? 0n);
    bytes.set(sealed.subarray(inner[row], inner[row + 1]), at + HEADER_BYTES);
  }
  return { bytes, offsets };
}

function openBlob(
  blob: Uint8Array,
  key: Uint8Array,
  keyVersion: number,
): Result<Uint8Array, BlobFault> {
  if (blob.length < HEADER_BYTES || blob.length > MAX_BLOB_BYTES) return err('malformed');
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (view.getUint8(0) !== VERSION) return err('version-unknown');
  if (view.getUint16(1) !== keyVersion) return err('key-version-unknown');
  const bytes = blob.slice(HEADER_BYTES);
  applySm4Ctr(
    { bytes, offsets: Uint32Array.of(0, bytes.length) },
    BigUint64Array.of(view.getBigUint64(3)),
    key,
  );
  return ok(bytes);
}

const PERSON: Packing<PersonPrivate> = {
  size: ({ idType, idNumber, phone }) => {
    if (!Number.isInteger(idType) || idType < 0 || idType > 255)
      throw new RangeError('sealed values: ID type out of range');
    return 3 + textBytes(idNumber) + (phone === undefined ? 0 : textBytes(phone));
  },
  write: ({ idType, idNumber, phone }, out, at) => {
    out[at] = idType;
    const idEnd = at + 2 + out.write(idNumber, at + 2);
    out[at + 1] = idEnd - at - 2;
    out[idEnd] = phone === undefined ? 0 : out.write(phone, idEnd + 1);
  },
};

const NUMBER: Packing<string> = {
  size: textBytes,
  write: (number, out, at) => {
    out.write(number, at);
  },
};

/** UTF-8 bytes of a text that is sealed. */
function textBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  if (bytes === 0 || bytes > MAX_VALUE_BYTES)
    throw new RangeError('sealed values: value empty or too long');
  return bytes;
}

function unpackPerson(plain: Uint8Array): PersonPrivate | undefined {
  const idLength = plain[1] ?? 0;
  const phoneAt = 2 + idLength;
  const phoneLength = plain[phoneAt];
  if (idLength === 0 || phoneLength === undefined || plain.length !== phoneAt + 1 + phoneLength)
    return undefined;
  const idNumber = readText(plain.subarray(2, phoneAt));
  const phone = readText(plain.subarray(phoneAt + 1));
  if (idNumber === undefined || phone === undefined) return undefined;
  return { idType: plain[0] ?? 0, idNumber, ...(phoneLength > 0 ? { phone } : {}) };
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    return textFromUtf8(bytes);
  } catch {
    return undefined;
  }
}
