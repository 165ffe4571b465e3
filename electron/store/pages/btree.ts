import type { SqlValue } from '../sql/values';
import { type PageFile, USABLE_BYTES } from './page-file';

/** B-tree pages and records (https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1). */

type PageKind = 'table-leaf' | 'table-inner' | 'index-leaf' | 'index-inner';
const KINDS: Readonly<Record<number, PageKind>> = {
  2: 'index-inner',
  5: 'table-inner',
  10: 'index-leaf',
  13: 'table-leaf',
};

/** One entry of a page. `rowid` of tables, `child` of inner pages, `payload` where it carries a record. */
interface Cell {
  readonly rowid: number;
  readonly child: number;
  readonly payloadAt: number;
  readonly payloadBytes: number;
}

/** One page of a b-tree. */
export class TreePage {
  readonly kind: PageKind;
  readonly cells: readonly Cell[];
  /** The child after the last cell; 0 on leaves. */
  readonly rightmost: number;

  private constructor(
    private readonly bytes: Buffer,
    kind: PageKind,
    cells: readonly Cell[],
    rightmost: number,
  ) {
    this.kind = kind;
    this.cells = cells;
    this.rightmost = rightmost;
  }

  /** Undefined for a page that is none of a b-tree. `number` tells page 1, which begins with the file's header. */
  static parse(bytes: Buffer, number: number): TreePage | undefined {
    const head = number === 1 ? 100 : 0;
    const kind = KINDS[bytes[head] ?? 0];
    if (kind === undefined) return undefined;
    const isInner = kind.endsWith('inner');
    const count = bytes.readUInt16BE(head + 3);
    const first = head + (isInner ? 12 : 8);
    if (first + 2 * count > USABLE_BYTES) return undefined;
    const cells: Cell[] = [];
    for (let i = 0; i < count; i++) {
      const at = bytes.readUInt16BE(first + 2 * i);
      if (at < first || at >= USABLE_BYTES) return undefined;
      cells.push(cellAt(bytes, at, kind));
    }
    return new TreePage(bytes, kind, cells, isInner ? bytes.readUInt32BE(head + 8) : 0);
  }

  /** Pages that a cell's record goes on in: the first, or 0. */
  overflowOf(cell: Cell): number {
    const local = localBytes(cell.payloadBytes, this.kind);
    return local === cell.payloadBytes ? 0 : this.bytes.readUInt32BE(cell.payloadAt + local);
  }

  /** The values of a cell's record; undefined when a page of it is damaged. */
  record(pages: PageFile, cell: Cell): SqlValue[] | undefined {
    const local = localBytes(cell.payloadBytes, this.kind);
    const parts = [this.bytes.subarray(cell.payloadAt, cell.payloadAt + local)];
    let left = cell.payloadBytes - local;
    for (let next = this.overflowOf(cell); left > 0; ) {
      const page = pages.page(next, true);
      if (page === undefined) return undefined;
      const take = Math.min(left, USABLE_BYTES - 4);
      parts.push(page.subarray(4, 4 + take));
      left -= take;
      next = page.readUInt32BE(0);
    }
    return valuesOf(parts.length === 1 ? (parts[0] ?? EMPTY) : Buffer.concat(parts));
  }
}

const EMPTY = Buffer.alloc(0);

function cellAt(bytes: Buffer, at: number, kind: PageKind): Cell {
  const isInner = kind.endsWith('inner');
  const child = isInner ? bytes.readUInt32BE(at) : 0;
  const start = isInner ? at + 4 : at;
  if (kind === 'table-inner') {
    return { rowid: varint(bytes, start).value, child, payloadAt: 0, payloadBytes: 0 };
  }
  const size = varint(bytes, start);
  if (kind !== 'table-leaf')
    return { rowid: 0, child, payloadAt: size.end, payloadBytes: size.value };
  const rowid = varint(bytes, size.end);
  return { rowid: rowid.value, child, payloadAt: rowid.end, payloadBytes: size.value };
}

/** How much of a payload lies on its own page. */
function localBytes(payload: number, kind: PageKind): number {
  const most =
    kind === 'table-leaf' ? USABLE_BYTES - 35 : Math.floor(((USABLE_BYTES - 12) * 64) / 255) - 23;
  if (payload <= most) return payload;
  const least = Math.floor(((USABLE_BYTES - 12) * 32) / 255) - 23;
  const kept = least + ((payload - least) % (USABLE_BYTES - 4));
  return kept <= most ? kept : least;
}

/** Values beyond 2⁵³ lose their last bits: no id of ours reaches them. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < 7; i++) {
    const byte = bytes[at + i] ?? 0;
    value = value * 128 + (byte & 127);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  let wide = BigInt(value);
  for (let i = 7; i < 9; i++) {
    const byte = bytes[at + i] ?? 0;
    wide = i === 8 ? (wide << 8n) | BigInt(byte) : (wide << 7n) | BigInt(byte & 127);
    if (i === 8 || byte < 128) return { value: Number(BigInt.asIntN(64, wide)), end: at + i + 1 };
  }
  return { value, end: at };
}

/** Decodes a record; undefined when it is none. */
function valuesOf(payload: Buffer): SqlValue[] | undefined {
  const header = varint(payload, 0);
  if (header.value > payload.length || header.value < 1) return undefined;
  const values: SqlValue[] = [];
  let at = header.end;
  let from = header.value;
  while (at < header.value) {
    const type = varint(payload, at);
    at = type.end;
    const size = sizeOf(type.value);
    if (size < 0 || from + size > payload.length) return undefined;
    values.push(columnValue(type.value, payload.subarray(from, from + size)));
    from += size;
  }
  return from === payload.length ? values : undefined;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? -1;
}

function columnValue(type: number, bytes: Buffer): SqlValue {
  if (type === 0) return null;
  if (type >= 12) return type % 2 === 0 ? new Uint8Array(bytes) : bytes.toString('utf8');
  if (type >= 8) return type - 8;
  if (type === 7) return bytes.readDoubleBE(0);
  return type === 6 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
}
