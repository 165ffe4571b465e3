import type { WritableDb } from '../database';
import { sql } from '../sql/tag';

/** Fact: content that went may still lie in the gaps of pages. */
const RESIDUE_FACT = 'retention.residue';

/** Content that went may still lie in the gaps of pages: `clearResidue` is owed, after a crash too. In the caller's transaction. */
export function markResidue(db: WritableDb): void {
  note(db, 'yes');
}

/**
 * Secure deletion zeroes what is deleted where it lay, but when cells move between pages their old bytes may stay
 * in a page's gap (a test finds them): the file is written anew. A killed or busy one is done after the next purge.
 */
export function clearResidue(db: WritableDb): void {
  if (isResidueOwed(db)) {
    db.exec('vacuum');
    note(db, 'no');
  }
  db.checkpoint();
}

export function isResidueOwed(db: WritableDb): boolean {
  return db.value(sql`select value from fact where name = ${RESIDUE_FACT}`) === 'yes';
}

function note(db: WritableDb, value: 'yes' | 'no'): void {
  db.run(sql`insert or replace into fact values (${RESIDUE_FACT}, ${value})`);
}
