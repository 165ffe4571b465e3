import { existsSync } from 'node:fs';
import { PAGE_BYTES } from './page-mac';
import { SharedFile } from './shared-file';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
/** Without its last bit, which says in which byte order the checksums are. */
const MAGIC = 0x377f0682;

/** One frame of a write-ahead log, by where it lies. */
export interface WalFrame {
  /** Page that it replaces. */
  readonly page: number;
  /** Where the page's bytes begin in the log. */
  readonly at: number;
}

/** The committed frames of a log, in order, and how many pages the database has after them. */
export interface WalContent {
  readonly frames: readonly WalFrame[];
  /** 0 when there is no committed frame. */
  readonly pages: number;
}

const EMPTY: WalContent = { frames: [], pages: 0 };

/** A database's write-ahead log (https://www.sqlite.org/fileformat2.html, section 4), read beside the engine. */
export class WalFile {
  private readonly file: SharedFile | undefined;

  /** `path` of the database; a missing log is an empty one. */
  constructor(path: string) {
    this.file = existsSync(`${path}-wal`) ? SharedFile.open(`${path}-wal`) : undefined;
  }

  /**
   * The frames up to the last commit. Frames of an earlier round carry other salts and end the list.
   * Checksums are not looked at: they are over the plaintext, and every page has its HMAC.
   */
  read(): WalContent {
    const header = Buffer.alloc(HEADER_BYTES);
    if (this.file === undefined || this.file.read(header, 0) !== HEADER_BYTES) return EMPTY;
    if ((header.readUInt32BE(0) & ~1) !== MAGIC || header.readUInt32BE(8) !== PAGE_BYTES)
      return EMPTY;
    const frames: WalFrame[] = [];
    let committed = 0;
    let pages = 0;
    const head = Buffer.alloc(FRAME_HEADER_BYTES);
    for (let at = HEADER_BYTES; at + FRAME_BYTES <= this.file.size; at += FRAME_BYTES) {
      this.file.read(head, at);
      if (!head.subarray(8, 16).equals(header.subarray(16, 24))) break;
      frames.push({ page: head.readUInt32BE(0), at: at + FRAME_HEADER_BYTES });
      const size = head.readUInt32BE(4);
      if (size === 0) continue;
      committed = frames.length;
      pages = size;
    }
    return { frames: frames.slice(0, committed), pages };
  }

  /** A page's bytes out of the log. */
  readPage(into: Buffer, at: number): boolean {
    return this.file?.read(into, at, PAGE_BYTES) === PAGE_BYTES;
  }

  close(): void {
    this.file?.close();
  }
}
