import type { Buffer } from 'node:buffer';
import { isAlive, running } from '../world/host';
import { type MemoryFile, type MemoryFiles, systemError } from '../world/memory-files';
import { world } from '../world/world';

/*
 * What stands in for `node:fs/promises`: the disk of the machine whose program asks. Every operation takes a
 * moment of the world's time; one whose program has ended meanwhile was done or was not, and is never answered.
 */

const MOST_MS = 4;

function disk(): MemoryFiles {
  const life = running.getStore();
  if (life === undefined) throw new Error('a file is used by no machine');
  return life.host.files;
}

async function done<T>(act: (files: MemoryFiles) => T): Promise<T> {
  const life = running.getStore();
  const files = disk();
  await world().sleep(world().chance.between(0, MOST_MS));
  if (!isAlive(life)) return new Promise<T>(() => undefined);
  return act(files);
}

class FileHandle {
  constructor(
    private readonly file: MemoryFile,
    private readonly path: string,
  ) {}

  write(
    piece: Uint8Array,
    from: number,
    length: number,
    at: number,
  ): Promise<{ bytesWritten: number }> {
    const copy = Uint8Array.from(piece.subarray(from, from + length));
    return done((files) => {
      files.write(this.file, copy, at);
      return { bytesWritten: copy.length };
    });
  }

  writeFile(bytes: Uint8Array | string): Promise<void> {
    const copy = typeof bytes === 'string' ? globalThis.Buffer.from(bytes) : bytes;
    return done((files) => files.write(this.file, copy, 0));
  }

  sync(): Promise<void> {
    return done(() => {
      this.file.synced = this.file.bytes.length;
    });
  }

  datasync(): Promise<void> {
    return this.sync();
  }

  truncate(length: number): Promise<void> {
    return done(() => {
      this.file.bytes = this.file.bytes.subarray(0, length) as Buffer;
    });
  }

  close(): Promise<void> {
    return done(() => undefined);
  }

  stat(): Promise<{ size: number }> {
    return done(() => ({ size: this.file.bytes.length }));
  }

  toString(): string {
    return this.path;
  }
}

export const mkdir = (_path: string): Promise<undefined> => done(() => undefined);

export const open = (path: string, flag = 'r'): Promise<FileHandle> =>
  done((files) => {
    // A folder is opened to be synced.
    if (files.list(path).length > 0)
      return new FileHandle({ bytes: globalThis.Buffer.alloc(0) as Buffer, synced: 0 }, path);
    return new FileHandle(files.opened(path, flag), path);
  });

export const readFile = (path: string): Promise<Buffer> =>
  done((files) => globalThis.Buffer.from(files.demand(path).bytes) as Buffer);

export const writeFile = (path: string, bytes: Uint8Array | string): Promise<void> => {
  const copy = globalThis.Buffer.from(bytes as Uint8Array);
  return done((files) => files.write(files.opened(path, 'w'), copy, 0));
};

export const rename = (from: string, to: string): Promise<void> =>
  done((files) => files.move(from, to));

export const rm = (path: string, options: { readonly force?: boolean } = {}): Promise<void> =>
  done((files) => {
    if (options.force !== true && !files.files.has(path)) throw systemError('ENOENT', path);
    files.remove(path);
  });

export const unlink = (path: string): Promise<void> => rm(path);

export const stat = (path: string): Promise<{ size: number; mtimeMs: number }> =>
  done((files) => ({ size: files.demand(path).bytes.length, mtimeMs: world().nowMs }));

export const readdir = (folder: string): Promise<string[]> => done((files) => files.list(folder));

export const truncate = (path: string, length: number): Promise<void> =>
  done((files) => {
    const file = files.demand(path);
    file.bytes = file.bytes.subarray(0, length) as Buffer;
  });
