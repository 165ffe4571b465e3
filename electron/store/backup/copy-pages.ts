import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { MAC_AT, PAGE_BYTES, PageMac, SALT_BYTES } from '../pages/page-mac';
import { SharedFile } from '../pages/shared-file';
import { ChunkWriter } from './chunk-files';
import type { Chunk, Part } from './manifest';

const PAGES_PER_READ = 256;
/** Enough of a page's HMAC to know the page again. */
export const KEPT_MAC_BYTES = 16;

export interface Steps {
  /** Bytes of the source that were looked at since the last call. Throws CANCELLED when the person stopped it. */
  step(bytes: number): Promise<void>;
}

/** The first bytes of the HMAC that a page carries. */
export function keptMac(page: Uint8Array): Uint8Array {
  return page.subarray(MAC_AT, MAC_AT + KEPT_MAC_BYTES);
}

/** The one chunk of a small list. */
function writeList(folder: string, stem: string, bytes: Uint8Array): Chunk {
  const writer = new ChunkWriter(folder, stem, Number.MAX_SAFE_INTEGER);
  writer.write(bytes);
  const [chunk] = writer.end();
  if (chunk === undefined) throw new AppError('INTERNAL', {}, `empty list ${stem}`);
  return chunk;
}

/**
 * Copies the pages of a frozen file as they are, encrypted, into chunks: all of them, or those whose HMAC is not
 * that of `parentMacs` (a page that was written again has a new IV and so another HMAC). With `key` each
 * page's HMAC is verified; a damaged page is never copied: BACKUP_SOURCE_DAMAGED.
 */
export async function copyPages(
  source: { readonly path: string; readonly pages: number; readonly key: Uint8Array | null },
  parentMacs: Uint8Array | null,
  target: { readonly folder: string; readonly stem: string; readonly chunkBytes: number },
  steps: Steps,
): Promise<Omit<Part, 'schema'>> {
  const { folder, stem, chunkBytes } = target;
  const { pages } = source;
  const macs = Buffer.alloc(pages * KEPT_MAC_BYTES);
  const list = new Uint32Array(pages);
  const writer = new ChunkWriter(folder, stem, chunkBytes);
  const file = SharedFile.open(source.path);
  let check: PageMac | undefined;
  let stored = 0;
  try {
    const buffer = Buffer.alloc(PAGES_PER_READ * PAGE_BYTES);
    const changed = Buffer.alloc(PAGES_PER_READ * PAGE_BYTES);
    for (let first = 1; first <= pages; first += PAGES_PER_READ) {
      const count = Math.min(PAGES_PER_READ, pages - first + 1);
      const bytes = count * PAGE_BYTES;
      if (file.read(buffer, (first - 1) * PAGE_BYTES, bytes) !== bytes)
        throw damaged(source.path, first);
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const n = first + i;
        const page = buffer.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES);
        if (source.key !== null) {
          check ??= new PageMac(source.key, buffer.subarray(0, SALT_BYTES));
          if (!check.holds(buffer, i * PAGE_BYTES, n)) throw damaged(source.path, n);
        }
        const mac = keptMac(page);
        const at = (n - 1) * KEPT_MAC_BYTES;
        macs.set(mac, at);
        if (parentMacs !== null && isSame(parentMacs, at, mac)) continue;
        changed.set(page, kept * PAGE_BYTES);
        kept++;
        list[stored++] = n;
      }
      writer.write(changed.subarray(0, kept * PAGE_BYTES));
      await steps.step(bytes);
    }
    return {
      pages,
      stored,
      isChecked: source.key !== null,
      chunks: writer.end(),
      list:
        parentMacs === null || stored === 0
          ? null
          : writeList(folder, `${stem}-list`, littleEndian(list.subarray(0, stored))),
      macs: writeList(folder, `${stem}-macs`, macs),
    };
  } catch (error) {
    writer.abandon();
    throw error;
  } finally {
    check?.zero();
    file.close();
  }
}

function damaged(path: string, page: number): AppError {
  return new AppError('BACKUP_SOURCE_DAMAGED', { file: basename(path), page });
}

function isSame(all: Uint8Array, at: number, mac: Uint8Array): boolean {
  if (at + KEPT_MAC_BYTES > all.length) return false;
  for (let i = 0; i < KEPT_MAC_BYTES; i++) if (all[at + i] !== mac[i]) return false;
  return true;
}

function littleEndian(numbers: Uint32Array): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((n, i) => {
    bytes.writeUInt32LE(n, i * 4);
  });
  return bytes;
}

/** Page numbers that a part stores, in the order of its chunks. */
export function storedPages(part: Part, list: Buffer | null): Uint32Array {
  const numbers = new Uint32Array(part.stored);
  for (let i = 0; i < part.stored; i++)
    numbers[i] = list === null ? i + 1 : list.readUInt32LE(i * 4);
  return numbers;
}
