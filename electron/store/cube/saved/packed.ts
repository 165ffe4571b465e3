/** Columns of numbers of some rows, NaN where a value is absent. Whoever gets them may keep no reference: they are reused. */
export interface NumberColumns {
  count: number;
  readonly values: readonly Float64Array[];
}

/** Bytes before a column's data: the number under its least value, its width, and room to the next eighth byte. */
const HEAD_BYTES = 16;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

type Stored = Uint8Array | Uint16Array | Uint32Array | Float64Array;

function viewOf(buffer: ArrayBufferLike, at: number, width: number, count: number): Stored | null {
  if (width === 1) return new Uint8Array(buffer, at, count);
  if (width === 2) return new Uint16Array(buffer, at, count);
  if (width === 4) return new Uint32Array(buffer, at, count);
  return width === 8 ? new Float64Array(buffer, at, count) : null;
}

/** The least and the greatest value, or null where all are absent. */
function bounds(values: Float64Array, count: number): readonly [number, number] | null {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least > most ? null : [least, most];
}

const widthOf = (span: number): number =>
  span <= 0xff ? 1 : span <= 0xffff ? 2 : span <= 0xffff_ffff ? 4 : 8;

/** As bytes: each column as distances from its least value in the narrowest width that holds them; 0 stands for an absent one. */
export function pack({ count, values }: NumberColumns): Uint8Array {
  const plans = values.map((column) => {
    const [least, most] = bounds(column, count) ?? [0, 0];
    const width = widthOf(most - least + 1);
    return { column, under: least - 1, width, bytes: HEAD_BYTES + padded(width * count) };
  });
  const packed = new Uint8Array(plans.reduce((sum, { bytes }) => sum + bytes, 0));
  const head = new DataView(packed.buffer);
  let at = 0;
  for (const { column, under, width, bytes } of plans) {
    head.setFloat64(at, under, true);
    head.setUint8(at + 8, width);
    const stored = viewOf(packed.buffer, at + HEAD_BYTES, width, count) as Stored;
    for (let i = 0; i < count; i++) {
      const value = column[i] ?? Number.NaN;
      stored[i] = Number.isNaN(value) ? 0 : value - under;
    }
    at += bytes;
  }
  return packed;
}

/** Puts what was packed into `into`; false where the bytes are not those of so many rows. `packed` begins at an eighth byte. */
export function unpack(packed: Uint8Array, count: number, into: NumberColumns): boolean {
  const head = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let at = 0;
  for (const column of into.values) {
    if (count > column.length || at + HEAD_BYTES > packed.length) return false;
    const under = head.getFloat64(at, true);
    const width = head.getUint8(at + 8);
    const end = at + HEAD_BYTES + padded(width * count);
    if (end > packed.length) return false;
    const stored = viewOf(packed.buffer, packed.byteOffset + at + HEAD_BYTES, width, count);
    if (stored === null) return false;
    // The runtime's own copy first: a loop over one kind of array is several times as fast as over four.
    column.set(stored);
    for (let i = 0; i < count; i++) {
      const distance = column[i] ?? 0;
      column[i] = distance === 0 ? Number.NaN : distance + under;
    }
    at = end;
  }
  into.count = count;
  return at === packed.length;
}
