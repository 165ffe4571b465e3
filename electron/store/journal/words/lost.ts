import { statSync } from 'node:fs';
import { AppError } from '../../../../shared/errors/app-error';
import type { WritableDb } from '../../database';
import { raw, sql } from '../../sql/tag';
import { freeBytes } from '../../sqlcipher-error';
import { clearResidue, isResidueOwed } from '../residue';
import { SAVED_MARK, WORD_COLUMNS } from './places';
import { countClear, isSealedText } from './seal-old';

/** Kind of the entry that the first sealing leaves in the log: from there on a text in clear is none of ours. */
export const SEALED_KIND = 'words-sealed';
/** Part of an entry's content that only a working role writes, as it lies. */
const SEALED_CONTENT = String.raw`"words":"\u0001`;

/** What the journal itself says of whether its words were sealed before. */
export interface WasSealed {
  /** The first sealing has come to its end, or there is nothing to seal. */
  isOver(): boolean;
  /** Something lies there sealed, though no key opens the word key: it was lost, or taken away. */
  isThere(): boolean;
}

/**
 * Whoever takes the key's row away, or puts one of before the first sealing back, must not have what he wrote by hand sealed
 * as if a working role had written it: the log, which nobody changes unseen, says that there was a key.
 */
export function wasSealed(db: WritableDb): WasSealed {
  const isOne = (query: ReturnType<typeof sql>) => db.value(query) === 1;
  // By what is chained: the column beside it is for looking up, and anybody with the journal's key writes it.
  const said = `"kind":"${SEALED_KIND}"`;
  const kind = sql`select 1 from audit where instr(header, ${said}) > 0 limit 1`;
  return {
    isOver: () => isOne(kind) || hasNothingClear(db),
    isThere: () =>
      isOne(kind) ||
      isOne(sql`select 1 from audit where instr(payload, ${SEALED_CONTENT}) > 0 limit 1`) ||
      WORD_COLUMNS.some(({ table, column }) =>
        isOne(sql`select 1 from ${raw(`"${table}"`)} t where ${raw(isSealedText(column))} limit 1`),
      ),
  };
}

function hasNothingClear(db: WritableDb): boolean {
  try {
    return WORD_COLUMNS.every((column) => countClear(db, column) === 0);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/**
 * The words' key was lost with a page or taken away: saved items that the centre has are forgotten here, and with the mark
 * they come down again. Of everything else what is sealed stays as it lies and counts as not there.
 */
export function fetchLostAnew(db: WritableDb): void {
  db.transaction(() => {
    const lost = db.run(
      sql`delete from saved_item where rev >= 0 and substr(body, 1, 1) = char(1)`,
    );
    if (lost === 0) return;
    db.run(sql`delete from fact where substr(name, 1, ${SAVED_MARK.length}) = ${SAVED_MARK}`);
  });
}

/** Writes the file anew where that is owed, and there is room for it; otherwise it stays owed. */
export function payResidue(db: WritableDb): void {
  try {
    if (!isResidueOwed(db)) return;
    const wanted = 2 * statSync(db.path).size;
    if ((freeBytes(db.path) ?? wanted) >= wanted) clearResidue(db);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
