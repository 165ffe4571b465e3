import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WritableDb } from '../database';
import { JOURNAL_FILE } from '../journal/journal';
import { openSalvaged } from '../journal/words/open-salvaged';
import { migrate } from '../migrations/run';
import type { Survey } from '../pages/survey';
import { quoted } from '../sql/tables';
import { openWritable } from '../sqlcipher';
import type { EitherKey, SalvageReport } from './calls';
import { type OpenSurvey, surveyFile } from './diagnose';
import { fittingKey } from './fitting-key';

const ROWS_PER_TRANSACTION = 1_000;
const PAGE_BYTES = 4096;

/** The journal's survey; undefined where there is no file to read. */
export async function surveyJournal(
  officeDir: string,
  keys: EitherKey,
): Promise<OpenSurvey | undefined> {
  const path = join(officeDir, JOURNAL_FILE);
  if (!existsSync(path) || statSync(path).size < PAGE_BYTES) return undefined;
  return surveyFile(path, fittingKey(path, keys), 'journal');
}

/** Copies what can be read of some tables; a row whose key is there already stays as it is. */
export function copyRows(
  survey: Survey,
  db: WritableDb,
  tables: readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const columns = survey.columnsOf(table);
    const rows = survey.rows(table);
    counts[table] = 0;
    for (let isMore = true; isMore; ) {
      db.transaction(() => {
        for (let i = 0; i < ROWS_PER_TRANSACTION && isMore; i++) {
          const next = rows.next();
          if (next.done === true) {
            isMore = false;
            return;
          }
          const { values } = next.value;
          const named = quoted(columns.slice(0, values.length));
          const marks = values.map(() => '?').join(', ');
          const text = `insert or ignore into "${table}" (${named}) values (${marks})`;
          counts[table] = (counts[table] ?? 0) + db.runArray(text, [...values]);
        }
      });
    }
  }
  return counts;
}

/**
 * Makes the salvage file: the journal's schema with every row that can be read but the ratchet's key.
 * What reads it back: the office's next journal, the server and the auditor.
 */
export async function salvage(
  officeDir: string,
  journalKeys: EitherKey,
  fileKey: Uint8Array,
  path: string,
  sliceKeys: readonly Uint8Array[],
): Promise<SalvageReport> {
  const db = openWritable({ path, key: fileKey, mayCreate: true, isDurable: true, cacheMb: 8 });
  const open = await surveyJournal(officeDir, journalKeys);
  try {
    migrate(db, 'journal', true);
    if (open === undefined) return { rows: {}, damagedPages: 0 };
    const tables = open.survey.tables.filter((table) => !NOT_SALVAGED.includes(table));
    const rows = copyRows(open.survey, db, tables);
    openSalvaged(db, sliceKeys);
    return { rows, damagedPages: open.faults.length };
  } finally {
    open?.pages.close();
    db.checkpoint();
    db.close();
  }
}

const NOT_SALVAGED = ['manifest', 'audit_ratchet'];
