import { letPressPass } from '../../../platform/press-pass';
import type { ReadableDb } from '../../database';
import { pause } from '../steps';
import {
  bindingsOf,
  emptyColumns,
  groupsWithRows,
  isBindable,
  readBlock,
  SAVED_ENTITIES,
  type SavedEntity,
} from './blocks';
import { isSame } from './load';
import { pack } from './packed';
import type { SavedBlock, SavedColumns } from './saved-columns';

type Bindings = ReadonlyMap<number, Uint8Array>;

/**
 * Keeps the saved columns what the rows are: looks which blocks' rows changed, packs those anew and writes the files that
 * have them, in steps, from a connection of its own.
 */
export class ColumnsKeeper {
  /** What was read from or written to each file, so that one that nothing changed in is not opened again. */
  private readonly known = new Map<string, Bindings>();

  constructor(
    private readonly db: ReadableDb,
    private readonly saved: SavedColumns,
    private readonly isStopped: () => boolean,
  ) {}

  /** Answers how many files were written or removed. Fails as writeAtomically, and leaves older files then. */
  async keep(): Promise<number> {
    await this.saved.sweep();
    let changed = 0;
    for (const entity of SAVED_ENTITIES) {
      if (this.isStopped()) return changed;
      if (!isBindable(this.db, entity)) continue;
      const groups = groupsWithRows(this.db, entity);
      for (const group of groups) {
        if (await this.keepGroup(entity, group)) changed++;
        if (this.isStopped()) return changed;
      }
      const wanted = new Set(groups);
      for (const group of await this.saved.groups(entity)) {
        if (wanted.has(group)) continue;
        await this.saved.remove(entity, group);
        changed++;
      }
    }
    return changed;
  }

  private async keepGroup(entity: SavedEntity, group: number): Promise<boolean> {
    const place = `${entity}-${group}`;
    const now = bindingsOf(this.db, entity, group);
    if (areSame(this.known.get(place), now)) return false;
    const before = await this.saved.read(entity, group);
    try {
      const held = new Map(before.blocks.map((one) => [one.block, one]));
      const bindings = new Map(before.blocks.map(({ block, binding }) => [block, binding.slice()]));
      this.known.set(place, bindings);
      if (areSame(bindings, now) || this.isStopped()) return false;
      const blocks = await this.blocksOf(entity, now, held);
      if (blocks === null) return false;
      await this.saved.write(entity, group, blocks);
      this.known.set(place, new Map(blocks.map(({ block, binding }) => [block, binding.slice()])));
      return true;
    } finally {
      before.plain.fill(0);
    }
  }

  /** Those that still fit as they are, the others from their rows; null when it was stopped meanwhile. */
  private async blocksOf(
    entity: SavedEntity,
    now: Bindings,
    held: ReadonlyMap<number, SavedBlock>,
  ): Promise<readonly SavedBlock[] | null> {
    const columns = emptyColumns(entity);
    const blocks: SavedBlock[] = [];
    for (const [block, wanted] of now) {
      const one = held.get(block);
      if (one !== undefined && isSame(wanted, one.binding)) {
        blocks.push(one);
        continue;
      }
      await pause();
      await letPressPass();
      if (this.isStopped()) return null;
      const binding = readBlock(this.db, entity, block, columns);
      // Its last row has just gone.
      if (binding !== undefined)
        blocks.push({ block, binding, rows: columns.count, bytes: pack(columns) });
    }
    return blocks;
  }

  /**
   * Saved blocks that say they are of the rows as they are, and say other things than the rows: only who has the key of the
   * slice can have written them.
   */
  async falseBlocks(): Promise<number> {
    let found = 0;
    for (const entity of SAVED_ENTITIES) {
      if (!isBindable(this.db, entity)) continue;
      const columns = emptyColumns(entity);
      for (const group of await this.saved.groups(entity)) {
        const { blocks, plain } = await this.saved.read(entity, group);
        for (const { block, binding, rows, bytes } of blocks) {
          if (this.isStopped()) return found;
          const now = readBlock(this.db, entity, block, columns);
          const isOfNow = isSame(now, binding);
          const isTrue = rows === columns.count && isSame(pack(columns), bytes);
          if (isOfNow && !isTrue) found++;
          await pause();
        }
        plain.fill(0);
      }
    }
    return found;
  }

  /** The files are gone. */
  forget(): void {
    this.known.clear();
  }
}

function areSame(a: Bindings | undefined, b: Bindings): boolean {
  if (a === undefined || a.size !== b.size) return false;
  for (const [block, binding] of b) if (!isSame(a.get(block), binding)) return false;
  return true;
}
