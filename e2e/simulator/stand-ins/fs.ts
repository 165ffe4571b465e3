import { running } from '../world/host';
import { type MemoryFile, type MemoryFiles, systemError } from '../world/memory-files';

/* What stands in for `node:fs` where the store keeps the outbox's copy: the same disk, at once. */

function disk(): MemoryFiles {
  const life = running.getStore();
  if (life === undefined) throw new Error('a file is used by no machine');
  return life.host.files;
}

const opened = new Map<number, MemoryFile>();
const appending = new Set<number>();
let next = 100;

export function openSync(path: string, flag = 'r'): number {
  const files = disk();
  const isFolder = files.list(path).length > 0 || path === '/';
  const file = isFolder ? { bytes: Buffer.alloc(0), synced: 0 } : files.opened(path, flag);
  opened.set(next, file);
  if (flag.startsWith('a')) appending.add(next);
  return next++;
}

function fileOf(handle: number): MemoryFile {
  const file = opened.get(handle);
  if (file === undefined) throw systemError('EBADF', String(handle));
  return file;
}

export function closeSync(handle: number): void {
  opened.delete(handle);
  appending.delete(handle);
}

export const existsSync = (path: string): boolean => disk().files.has(path);
export const fstatSync = (handle: number): { size: number } => ({
  size: fileOf(handle).bytes.length,
});
export const readFileSync = (path: string, encoding?: BufferEncoding): Buffer | string => {
  const { bytes } = disk().demand(path);
  return encoding === undefined ? Buffer.from(bytes) : bytes.toString(encoding);
};

export function readSync(
  handle: number,
  into: Uint8Array,
  offset: number,
  length: number,
  at: number,
): number {
  const part = fileOf(handle).bytes.subarray(at, at + length);
  into.set(part, offset);
  return part.length;
}

export function writeSync(handle: number, bytes: Uint8Array, offset = 0): number {
  const file = fileOf(handle);
  const part = bytes.subarray(offset);
  disk().write(file, part, appending.has(handle) ? file.bytes.length : 0);
  return part.length;
}

export function fsyncSync(handle: number): void {
  const file = fileOf(handle);
  file.synced = file.bytes.length;
}

export function ftruncateSync(handle: number, length: number): void {
  const file = fileOf(handle);
  file.bytes = Buffer.from(file.bytes.subarray(0, length));
}

export * from 'node:fs';
