import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { PAGE_BYTES } from './page-mac';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
/** A log with one page in it. */
export const ONE_FRAME_BYTES = HEADER_BYTES + FRAME_BYTES;
const SALTS_AT = 16;
const SALTS_BYTES = 8;
/** Salts of the round, frames u32, CRC-32 of both. */
const MARK_BYTES = SALTS_BYTES + 8;

/** Where a write-ahead log ends: the round that its header names, and frames up to the last commit. */
export interface LogEnd {
  readonly salts: Buffer;
  readonly frames: number;
}

/** The file that says how far the disk has a database's write-ahead log. */
export const logMarkOf = (path: string): string => `${path}-kept`;

/**
 * Where the log of a database ends now, counted on from what was known before; null: there is none. Only for logs in
 * which no commit failed: what such a one left would be counted.
 */
export function logEnd(path: string, known: LogEnd | null): LogEnd | null {
  let file: number;
  try {
    file = openSync(`${path}-wal`, 'r');
  } catch {
    return null;
  }
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    if (readSync(file, head, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null;
    const salts = Buffer.from(head.subarray(SALTS_AT, SALTS_AT + SALTS_BYTES));
    let frames = known?.salts.equals(salts) === true ? known.frames : 0;
    const frame = Buffer.alloc(FRAME_HEADER_BYTES);
    for (let n = frames; ; n++) {
      const at = HEADER_BYTES + n * FRAME_BYTES;
      if (readSync(file, frame, 0, FRAME_HEADER_BYTES, at) < FRAME_HEADER_BYTES) break;
      // Frames of an earlier round carry other salts.
      if (!frame.subarray(8, 16).equals(salts)) break;
      if (frame.readUInt32BE(4) !== 0) frames = n + 1;
    }
    return { salts, frames };
  } finally {
    closeSync(file);
  }
}

/**
 * Notes that the disk has a log as far as this. The note is not waited for: a power cut may leave an earlier one, which
 * says less and never too much. Never fails.
 */
export function writeLogMark(path: string, { salts, frames }: LogEnd): void {
  const bytes = Buffer.alloc(MARK_BYTES);
  salts.copy(bytes);
  bytes.writeUInt32BE(frames, SALTS_BYTES);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, SALTS_BYTES + 4)), SALTS_BYTES + 4);
  try {
    const file = openSync(logMarkOf(path), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      writeSync(file, bytes, 0, MARK_BYTES, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // Without it a torn log reads as damaged, as it would had nobody counted.
  }
}

/** What was noted last; null: nothing that can be read, so nothing is known of any log. */
export function readLogMark(path: string): LogEnd | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(logMarkOf(path));
  } catch {
    return null;
  }
  if (bytes.length !== MARK_BYTES) return null;
  if (crc32(bytes.subarray(0, SALTS_BYTES + 4)) !== bytes.readUInt32BE(SALTS_BYTES + 4))
    return null;
  return {
    salts: Buffer.from(bytes.subarray(0, SALTS_BYTES)),
    frames: bytes.readUInt32BE(SALTS_BYTES),
  };
}
