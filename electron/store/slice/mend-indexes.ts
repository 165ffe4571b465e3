import { AppError } from '../../../shared/errors/app-error';
import type { WritableDb } from '../database';
import { sql } from '../sql/tag';
import { FULL_INDEXES } from './indexes';

/** Statements of the indexes over the names. */
const NAME_INDEXES = FULL_INDEXES.filter((statement) => statement.includes(' on name('));

const yieldToCalls = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Makes the indexes of some tables anew from their rows. Throws STORE_CORRUPT where the rows' own pages
 * cannot be read: then it is no index that is wrong.
 */
export async function rebuildIndexes(db: WritableDb, tables: readonly string[]): Promise<void> {
  for (const table of tables.filter((name) => name !== 'name')) {
    db.exec(`reindex "${table.replaceAll('"', '""')}"`);
    await yieldToCalls();
  }
  if (!tables.includes('name')) return;
  // Beside an index that leaves names out, one name may have been given two numbers: that one cannot be rebuilt as it is.
  db.transaction(() => {
    const hadIndex =
      db.value(sql`select 1 from sqlite_master where type = 'index' and name = 'name_text'`) === 1;
    db.exec('drop index if exists name_text');
    joinNames(db);
    if (hadIndex) for (const statement of NAME_INDEXES) db.exec(statement);
  });
}

/** One number a name, which its unique index would refuse to be made without. */
export function joinNames(db: WritableDb): void {
  db.transaction(() => {
    db.exec(`update person set nameId = (
        select min(same.id) from name own join name same on same.text = own.text where own.id = person.nameId)
      where nameId in (select id from name where id not in (select min(id) from name group by text))`);
    db.exec('delete from name where id not in (select min(id) from name group by text)');
  });
}

function isIndexFault(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'STORE_CORRUPT' &&
    (error.detail ?? '').startsWith('SQLITE_CORRUPT_INDEX')
  );
}

/**
 * Does what writes; where the engine meets an index that does not have the rows of its table, all indexes are made anew,
 * which is logged, and it is done once more. The act must leave nothing behind when it throws. Damaged pages stay what
 * they are, a matter for a person.
 */
export async function withSoundIndexes<T>(db: WritableDb, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isIndexFault(error)) throw error;
    await rebuildIndexes(db, db.tables());
    const atMs = Date.now();
    db.run(
      sql`insert or ignore into pending_audit values (${`indexes:${atMs}`}, ${atMs}, 'slice-indexes-rebuilt', 'system', '{}')`,
    );
    return act();
  }
}
