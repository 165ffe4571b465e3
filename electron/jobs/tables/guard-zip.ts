import { TableProblem } from './table-problem';

const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** Of a part's own head. */
const HEAD_BYTES = 30;
const MAX_ENTRIES = 2_000;
const MAX_UNPACKED_BYTES = 512 << 20;
const MAX_RATIO = 200;
/** Small parts may be as repetitive as they like. */
const RATIO_FREE_BYTES = 4 << 20;

/** A part of an archive as its directory has it. */
export interface ZipPart {
  readonly name: string;
  /** Unpacked, as declared. */
  readonly size: number;
  readonly packed: number;
  readonly isDeflated: boolean;
  /** Where its own head begins. */
  readonly at: number;
}

/**
 * Judges a workbook's archive by its directory, before anything is unpacked: declared sizes and ratios, passwords,
 * macros. The reader behind it never inflates more than was declared. Throws `TableProblem`.
 */
export function guardWorkbook(file: Buffer): readonly ZipPart[] {
  const parts: ZipPart[] = [];
  const end = endOf(file);
  const count = file.readUInt16LE(end + 10);
  const from = file.readUInt32LE(end + 16);
  if (count > MAX_ENTRIES || count === 0xffff || from === 0xffffffff)
    throw new TableProblem('bomb', `${count} parts`);
  let at = from;
  let unpacked = 0;
  let hasWorkbook = false;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || file.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw new TableProblem('damaged', 'directory of the archive');
    const packed = file.readUInt32LE(at + 20);
    const size = file.readUInt32LE(at + 24);
    const nameBytes = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    if ((file.readUInt16LE(at + 8) & 1) !== 0) throw new TableProblem('encrypted', 'archive');
    if (/vbaproject\.bin$/iu.test(name)) throw new TableProblem('macros', 'has macros');
    if (name === 'xl/workbook.xml') hasWorkbook = true;
    unpacked += size;
    const isDeflated = file.readUInt16LE(at + 10) === 8;
    parts.push({ name, size, packed, isDeflated, at: file.readUInt32LE(at + 42) });
    const isPlausible = size <= Math.max(RATIO_FREE_BYTES, packed * MAX_RATIO);
    if (unpacked > MAX_UNPACKED_BYTES || !isPlausible)
      throw new TableProblem('bomb', `${size} bytes in ${packed}`);
    at += ENTRY_BYTES + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  if (!hasWorkbook) throw new TableProblem('not-a-table', 'an archive without a workbook');
  return parts;
}

/** A part as it lies in the archive. Throws `TableProblem`. */
export function packedBytes(file: Buffer, { at, packed }: ZipPart): Buffer {
  if (at + HEAD_BYTES > file.length) throw new TableProblem('damaged', 'head of a part');
  const from = at + HEAD_BYTES + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28);
  return file.subarray(from, from + packed);
}

function endOf(file: Buffer): number {
  const last = file.length - END_BYTES;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
    if (file.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  throw new TableProblem('damaged', 'no end of the archive');
}
