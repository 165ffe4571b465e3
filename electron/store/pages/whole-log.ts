import { existsSync } from 'node:fs';
import { readLogMark } from './log-mark';
import { PAGE_BYTES, PageMac, SALT_BYTES } from './page-mac';
import { SharedFile } from './shared-file';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
/** Where the index that the engine made of the log says how many frames it took (native byte order). */
const TAKEN_AT = 16;

function readWhole(path: string): Buffer {
  const file = SharedFile.open(path);
  const bytes = Buffer.alloc(file.size);
  file.read(bytes, 0);
  file.close();
  return bytes;
}

/** The checksum of a log's header (https://www.sqlite.org/fileformat2.html, 4.1) holds. */
function holdsHeader(log: Buffer): boolean {
  const isBig = (log.readUInt32BE(0) & 1) === 1;
  let [a, b] = [0, 0];
  for (let at = 0; at < 24; at += 8) {
    const [x, y] = isBig
      ? [log.readUInt32BE(at), log.readUInt32BE(at + 4)]
      : [log.readUInt32LE(at), log.readUInt32LE(at + 4)];
    a = (a + x + b) >>> 0;
    b = (b + y + a) >>> 0;
  }
  return log.readUInt32BE(24) === a && log.readUInt32BE(28) === b;
}

/** Number of the last commit in the log whose page is as it was written; 0: none. */
function lastCommit(path: string, key: Uint8Array, log: Buffer): number {
  const head = Buffer.alloc(SALT_BYTES);
  const file = SharedFile.open(path);
  file.read(head, 0);
  file.close();
  const mac = new PageMac(key, head);
  const isHeaderWhole = holdsHeader(log);
  let last = 0;
  for (let n = 1; HEADER_BYTES + n * FRAME_BYTES <= log.length; n++) {
    const at = HEADER_BYTES + (n - 1) * FRAME_BYTES;
    const isCommit = log.readUInt32BE(at + 4) !== 0;
    // Frames of an earlier round carry other salts; with a damaged header nobody can say which round.
    const isOfRound = !isHeaderWhole || log.subarray(at + 8, at + 16).equals(log.subarray(16, 24));
    if (isCommit && isOfRound && mac.holds(log, at + FRAME_HEADER_BYTES, log.readUInt32BE(at)))
      last = n;
  }
  mac.zero();
  return last;
}

/**
 * Whether the engine, which has the file open, took all of its write-ahead log that the disk had confirmed. At a damaged
 * frame it stops without a word, and all that was committed after it would be gone with the next write. Where it is noted
 * how far the disk had this log (log-mark.ts), frames beyond that were never confirmed to anybody: what a power cut
 * took of them is lost and no damage, and a log that ends before it was cut off. Without a note
 * every commit counts that is still to be seen, and a log that was cut off looks like one that never had more.
 */
export function tookWholeLog(path: string, key: Uint8Array): boolean {
  const [logPath, indexPath] = [`${path}-wal`, `${path}-shm`];
  if (!existsSync(logPath) || !existsSync(indexPath)) return true;
  const log = readWhole(logPath);
  if (log.length < HEADER_BYTES) return true;
  const index = readWhole(indexPath);
  if (index.length < TAKEN_AT + 4) return true;
  const taken = new Uint32Array(index.buffer, index.byteOffset + TAKEN_AT, 1)[0] ?? 0;
  const mark = readLogMark(path);
  // The header is on the disk before the first frame: one that does not hold is damage, and names no round.
  if (mark === null || !holdsHeader(log)) return taken >= lastCommit(path, key, log);
  const isOfRound = mark.salts.equals(log.subarray(16, 24));
  return !isOfRound || taken >= mark.frames;
}
