/** What SQLite stores: integers stay within the safe range, bytes are Buffers. */
export type SqlValue = number | string | Uint8Array | null;
/** A row as an array, in the order of the selected columns. */
export type SqlRow = readonly SqlValue[];

/** An integer column's value; throws TypeError when the file holds something else. */
export function intOf(value: SqlValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError('an integer was expected');
  return value;
}

export function intOrNull(value: SqlValue | undefined): number | null {
  return value === null || value === undefined ? null : intOf(value);
}

export function textOf(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('a text was expected');
  return value;
}

export function textOrNull(value: SqlValue | undefined): string | null {
  return value === null || value === undefined ? null : textOf(value);
}

/** A copy of a blob column's value, or null. */
export function bytesOrNull(value: SqlValue | undefined): Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (!(value instanceof Uint8Array)) throw new TypeError('bytes were expected');
  return new Uint8Array(value);
}

/** Lower-case hex of bytes. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
