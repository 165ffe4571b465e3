import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import type { WritableDb } from '../database';
import { openCurrent } from '../migrations/open-current';
import { EXACT_INDEXES, LATE_INDEXES } from '../slice/indexes';
import { removeDatabase } from '../slice/loader';
import { LoadingNames } from '../slice/names';
import { SLICE_FILE } from '../slice/slice-writer';
import {
  FACTS,
  isLateComplete,
  readCheckpoint,
  readCursor,
  writeCounts,
  writeFact,
} from '../slice/state';
import { raw, sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import type { RecoveryCalls } from './calls';
import { surveyFile } from './diagnose';
import { fittingKey } from './fitting-key';
import { copyRows } from './salvage';
import { setAside } from './set-aside';

const SALVAGED_FILE = 'slice.salvaged.db';
/** Made anew from the rows: what is kept of them could be of rows that are lost. */
const NOT_COPIED = ['manifest', 'digest_bucket', 'name_key', 'pending_audit'];

/**
 * Puts the readable rows of a slice that does not open into a new file in its place; the damaged one is kept
 * as it was. The new file knows that it differs from the server, and the next synchronisation fetches the
 * buckets of what is missing. It is under the key of the damaged one: a rotation goes on from there. Throws
 * STORE_CORRUPT, with nothing changed, where too little can be read to go on from.
 */
export async function salvageSlice({
  officeDir,
  atMs,
  ...keys
}: RecoveryCalls['salvageSlice'][0]): Promise<RecoveryCalls['salvageSlice'][1]> {
  const path = join(officeDir, SLICE_FILE);
  const key = fittingKey(path, keys);
  const newPath = join(officeDir, SALVAGED_FILE);
  removeDatabase(newPath);
  const { pages, survey, faults } = await surveyFile(path, key, 'slice');
  let rows = 0;
  try {
    const db = openCurrent({ kind: 'slice', path: newPath, key, isNew: true, isDurable: true });
    try {
      const tables = survey.tables.filter((table) => !NOT_COPIED.includes(table));
      const copied = copyRows(survey, db, tables);
      rows = ENTITY_ORDER.reduce((sum, entity) => sum + (copied[entity] ?? 0), 0);
      if (readCursor(db) === null || readCheckpoint(db) === null || rows === 0)
        throw new AppError('STORE_CORRUPT', { file: SLICE_FILE }, 'nothing to go on from');
      complete(db, Math.max(1, faults.length));
    } finally {
      db.checkpoint();
      db.close();
    }
  } catch (error) {
    removeDatabase(newPath);
    throw error;
  } finally {
    pages.close();
  }
  const keptIn = setAside(path, officeDir, atMs) ?? '';
  renameSync(newPath, path);
  return { rows, damagedPages: faults.length, keptIn };
}

/** What a slice has beside its rows; pinyin and the other indexes follow when it is opened. */
function complete(db: WritableDb, differingBuckets: number): void {
  renumberNames(db);
  for (const statement of EXACT_INDEXES) db.exec(statement);
  if (isLateComplete(db)) for (const statement of LATE_INDEXES) db.exec(statement);
  db.transaction(() => {
    writeCounts(db, (entity, before) =>
      ENTITIES[entity].isLate && !isLateComplete(db)
        ? before
        : intOf(db.value(sql`select count(*) from ${raw(`"${entity}"`)}`)),
    );
    db.run(sql`delete from sync_state where name = ${FACTS.full}`);
    writeFact(db, FACTS.lastVerify, {
      isEqual: false,
      differingBuckets,
      root: '',
      roots: {},
      rows: 0,
      tookMs: 0,
      atMs: Date.now(),
    });
  });
}

/** Persons whose name's row is lost, or whose name now stands for another, get their own again. */
function renumberNames(db: WritableDb): void {
  const names = new LoadingNames(db);
  db.transaction(() => {
    for (const row of db.all(sql`select id, "name", nameId from person`)) {
      const nameId = names.idOf(textOf(row[1]));
      if (nameId !== row[2])
        db.run(sql`update person set nameId = ${nameId} where id = ${intOf(row[0])}`);
    }
    db.run(sql`delete from name where id not in (select nameId from person)`);
  });
}
