import { AppError } from '../../../../shared/errors/app-error';
import type { WritableDb } from '../../database';
import { raw, sql } from '../../sql/tag';
import { intOf, textOf } from '../../sql/values';
import { WORD_COLUMNS } from './places';
import { changeWords, isSealedText } from './seal-old';
import { Words } from './words';

/** Of a salvage: the opened content of audit entries, which lie beside it as they were chained. */
const AUDIT_TABLE = 'audit_words';
const ENTRIES_PER_STEP = 1_000;

/**
 * In a salvage, which the centre opens and no administrator: what was sealed lies there open, since the centre holds no key
 * of a slice. A session without slice keys leaves it sealed.
 */
export function openSalvaged(db: WritableDb, sliceKeys: readonly Uint8Array[]): void {
  const words = Words.reading(db, sliceKeys);
  if (words === undefined) return;
  try {
    for (const column of WORD_COLUMNS)
      for (const _ of changeWords(db, column, isSealedText(column.column), (text, place) =>
        words.readable(text, place),
      ));
    openAudit(db, words);
  } catch (error) {
    // What was copied is saved, opened or not.
    if (!(error instanceof AppError)) throw error;
  } finally {
    words.zero();
  }
}

function openAudit(db: WritableDb, words: Words): void {
  db.exec(`create table ${AUDIT_TABLE} (seq integer primary key, payload text not null) strict`);
  for (let last = 0; ; ) {
    const rows = db.all(
      sql`select seq, payload from audit where seq > ${last} and payload is not null order by seq limit ${ENTRIES_PER_STEP}`,
    );
    if (rows.length === 0) return;
    last = intOf(rows.at(-1)?.[0]);
    db.transaction(() => {
      for (const [seq, payload] of rows) {
        const opened = words.openContent(textOf(payload), intOf(seq));
        if (opened !== payload)
          db.run(sql`insert into ${raw(AUDIT_TABLE)} values (${intOf(seq)}, ${opened})`);
      }
    });
  }
}
