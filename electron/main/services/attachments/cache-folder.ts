import { mkdir, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../../platform/atomic-write';
import { type CachedFile, toEvict } from './eviction';

const NAME = /^([0-9a-f]{40})(\.part)?$/;

/**
 * The cache on the disk: a file an attachment, sealed as it came, under a keyed name; one that has not arrived whole
 * ends in `.part`. There is no index that could be lost or lie: the folder is the cache, and the time of a file is when it was
 * last asked for. Only what the server can give again lies here, so anything may go at any time.
 */
export class CacheFolder {
  private readonly files = new Map<string, CachedFile>();

  private constructor(readonly folder: string) {}

  /** Looks what is there; a folder that is not there is an empty cache. */
  static async open(folder: string): Promise<CacheFolder> {
    const cache = new CacheFolder(folder);
    for (const name of await readdir(folder).catch(() => [])) {
      if (NAME.test(name)) await cache.learn(name);
      // What another program holds, or owns, stays: it is none of ours, and keeps nobody out of the office.
      else await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
    return cache;
  }

  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.files.values()) sum += bytes;
    return sum;
  }

  get count(): number {
    return this.files.size;
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  /** A file's bytes; null where it is not there or cannot be read. */
  async read(name: string): Promise<Buffer | null> {
    return await readFile(join(this.folder, name)).catch(() => null);
  }

  /** The first bytes of a file, fewer where it is shorter; none where it cannot be read. */
  async head(name: string, length: number): Promise<Buffer> {
    const file = await open(join(this.folder, name), 'r').catch(() => null);
    if (file === null) return Buffer.alloc(0);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } catch {
      return Buffer.alloc(0);
    } finally {
      await file.close();
    }
  }

  /** A whole file, on the disk when it resolves; a part of it that had come before goes. Throws DISK_FULL, DISK_READ_ONLY. */
  async put(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeAtomically(join(this.folder, name), bytes);
    await this.remove(`${name}.part`);
    await this.learn(name);
  }

  /** It was asked for now. */
  async touch(name: string, nowMs: number): Promise<void> {
    const file = this.files.get(name);
    if (file === undefined) return;
    this.files.set(name, { ...file, usedMs: nowMs });
    const at = new Date(nowMs);
    await utimes(join(this.folder, name), at, at).catch(() => undefined);
  }

  /** A download wrote to it, or ended. */
  async learn(name: string): Promise<void> {
    for (const one of [name, `${name}.part`].filter((each) => NAME.test(each))) {
      const found = await stat(join(this.folder, one)).catch(() => null);
      if (found === null) this.files.delete(one);
      else this.files.set(one, { name: one, bytes: found.size, usedMs: found.mtimeMs });
    }
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
    await rm(join(this.folder, name), { force: true });
  }

  /** Makes room for `incoming` further bytes; false where they are more than the budget. `kept` stays in any case. */
  async makeRoom(budgetBytes: number, incoming: number, kept?: string): Promise<boolean> {
    const others = [...this.files.values()].filter(({ name }) => name !== `${kept}.part`);
    const going = toEvict(others, budgetBytes, incoming);
    for (const { name } of going ?? []) await this.remove(name);
    return going !== null;
  }

  /** Removes every file whose name is not among these (a part goes with its whole); answers how many went. */
  async keepOnly(names: ReadonlySet<string>): Promise<number> {
    const leaving = [...this.files.keys()].filter(
      (name) => !names.has(name.replace(/\.part$/, '')),
    );
    for (const name of leaving) await this.remove(name);
    return leaving.length;
  }

  async clear(): Promise<void> {
    this.files.clear();
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
  }
}
