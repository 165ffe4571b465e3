import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A part of an object's bytes, `to` included, as an HTTP range says it. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Immutable bytes by their SHA-256 in hex. An object store or CDN can stand behind it. */
export interface ObjectStore {
  /** Keeps the bytes and returns their name. Writing what is there already changes nothing. */
  put(bytes: Uint8Array): Promise<string>;
  /** Length in bytes, or undefined when there is no such object. */
  size(sha256: string): Promise<number | undefined>;
  /** Reads a range that lies within the object. */
  read(sha256: string, range: ByteRange): Promise<Buffer>;
  /** Forgets an object; one that is not there is fine. */
  remove(sha256: string): Promise<void>;
}

const nameOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Files below a folder, one level by the first two digits. */
export function objectFolder(folder: string): ObjectStore {
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('object name');
    return join(folder, sha256.slice(0, 2), sha256);
  };
  const size = async (sha256: string): Promise<number | undefined> => {
    try {
      return (await stat(pathOf(sha256))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  let serial = 0;
  return {
    size,
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    put: async (bytes) => {
      const name = nameOf(bytes);
      if ((await size(name)) === bytes.length) return name;
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${process.pid}.${++serial}`;
      // On the disk before the database says so: a device forgets evidence that the centre has whole.
      await writeFile(draft, bytes, { flush: true });
      await rename(draft, path);
      await flushFolder(dirname(path));
      return name;
    },
    read: async (sha256, { from, to }) => {
      const file = await open(pathOf(sha256), 'r');
      try {
        const buffer = Buffer.alloc(to - from + 1);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/** Brings a rename to the disk; Windows does so by itself and opens no folder. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** In memory, for servers that leave nothing behind. */
export function objectMemory(): ObjectStore {
  const held = new Map<string, Buffer>();
  return {
    size: async (sha256) => held.get(sha256)?.length,
    remove: async (sha256) => void held.delete(sha256),
    put: async (bytes) => {
      const name = nameOf(bytes);
      held.set(name, Buffer.from(bytes));
      return name;
    },
    read: async (sha256, { from, to }) =>
      held.get(sha256)?.subarray(from, to + 1) ?? Buffer.alloc(0),
  };
}
