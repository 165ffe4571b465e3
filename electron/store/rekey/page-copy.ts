import { hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { MAC_AT, PAGE_BYTES, SALT_BYTES } from '../pages/page-mac';
import { SharedFile } from '../pages/shared-file';
import { LOCK_PAGE, PageCipher } from './page-cipher';

/** Pages read at once. */
const RUN_PAGES = 64;
const MARK_BYTES = 16;

/** Remembers 16 bytes a page. */
class Marks {
  private bytes = Buffer.alloc(1024 * MARK_BYTES);

  private at(n: number): Buffer {
    const end = n * MARK_BYTES;
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(end)]);
    return this.bytes.subarray(end - MARK_BYTES, end);
  }

  set(n: number, mark: Buffer): void {
    mark.copy(this.at(n), 0, 0, MARK_BYTES);
  }

  equals(n: number, mark: Buffer): boolean {
    return this.at(n).equals(mark.subarray(0, MARK_BYTES));
  }
}

/**
 * A copy of a SQLCipher file under another key, page by page, while the file is in use: what changes
 * meanwhile is found by the pages' HMACs in a further pass. The file may only be written by the calling
 * thread, so that no page is read half written. Each page's HMAC is checked on the way: STORE_CORRUPT.
 */
export class PageCopy {
  private readonly from: string;
  private readonly source: SharedFile;
  private readonly target: number;
  private readonly old: PageCipher;
  private readonly next: PageCipher;
  /** By page: the HMAC in the source when it was copied; the content's hash. */
  private readonly copied = new Marks();
  private readonly contents = new Marks();
  private readonly unproven = new Set<number>();
  private pages = 0;
  private isTargetClosed = false;
  private isSourceClosed = false;
  private readonly buffer = Buffer.alloc(RUN_PAGES * PAGE_BYTES);

  /** `to` must not exist. Keys are copied. */
  constructor(from: string, to: string, oldKey: Uint8Array, nextKey: Uint8Array) {
    this.from = from;
    this.source = SharedFile.open(from);
    this.target = openSync(to, 'wx+', 0o600);
    const salt = Buffer.alloc(SALT_BYTES);
    this.source.read(salt, 0);
    this.old = new PageCipher(oldKey, salt);
    this.next = new PageCipher(nextKey);
  }

  /** Of the source when it was last looked at. */
  get bytes(): number {
    return this.isSourceClosed ? this.pages * PAGE_BYTES : this.source.size;
  }

  private corrupt(detail: string): AppError {
    return new AppError('STORE_CORRUPT', { file: basename(this.from) }, detail);
  }

  /** Runs of page numbers that lie beside each other, the lock page left out. */
  private *runs(): Generator<readonly [first: number, count: number]> {
    const { size } = this.source;
    if (size === 0 || size % PAGE_BYTES !== 0) throw this.corrupt('size is not whole pages');
    const pages = size / PAGE_BYTES;
    if (pages !== this.pages) ftruncateSync(this.target, size);
    this.pages = pages;
    for (let n = 1; n <= pages; ) {
      const end = n <= LOCK_PAGE - 1 ? Math.min(pages, LOCK_PAGE - 1) : pages;
      const count = Math.min(RUN_PAGES, end - n + 1);
      yield [n, count];
      n += count;
      if (n === LOCK_PAGE) n++;
    }
  }

  private page(i: number): Buffer {
    return this.buffer.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES);
  }

  private demand(bytes: number, count: number): void {
    if (bytes !== count * PAGE_BYTES) throw this.corrupt('shorter than it was');
  }

  /**
   * Copies what differs from what was copied before; yields the bytes looked at. Ends early where the file was made
   * smaller between two steps (a purge tidies it up): the next pass finds what is left to do.
   */
  *pass(): Generator<number> {
    for (const [first, count] of this.runs()) {
      const at = (first - 1) * PAGE_BYTES;
      if (this.source.size < this.pages * PAGE_BYTES) return;
      this.demand(this.source.read(this.buffer, at, count * PAGE_BYTES), count);
      const changed: number[] = [];
      for (let i = 0; i < count; i++) {
        const n = first + i;
        const page = this.page(i);
        const mac = page.subarray(MAC_AT);
        if (this.copied.equals(n, mac)) continue;
        const content = this.old.open(page, n);
        if (content === undefined) throw this.corrupt(`page ${n}`);
        this.copied.set(n, mac);
        this.unproven.add(n);
        this.contents.set(n, hashOf(content));
        this.next.seal(content, n, page);
        content.fill(0);
        changed.push(i);
      }
      // Mostly all of a run, or none.
      const isWhole = changed.length === count;
      for (const i of isWhole ? [0] : changed) {
        const bytes = isWhole ? count * PAGE_BYTES : PAGE_BYTES;
        writeSync(this.target, this.buffer, i * PAGE_BYTES, bytes, at + i * PAGE_BYTES);
      }
      yield count * PAGE_BYTES;
    }
  }

  /** Reads what was copied since the last proof back under the next key: every content must be the source's. */
  *proof(): Generator<number> {
    fsyncSync(this.target);
    for (const [first, count] of this.runs()) {
      if (this.unproven.size === 0) return;
      const at = (first - 1) * PAGE_BYTES;
      this.demand(readSync(this.target, this.buffer, 0, count * PAGE_BYTES, at), count);
      for (let i = 0; i < count; i++) {
        if (!this.unproven.delete(first + i)) continue;
        const content = this.next.open(this.page(i), first + i);
        const isSame = content !== undefined && this.contents.equals(first + i, hashOf(content));
        content?.fill(0);
        if (!isSame) throw this.corrupt(`copy of page ${first + i}`);
      }
      yield count * PAGE_BYTES;
    }
  }

  /** Makes the copy survive a power cut and closes it. */
  closeTarget(): void {
    if (this.isTargetClosed) return;
    this.isTargetClosed = true;
    try {
      fsyncSync(this.target);
    } finally {
      closeSync(this.target);
      this.next.zero();
    }
  }

  closeSource(): void {
    if (this.isSourceClosed) return;
    this.isSourceClosed = true;
    this.source.close();
    this.old.zero();
  }
}

function hashOf(content: Buffer): Buffer {
  return hash('sha256', content, 'buffer');
}
