import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { diskError } from '../../platform/atomic-write';
import { PAGE_BYTES } from '../pages/page-mac';
import { walkPages } from '../walk-pages';
import { readChunk, readWholeChunk } from './chunk-files';
import { KEPT_MAC_BYTES, keptMac, type Steps, storedPages } from './copy-pages';
import type { Part } from './manifest';

const PAGES_PER_WRITE = 256;

/** A generation's pages of one file. */
export interface Layer {
  readonly folder: string;
  readonly part: Part;
}

/**
 * Puts a database file together from a full layer and the changed pages of those after it: of each page the
 * newest. Every page must carry the HMAC that the newest layer lists and, with `key`, one that holds.
 * Throws BACKUP_ALTERED, BACKUP_INCOMPLETE, DISK_FULL or CANCELLED; the caller removes the file.
 */
export async function assemble(
  layers: readonly Layer[],
  target: string,
  key: Uint8Array | null,
  steps: Steps,
): Promise<number> {
  const newest = layers.at(-1);
  if (newest === undefined) throw new AppError('INTERNAL', {}, 'no layers');
  const { pages } = newest.part;
  const altered = (detail: string) =>
    new AppError('BACKUP_ALTERED', { file: basename(newest.folder) }, detail);
  const lists = layers.map(({ folder, part }) =>
    storedPages(part, part.list === null ? null : readWholeChunk(folder, part.list)),
  );
  const macs = readWholeChunk(newest.folder, newest.part.macs);
  if (macs.length !== pages * KEPT_MAC_BYTES) throw altered('list of HMACs');
  const owner = owners(lists, pages);
  if (owner.subarray(1).includes(0))
    throw new AppError('BACKUP_INCOMPLETE', { file: basename(newest.folder) }, 'pages');

  const output = new PageOutput(target);
  try {
    for (const [index, layer] of layers.entries()) {
      const list = lists[index] ?? new Uint32Array(0);
      let k = 0;
      for (const chunk of layer.part.chunks) {
        for (const piece of readChunk(layer.folder, chunk)) {
          if (piece.length % PAGE_BYTES !== 0) throw altered('not whole pages');
          for (let at = 0; at < piece.length; at += PAGE_BYTES, k++) {
            const n = list[k];
            if (n === undefined) throw altered('more pages than listed');
            if (owner[n] !== index + 1) continue;
            const page = piece.subarray(at, at + PAGE_BYTES);
            if (!isListed(macs, n, page)) throw altered(`page ${n} is not the listed one`);
            output.put(n, page);
          }
          await steps.step(piece.length);
        }
      }
      if (k !== list.length) throw altered('fewer pages than listed');
    }
    output.end();
  } finally {
    output.close();
  }
  // What lies on the disk now, not what was meant to.
  if (key !== null && walkPages(target, key).firstFault !== null) throw altered('a page’s HMAC');
  return pages;
}

/** For every page (from 1) the layer, counted from 1, that has it newest; 0 where none has. */
function owners(lists: readonly Uint32Array[], pages: number): Uint16Array {
  const owner = new Uint16Array(pages + 1);
  lists.forEach((list, index) => {
    for (const n of list) if (n <= pages) owner[n] = index + 1;
  });
  return owner;
}

function isListed(macs: Buffer, n: number, page: Uint8Array): boolean {
  const at = (n - 1) * KEPT_MAC_BYTES;
  return macs.subarray(at, at + KEPT_MAC_BYTES).equals(keptMac(page));
}

/** A file written by page number; neighbours go to the disk together. */
class PageOutput {
  private readonly fd: number;
  private readonly run = Buffer.alloc(PAGES_PER_WRITE * PAGE_BYTES);
  private first = 0;
  private count = 0;

  constructor(path: string) {
    try {
      this.fd = openSync(path, 'wx', 0o600);
    } catch (cause) {
      throw diskError(cause, 0);
    }
  }

  put(n: number, page: Uint8Array): void {
    if (this.count === PAGES_PER_WRITE || n !== this.first + this.count) this.flush();
    if (this.count === 0) this.first = n;
    this.run.set(page, this.count * PAGE_BYTES);
    this.count++;
  }

  private flush(): void {
    const bytes = this.count * PAGE_BYTES;
    try {
      for (let done = 0; done < bytes; )
        done += writeSync(
          this.fd,
          this.run,
          done,
          bytes - done,
          (this.first - 1) * PAGE_BYTES + done,
        );
    } catch (cause) {
      throw diskError(cause, bytes);
    }
    this.count = 0;
  }

  end(): void {
    this.flush();
    try {
      fsyncSync(this.fd);
    } catch (cause) {
      throw diskError(cause, 0);
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}
