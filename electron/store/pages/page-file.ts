import { createDecipheriv } from 'node:crypto';
import { PAGE_BYTES, PageMac, SALT_BYTES } from './page-mac';
import { SharedFile } from './shared-file';
import { WalFile } from './wal';

/** Bytes of a page that the b-tree uses; the rest is IV and HMAC. */
export const USABLE_BYTES = PAGE_BYTES - 80;
const HEAD = Buffer.from('SQLite format 3\0', 'latin1');
const PROBED_PAGES = 64;

/**
 * The decrypted pages of an encrypted file, as of its last commit, read without the engine: what is
 * whole stays readable whatever else is broken. Where the file's salt itself is lost no HMAC can be
 * checked; pages then count when they decrypt to a page of a b-tree, and what is in them proves itself
 * (hashes of the audit chain, signatures) or is marked.
 */
export class PageFile {
  readonly pages: number;
  /** False: the salt is lost and nothing is authenticated. */
  readonly isAuthentic: boolean;
  private readonly file: SharedFile;
  private readonly log: WalFile;
  private readonly frames = new Map<number, number>();
  /** Pages whose newest state, in the log, is damaged: what is answered for them is older. */
  readonly outdated = new Set<number>();
  private readonly mac: PageMac;
  private readonly key: Buffer;
  private readonly bytes = Buffer.alloc(PAGE_BYTES);

  /** Throws as `fs.openSync` does. `key` is copied. */
  constructor(path: string, key: Uint8Array) {
    this.file = SharedFile.open(path);
    this.log = new WalFile(path);
    const { frames, pages } = this.log.read();
    this.pages = pages > 0 ? pages : Math.ceil(this.file.size / PAGE_BYTES);
    this.key = Buffer.from(key);
    const salt = Buffer.alloc(SALT_BYTES);
    this.file.read(salt, 0);
    this.mac = new PageMac(key, salt);
    // Of several frames of a page the last whole one counts.
    for (const { page, at } of frames) {
      const isWhole = this.log.readPage(this.bytes, at) && this.mac.holds(this.bytes, 0, page);
      if (isWhole) {
        this.frames.set(page, at);
        this.outdated.delete(page);
      } else this.outdated.add(page);
    }
    this.isAuthentic = this.holdsSome();
  }

  private holdsSome(): boolean {
    const step = Math.max(1, Math.floor(this.pages / PROBED_PAGES));
    for (let page = 1; page <= this.pages; page += step) if (this.raw(page)) return true;
    return false;
  }

  private raw(number: number): boolean {
    const frame = this.frames.get(number);
    if (frame !== undefined) return this.log.readPage(this.bytes, frame);
    const isRead = this.file.read(this.bytes, (number - 1) * PAGE_BYTES) === PAGE_BYTES;
    return isRead && this.mac.holds(this.bytes, 0, number);
  }

  /**
   * Page `number` in plain, IV and HMAC cut off; undefined when it is damaged or absent. `isOverflow`:
   * a record goes on in it, so that it has no form by which it could be told.
   */
  page(number: number, isOverflow = false): Buffer | undefined {
    if (number < 1 || number > this.pages) return undefined;
    if (this.raw(number)) return this.decrypted(number);
    if (this.isAuthentic || this.file.read(this.bytes, (number - 1) * PAGE_BYTES) !== PAGE_BYTES)
      return undefined;
    const plain = this.decrypted(number);
    return isOverflow || looksLikeTree(plain, number === 1 ? 100 : 0) ? plain : undefined;
  }

  /** How many pages can be read, of at most so many spread over the file. */
  readable(most: number): number {
    const step = Math.max(1, Math.floor(this.pages / most));
    let count = 0;
    for (let page = 1; page <= this.pages; page += step) if (this.page(page) !== undefined) count++;
    return count;
  }

  private decrypted(number: number): Buffer {
    const from = number === 1 ? SALT_BYTES : 0;
    const iv = this.bytes.subarray(USABLE_BYTES, USABLE_BYTES + 16);
    const cipher = createDecipheriv('aes-256-cbc', this.key, iv);
    cipher.setAutoPadding(false);
    const plain = cipher.update(this.bytes.subarray(from, USABLE_BYTES));
    return number === 1 ? Buffer.concat([HEAD, plain]) : plain;
  }

  /** Forgets the key. */
  close(): void {
    this.key.fill(0);
    this.mac.zero();
    this.bytes.fill(0);
    this.file.close();
    this.log.close();
  }
}

/** Type, number of cells and where they begin fit together: hardly one random page in thousands does. */
function looksLikeTree(plain: Buffer, at: number): boolean {
  const type = plain[at] ?? 0;
  if (![2, 5, 10, 13].includes(type)) return false;
  const cells = plain.readUInt16BE(at + 3);
  const content = plain.readUInt16BE(at + 5);
  const freeBytes = plain[at + 7] ?? 255;
  return (
    cells * 4 <= USABLE_BYTES && content <= USABLE_BYTES && content >= cells * 2 && freeBytes < 60
  );
}
