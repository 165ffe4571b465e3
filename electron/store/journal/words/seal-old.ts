import { AppError } from '../../../../shared/errors/app-error';
import type { WritableDb } from '../../database';
import { raw, sql } from '../../sql/tag';
import { intOf, type SqlRow, type SqlValue, textOf } from '../../sql/values';
import { markResidue } from '../residue';
import { WORD_COLUMNS, type WordColumn } from './places';

const ROWS_PER_STEP = 500;
/** Conditions on a column `t`: a sealed text begins with the mark. */
const isClearText = (column: string): string =>
  `t."${column}" is not null and substr(t."${column}", 1, 1) <> char(1)`;
export const isSealedText = (column: string): string => `substr(t."${column}", 1, 1) = char(1)`;

/**
 * Seals every word that lies in clear from before words were sealed, in steps of one transaction each: killed, it goes on
 * with what is left. A column that the disk refuses, or of which a page is damaged, keeps no other from being sealed. That the
 * file is written anew, because changed rows leave old bytes in the gaps of pages, stays owed.
 */
export function sealOldWords(
  db: WritableDb,
  seal: (text: string, place: string) => string,
  tell: (done: number, total: number) => void,
): { readonly rows: number; readonly isWhole: boolean } {
  let isWhole = true;
  const trying = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      isWhole = false;
    }
  };
  let total = 0;
  let done = 0;
  for (const column of WORD_COLUMNS)
    trying(() => {
      total += countClear(db, column);
    });
  for (const column of WORD_COLUMNS)
    trying(() => {
      for (const rows of changeWords(db, column, clearIn(column), seal)) {
        done += rows;
        tell(done, Math.max(done, total));
      }
    });
  return { rows: done, isWhole };
}

/** How many words of a column lie there in clear. */
export function countClear(db: WritableDb, of: WordColumn): number {
  const text = `select count(*) from "${of.table}" t where ${clearIn(of)}`;
  return intOf(db.value(sql`${raw(text)}`));
}

function clearIn({ column, where }: WordColumn): string {
  return `${isClearText(column)} and ${where}`;
}

/** Puts other texts in the place of those that `which` (SQL) names; a step a transaction. Yields how many. */
export function* changeWords(
  db: WritableDb,
  { table, keys, column, place }: WordColumn,
  which: string,
  changed: (text: string, place: string) => string,
): Generator<number> {
  const named = keys.map((key) => `t."${key}"`).join(', ');
  const same = keys.map((key) => `"${key}" = ?`).join(' and ');
  const what = `select ${place}, t."${column}", ${named} from "${table}" t where ${which}`;
  const order = `order by ${named} limit ${ROWS_PER_STEP}`;
  const change = `update "${table}" set "${column}" = ? where ${same}`;
  // In the order of the key, so that what is sealed is not gone through again at every step.
  const after = `and (${named}) > (${keys.map(() => '?').join(', ')})`;
  let last: readonly SqlValue[] = [];
  for (;;) {
    const text = last.length === 0 ? `${what} ${order}` : `${what} ${after} ${order}`;
    const rows: readonly SqlRow[] = db.all({ text, values: last });
    if (rows.length === 0) return;
    last = rows.at(-1)?.slice(2) ?? [];
    db.transaction(() => {
      for (const [at, word, ...key] of rows)
        db.runArray(change, [changed(textOf(word), textOf(at)), ...key]);
      markResidue(db);
    });
    yield rows.length;
  }
}
