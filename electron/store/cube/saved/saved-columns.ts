import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGcm, sealGcm } from '../../../crypto/aead';
import { hkdf } from '../../../crypto/hkdf';
import { sweepTemporary, writeAtomically } from '../../../platform/atomic-write';
import { destroyFile } from '../../../platform/destroy-file';
import { SAVED_ENTITIES, type SavedEntity } from './blocks';

/** Folder of the office that holds them; all of it can be made anew from the slice. */
export const COLUMNS_FOLDER = 'columns';
const BINDING_BYTES = 32;
/** block (f64), rows (f64), bytes (f64), binding. */
const BLOCK_HEAD_BYTES = 24 + BINDING_BYTES;

/** The packed columns of a block's rows, and the hash that says which rows. */
export interface SavedBlock {
  readonly block: number;
  readonly binding: Uint8Array;
  readonly rows: number;
  /** As `pack` made them, beginning at an eighth byte. */
  readonly bytes: Uint8Array;
}

/** What a file holds. `plain` is the only copy of all its bytes: to be zeroed after use. */
export interface SavedGroup {
  readonly blocks: readonly SavedBlock[];
  readonly plain: Uint8Array;
}

const NOTHING: SavedGroup = { blocks: [], plain: new Uint8Array(0) };

/**
 * Columns saved beside the slice, a file a group of blocks:
 *
 *   file  = AES-256-GCM(HKDF(slice key, "fieldcert columns key v1"), body, aad = "fieldcert columns|entity|group")
 *   body  = block … ; block = number, rows, bytes (f64 each), binding (32), packed columns padded to eight bytes
 *
 * A file under another key, of another place, cut or changed does not open and counts as none. One that opens says what it
 * said when it was written; whether the rows are still those, the bindings say.
 */
export class SavedColumns {
  private readonly folder: string;
  private readonly key: Uint8Array;

  constructor(officeDir: string, sliceKey: Uint8Array) {
    this.folder = join(officeDir, COLUMNS_FOLDER);
    this.key = hkdf(sliceKey, 'fieldcert columns key v1', 32);
  }

  private path(entity: SavedEntity, group: number): string {
    return join(this.folder, `${entity}-${group}.sealed`);
  }

  /** Groups that have a file, ascending. */
  async groups(entity: SavedEntity): Promise<readonly number[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .flatMap((name) => {
        const [, of, group] = /^([a-z]+)-(\d{1,13})\.sealed$/.exec(name) ?? [];
        return of === entity ? [Number(group)] : [];
      })
      .sort((a, b) => a - b);
  }

  /** What a group's file holds; nothing where there is none, or it does not open. */
  async read(entity: SavedEntity, group: number): Promise<SavedGroup> {
    const sealed = await readFile(this.path(entity, group)).catch(() => undefined);
    if (sealed === undefined) return NOTHING;
    const plain = openGcm(this.key, sealed, aadOf(entity, group));
    if (plain === undefined) return NOTHING;
    return { blocks: blocksIn(plain), plain };
  }

  /** Replaces a group's file. Fails as writeAtomically. */
  async write(entity: SavedEntity, group: number, blocks: readonly SavedBlock[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const body = bodyOf(blocks);
    const sealed = sealGcm(this.key, body, aadOf(entity, group));
    body.fill(0);
    await writeAtomically(this.path(entity, group), sealed);
  }

  async remove(entity: SavedEntity, group: number): Promise<void> {
    await destroyFile(this.path(entity, group));
  }

  /** Overwrites and removes every file. */
  async forget(): Promise<void> {
    await this.sweep();
    for (const entity of SAVED_ENTITIES)
      for (const group of await this.groups(entity)) await this.remove(entity, group);
  }

  /** Removes what a killed write left. */
  sweep(): Promise<void> {
    return sweepTemporary(this.folder);
  }

  zero(): void {
    this.key.fill(0);
  }
}

const aadOf = (entity: SavedEntity, group: number): string =>
  `fieldcert columns|${entity}|${group}`;

function bodyOf(blocks: readonly SavedBlock[]): Uint8Array {
  const length = blocks.reduce((sum, { bytes }) => sum + BLOCK_HEAD_BYTES + bytes.length, 0);
  const body = new Uint8Array(length);
  const view = new DataView(body.buffer);
  let at = 0;
  for (const { block, rows, binding, bytes } of blocks) {
    view.setFloat64(at, block, true);
    view.setFloat64(at + 8, rows, true);
    view.setFloat64(at + 16, bytes.length, true);
    body.set(binding, at + 24);
    body.set(bytes, at + BLOCK_HEAD_BYTES);
    at += BLOCK_HEAD_BYTES + bytes.length;
  }
  return body;
}

/** Up to the first that does not fit: whoever has the key may have written anything. */
function blocksIn(plain: Uint8Array): readonly SavedBlock[] {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const blocks: SavedBlock[] = [];
  let at = 0;
  while (at + BLOCK_HEAD_BYTES <= plain.length) {
    const [block, rows, length] = [0, 8, 16].map((of) => view.getFloat64(at + of, true));
    const from = at + BLOCK_HEAD_BYTES;
    const end = from + (length ?? 0);
    if (!Number.isSafeInteger(end) || end < from || end > plain.length || end % 8 !== 0) break;
    if (!Number.isSafeInteger(block) || !Number.isSafeInteger(rows) || (rows ?? -1) < 0) break;
    blocks.push({
      block: block ?? 0,
      rows: rows ?? 0,
      binding: plain.subarray(at + 24, from),
      bytes: plain.subarray(from, end),
    });
    at = end;
  }
  return blocks;
}
