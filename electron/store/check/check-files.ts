import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { BackupKeys, Watch } from '../backup/write-generation';
import { JOURNAL_FILE } from '../journal/journal';
import { type FileKind, newestVersion } from '../migrations/run';
import { SLICE_FILE } from '../slice/slice-writer';
import { openReadable } from '../sqlcipher';
import { walkLivePages } from '../walk-pages';
import type { FileCheck, PagesReport } from './calls';

/** Rest after each read, as a share of the time that it took: a look-up finds a core and the disk. */
const REST_SHARE = 1;

/** Counts what was read over both files, and rests between the reads. */
class Meter {
  private workMs = 0;
  private before = 0;
  private sinceMs = performance.now();
  bytes = 0;

  constructor(
    private readonly totalBytes: number,
    private readonly watch: Watch,
  ) {}

  async pace(doneBytes: number): Promise<boolean> {
    this.bytes = this.before + doneBytes;
    const tookMs = performance.now() - this.sinceMs;
    this.workMs += tookMs;
    const total = Math.max(this.totalBytes, this.bytes);
    this.watch.tell({ phase: 'checking', doneBytes: this.bytes, totalBytes: total });
    await new Promise((resolve) => setTimeout(resolve, tookMs * REST_SHARE));
    this.sinceMs = performance.now();
    return !this.watch.isCancelled();
  }

  fileEnded(): void {
    this.before = this.bytes;
    this.sinceMs = performance.now();
  }

  get bytesPerSecond(): number {
    return this.workMs > 0 ? Math.round((this.bytes / this.workMs) * 1000) : 0;
  }
}

/** Walks the open files of an office. Throws CANCELLED. */
export async function checkFiles(
  officeDir: string,
  keys: BackupKeys,
  watch: Watch,
): Promise<PagesReport> {
  const [journal, slice] = [join(officeDir, JOURNAL_FILE), join(officeDir, SLICE_FILE)];
  const sliceKey = existsSync(slice) ? keys.slice : null;
  const total = statSync(journal).size + (sliceKey === null ? 0 : statSync(slice).size);
  const meter = new Meter(total, watch);
  const report = {
    journal: await checkFile(journal, keys.journal, 'journal', meter, watch),
    slice: sliceKey === null ? null : await checkFile(slice, sliceKey, 'slice', meter, watch),
  };
  return { ...report, bytes: meter.bytes, bytesPerSecond: meter.bytesPerSecond };
}

async function checkFile(
  path: string,
  key: Uint8Array,
  kind: FileKind,
  meter: Meter,
  watch: Watch,
): Promise<FileCheck> {
  const walk = await walkLivePages(path, key, (doneBytes) => meter.pace(doneBytes));
  if (walk === null) throw new AppError('CANCELLED');
  meter.fileEnded();
  const newest = newestVersion(kind);
  const seen = { pages: walk.pages, damagedPages: walk.faults.length, newestVersion: newest };
  if (walk.faults.length > 0) return { ...seen, isSound: null, version: newest };
  return { ...seen, ...(await askEngine(path, key, kind, watch)) };
}

/** The structure, which HMACs do not cover, one table at a time so that a lock need not wait for all of them. */
async function askEngine(
  path: string,
  key: Uint8Array,
  kind: FileKind,
  watch: Watch,
): Promise<Pick<FileCheck, 'isSound' | 'version'>> {
  let version = newestVersion(kind);
  try {
    const db = openReadable({ path, key, cacheMb: 8 });
    try {
      version = db.version();
      for (const table of db.tables()) {
        if (watch.isCancelled()) throw new AppError('CANCELLED');
        if (!db.isTableSound(table)) return { version, isSound: false };
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return { version, isSound: true };
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'CANCELLED') throw error;
    // What the engine stumbles over is a finding: HMACs hold, the structure does not.
    return { version, isSound: false };
  }
}
