import type { ReadableDb, WritableDb } from '../database';
import type { PlainWords, SealedWords } from '../outbox-protocol';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { clearResidue, markResidue } from './residue';

/** As many as one step of the sealing takes. */
const MOST = 200;

/**
 * Words that lie here as they were written: JSON, where sealed ones never begin with a brace. Places in the log and what
 * administrators write too is no certificate data and stays.
 */
export function plainWords(db: ReadableDb): readonly PlainWords[] {
  return db
    .all(
      sql`select dseq, kind, payload from (
            select d.dseq, o.kind, d.payload from outbox_draft d join outbox o on o.dseq = d.dseq
            union all select dseq, kind, payload from work_item where payload is not null)
          where payload like '{%' and kind not in ('audit-page', 'audit-renewal', 'feedback') order by dseq limit ${MOST}`,
    )
    .map((row) => ({ dseq: intOf(row[0]), kind: textOf(row[1]), payload: textOf(row[2]) }));
}

/**
 * See OutboxCalls.outboxSealWords; all or none. After the last of them (no rows) the file is written anew and its log emptied:
 * both still hold the plain ones. Where that is cut off or fails it stays owed (purge.ts).
 */
export function sealPlainWords(db: WritableDb, rows: readonly SealedWords[]): void {
  if (rows.length === 0) {
    clearResidue(db);
    return;
  }
  db.transaction(() => {
    for (const { dseq, before, sealed } of rows) {
      db.run(
        sql`update outbox_draft set payload = ${sealed} where dseq = ${dseq} and payload = ${before}`,
      );
      db.run(
        sql`update work_item set payload = ${sealed} where dseq = ${dseq} and payload = ${before}`,
      );
    }
    markResidue(db);
  });
}
