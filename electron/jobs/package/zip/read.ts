import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { isPackageList, MAX_PACKAGE_FILES, maxBytesOf, PACKAGE_FILES } from '../layout';

const MAX_PACKAGE_BYTES = 1 << 30;
const END_BYTES = 22;
const MAX_ENTRY_BYTES = 400;
const MAX_NAME_BYTES = 32;
const MAX_RATIO = 200;
const RATIO_FREE_BYTES = 1 << 20;

/** Why a file is not a package; nothing of it was unpacked. */
export class PackageProblem extends Error {
  override readonly name = 'PackageProblem';
}

export interface PackageArchive {
  /** The files in their order: the form of a package. */
  readonly names: readonly string[];
  /** Unpacked bytes of a file as the archive declares them; `stream` holds it to that. */
  sizeOf(name: string): number;
  /** Unpacked bytes in chunks; throws `PackageProblem` beyond the declared size. */
  stream(name: string): AsyncIterable<Uint8Array>;
  /** Unpacked bytes at once: for the small files and the report. */
  read(name: string): Promise<Uint8Array>;
}

interface Entry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly packedSize: number;
  readonly size: number;
  readonly headerOffset: number;
  readonly dataOffset: number;
}

/**
 * Opens a package: exactly the names that a package has, sizes and ratio within bounds, entries side by side from the first byte
 * to the directory, no comment, no encryption, no ZIP64. Only the declared sizes are ever inflated.
 * Throws `PackageProblem`, or the file system's error when the file cannot be read.
 */
export async function openPackage(path: string): Promise<PackageArchive> {
  const handle = await open(path, 'r');
  let entries: Map<string, Entry>;
  try {
    entries = await readEntries(handle);
  } finally {
    await handle.close();
  }
  const stream = (name: string) => unpack(path, entryOf(entries, name));
  return {
    names: [...entries.keys()],
    sizeOf: (name) => entryOf(entries, name).size,
    stream,
    read: async (name) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream(name)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

async function readEntries(handle: FileHandle): Promise<Map<string, Entry>> {
  const { size } = await handle.stat();
  if (size < END_BYTES) throw new PackageProblem('too short for an archive');
  if (size > MAX_PACKAGE_BYTES) throw new PackageProblem('archive too large');
  const end = await readAt(handle, size - END_BYTES, END_BYTES);
  if (end.readUInt32LE(0) !== 0x06054b50) throw new PackageProblem('no archive, or cut short');
  const count = end.readUInt16LE(10);
  const directorySize = end.readUInt32LE(12);
  const directoryOffset = end.readUInt32LE(16);
  const isPlain =
    end.readUInt32LE(4) === 0 && end.readUInt16LE(8) === count && end.readUInt16LE(20) === 0;
  if (!isPlain || directoryOffset + directorySize !== size - END_BYTES) {
    throw new PackageProblem('archive end record is not of this form');
  }
  if (count < PACKAGE_FILES.length || count > MAX_PACKAGE_FILES)
    throw new PackageProblem(`${count} files, which no package has`);
  if (directorySize > count * MAX_ENTRY_BYTES)
    throw new PackageProblem('archive directory is too large');
  const directory = await readAt(handle, directoryOffset, directorySize);
  const entries = new Map<string, Entry>();
  let offset = 0;
  let position = 0;
  const names = namesIn(directory, count);
  if (!isPackageList(names)) throw new PackageProblem('unexpected file names, or in another order');
  for (const name of names) {
    const found = await readEntry(handle, directory, offset, name, position);
    entries.set(name, found.entry);
    offset = found.next;
    position = found.end;
  }
  if (offset !== directory.length || position !== directoryOffset) {
    throw new PackageProblem('bytes that belong to no file');
  }
  return entries;
}

/** Names of the directory's records, in their order; what else stands in them `readEntry` checks. */
function namesIn(directory: Buffer, count: number): string[] {
  const names: string[] = [];
  for (let offset = 0; names.length < count; ) {
    if (offset + 46 > directory.length) throw new PackageProblem('archive directory is damaged');
    const length = directory.readUInt16LE(offset + 28);
    if (length > MAX_NAME_BYTES) throw new PackageProblem('unexpected file name');
    names.push(directory.toString('latin1', offset + 46, offset + 46 + length));
    offset += 46 + length + directory.readUInt16LE(offset + 30);
  }
  return names;
}

/** Reads the directory's record at `offset`, which must be `name` with its data starting at `position`. */
async function readEntry(
  handle: FileHandle,
  directory: Buffer,
  offset: number,
  name: string,
  position: number,
): Promise<{ entry: Entry; next: number; end: number }> {
  const nameEnd = offset + 46 + name.length;
  if (nameEnd > directory.length || directory.readUInt32LE(offset) !== 0x02014b50) {
    throw new PackageProblem('archive directory is damaged');
  }
  const flags = directory.readUInt16LE(offset + 8);
  const method = directory.readUInt16LE(offset + 10);
  const packedSize = directory.readUInt32LE(offset + 20);
  const size = directory.readUInt32LE(offset + 24);
  const nameLength = directory.readUInt16LE(offset + 28);
  const extraLength = directory.readUInt16LE(offset + 30);
  const commentLength = directory.readUInt16LE(offset + 32);
  const headerOffset = directory.readUInt32LE(offset + 42);
  const written = directory.toString('latin1', offset + 46, offset + 46 + nameLength);
  if (written !== name) throw new PackageProblem(`unexpected file name, ${name} was expected`);
  if ((flags & ~0x0808) !== 0 || (method !== 0 && method !== 8) || commentLength !== 0) {
    throw new PackageProblem(`${name}: encrypted or of an unknown kind`);
  }
  if (size > maxBytesOf(name)) throw new PackageProblem(`${name}: too large`);
  if (
    method === 0 ? size !== packedSize : size > Math.max(RATIO_FREE_BYTES, packedSize * MAX_RATIO)
  ) {
    throw new PackageProblem(`${name}: declared size is not plausible`);
  }
  if (headerOffset !== position) throw new PackageProblem(`${name}: not where it must be`);
  const local = await readAt(handle, headerOffset, 30 + name.length);
  const isSame =
    local.readUInt32LE(0) === 0x04034b50 &&
    local.readUInt16LE(6) === flags &&
    local.readUInt16LE(8) === method &&
    local.readUInt16LE(26) === name.length &&
    local.toString('latin1', 30) === name;
  if (!isSame) throw new PackageProblem(`${name}: its two headers differ`);
  const dataOffset = headerOffset + 30 + name.length + local.readUInt16LE(28);
  // Bit 3: sizes follow the data in a descriptor of 16 bytes.
  const end = dataOffset + packedSize + ((flags & 8) === 0 ? 0 : 16);
  const entry = { name, isDeflated: method === 8, packedSize, size, headerOffset, dataOffset };
  return { entry, next: nameEnd + extraLength, end };
}

async function* unpack(path: string, entry: Entry): AsyncGenerator<Uint8Array> {
  if (entry.packedSize === 0) return;
  const source = createReadStream(path, {
    start: entry.dataOffset,
    end: entry.dataOffset + entry.packedSize - 1,
    highWaterMark: 1 << 18,
  });
  const inflate = entry.isDeflated ? createInflateRaw() : undefined;
  source.on('error', (error) => inflate?.destroy(error));
  const output = inflate === undefined ? source : source.pipe(inflate);
  let size = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > entry.size) throw new PackageProblem(`${entry.name}: longer than declared`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof PackageProblem) throw error;
    throw new PackageProblem(`${entry.name}: cannot be unpacked`);
  } finally {
    source.destroy();
    inflate?.destroy();
  }
  if (size !== entry.size) throw new PackageProblem(`${entry.name}: shorter than declared`);
}

function entryOf(entries: Map<string, Entry>, name: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw new PackageProblem(`${name}: absent`);
  return entry;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new PackageProblem('cut short');
  return buffer;
}
