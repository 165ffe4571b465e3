import { PAGE_BYTES, PageMac, SALT_BYTES } from './pages/page-mac';
import { SharedFile } from './pages/shared-file';
import { WalFile } from './pages/wal';

/** Bytes of one read: 1 MiB. */
const PAGES_PER_READ = 256;
const MAX_FAULTS_KEPT = 10_000;
/** A page that the engine is just writing is whole again by then. */
const TORN_TRIES = 5;
/** Pages that are waited for: a file that is broken all over is not being written all over. */
const MAX_WAITED = 40;
const TORN_WAIT_MS = 20;

export interface PageWalk {
  readonly pages: number;
  /** Number of the first page (from 1) whose HMAC does not hold, or null. */
  readonly firstFault: number | null;
  /** All of them in ascending order, at most 10,000. */
  readonly faults: readonly number[];
}

/** Between two reads: how many bytes have been checked; resolves when to go on, false to stop. */
export type Pace = (doneBytes: number, totalBytes: number) => Promise<boolean>;

/** A file under its key, checked page by page without the engine, which checks only what it happens to read. */
class Walker {
  private readonly chunk = Buffer.alloc(PAGES_PER_READ * PAGE_BYTES);
  private readonly single = Buffer.alloc(PAGE_BYTES);
  private readonly file: SharedFile;
  private readonly mac: PageMac;
  readonly faults: number[] = [];
  next = 1;

  constructor(path: string, key: Uint8Array) {
    this.file = SharedFile.open(path);
    const salt = Buffer.alloc(SALT_BYTES);
    this.file.read(salt, 0);
    this.mac = new PageMac(key, salt);
  }

  get pages(): number {
    return Math.ceil(this.file.size / PAGE_BYTES);
  }

  /** Checks the next pages; answers how many bytes there were, 0 at the end. Suspects are not faults yet. */
  step(suspects: number[]): number {
    const bytes = this.file.read(this.chunk, (this.next - 1) * PAGE_BYTES);
    const count = Math.ceil(bytes / PAGE_BYTES);
    for (let i = 0; i < count; i++) {
      const isWhole = (i + 1) * PAGE_BYTES <= bytes;
      if (!isWhole || !this.mac.holds(this.chunk, i * PAGE_BYTES, this.next + i))
        suspects.push(this.next + i);
    }
    this.next += count;
    return bytes;
  }

  holds(number: number): boolean {
    const at = (number - 1) * PAGE_BYTES;
    return this.file.read(this.single, at) === PAGE_BYTES && this.mac.holds(this.single, 0, number);
  }

  holdsBytes(bytes: Buffer, number: number): boolean {
    return this.mac.holds(bytes, 0, number);
  }

  fault(number: number): void {
    if (this.faults.length < MAX_FAULTS_KEPT) this.faults.push(number);
  }

  end(): PageWalk {
    const { pages } = this;
    if (pages === 0) this.fault(1);
    this.mac.zero();
    this.file.close();
    return { pages, firstFault: this.faults[0] ?? null, faults: this.faults };
  }
}

/** Checks the HMAC of every page of a closed SQLCipher 4 file. `key` is the raw key. */
export function walkPages(path: string, key: Uint8Array): PageWalk {
  const walker = new Walker(path, key);
  const suspects: number[] = [];
  while (walker.step(suspects) > 0) suspects.splice(0).forEach((page) => void walker.fault(page));
  return walker.end();
}

/**
 * As walkPages, on a file that is in use: a page that is being written is looked at again until it is
 * whole, and the committed frames of the write-ahead log are checked too. `pace` bounds the reading.
 * Null when the pace stopped it.
 */
export async function walkLivePages(
  path: string,
  key: Uint8Array,
  pace: Pace,
): Promise<PageWalk | null> {
  const walker = new Walker(path, key);
  let waited = 0;
  let isStopped = false;
  for (;;) {
    const suspects: number[] = [];
    if (walker.step(suspects) === 0) break;
    // A page past the end was cut off by the engine meanwhile.
    for (const page of suspects) {
      if (page > walker.pages) continue;
      const mayWait = waited++ < MAX_WAITED;
      if (!mayWait || !(await becomesWhole(() => walker.holds(page)))) walker.fault(page);
    }
    isStopped = !(await pace((walker.next - 1) * PAGE_BYTES, walker.pages * PAGE_BYTES));
    if (isStopped) break;
  }
  if (!isStopped) await walkLog(path, walker);
  const result = walker.end();
  return isStopped ? null : result;
}

async function walkLog(path: string, walker: Walker): Promise<void> {
  const log = new WalFile(path);
  const bytes = Buffer.alloc(PAGE_BYTES);
  const known = new Set(walker.faults);
  for (const { page, at } of log.read().frames) {
    const holds = (): boolean =>
      // A log that was begun anew meanwhile has other frames there.
      !log.read().frames.some((frame) => frame.at === at && frame.page === page) ||
      (log.readPage(bytes, at) && walker.holdsBytes(bytes, page));
    const isWhole = log.readPage(bytes, at) && walker.holdsBytes(bytes, page);
    if (!isWhole && !known.has(page) && !(await becomesWhole(holds))) walker.fault(page);
  }
  log.close();
}

async function becomesWhole(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < TORN_TRIES; tries++) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, TORN_WAIT_MS));
  }
  return holds();
}
