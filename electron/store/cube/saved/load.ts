import type { ReadableDb } from '../../database';
import { intOf } from '../../sql/values';
import { pause } from '../steps';
import {
  BLOCK_IDS,
  bindingsOf,
  emptyColumns,
  fillColumns,
  isBindable,
  type SavedEntity,
  selection,
} from './blocks';
import { type NumberColumns, unpack } from './packed';
import type { SavedColumns } from './saved-columns';

/** Beyond any id. */
const END = Number.MAX_SAFE_INTEGER;

/** Equal bytes. */
export function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}

/** Rows of the block, ascending, and no others. */
function isOfBlock({ count, values }: NumberColumns, block: number): boolean {
  let before = block * BLOCK_IDS - 1;
  for (let i = 0; i < count; i++) {
    const id = values[0]?.[i] ?? Number.NaN;
    // Also where it is no number.
    if (!(id > before)) return false;
    before = id;
  }
  return before < (block + 1) * BLOCK_IDS;
}

/**
 * A table's rows as columns in order of id, some at a time: saved blocks of rows that are still the same, all others from the
 * rows themselves. The columns are reused: take what is needed before asking for more.
 */
export async function* rowsAsColumns(
  db: ReadableDb,
  entity: SavedEntity,
  saved: SavedColumns | null,
): AsyncGenerator<NumberColumns> {
  const columns = emptyColumns(entity);
  const text = selection(entity);
  let last = 0;
  async function* until(end: number): AsyncGenerator<NumberColumns> {
    while (end - last > 1) {
      const rows = db.all({ text, values: [last, end] });
      const final = rows.at(-1);
      if (final === undefined) break;
      fillColumns(rows, columns);
      last = intOf(final[0]);
      yield columns;
      await pause();
    }
  }
  const groups = saved === null || !isBindable(db, entity) ? [] : await saved.groups(entity);
  for (const group of groups) {
    const { blocks, plain } = (await saved?.read(entity, group)) ?? { blocks: [], plain: null };
    const now = bindingsOf(db, entity, group);
    for (const { block, binding, rows, bytes } of blocks) {
      const first = block * BLOCK_IDS;
      if (first < last || !isSame(now.get(block), binding)) continue;
      yield* until(Math.max(1, first));
      if (!unpack(bytes, rows, columns) || !isOfBlock(columns, block)) continue;
      yield columns;
      last = first + BLOCK_IDS - 1;
    }
    plain?.fill(0);
    await pause();
  }
  yield* until(END);
}
