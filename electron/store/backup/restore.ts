import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { diskError } from '../../platform/atomic-write';
import type { ReadableDb } from '../database';
import { appendAudit, verifyAudit } from '../journal/audit';
import { JOURNAL_FILE } from '../journal/journal';
import { openCurrent } from '../migrations/open-current';
import { checkFile } from '../migrations/run';
import { sql } from '../sql/tag';
import { intOf, intOrNull } from '../sql/values';
import { openReadable } from '../sqlcipher';
import { walkPages } from '../walk-pages';
import type { BackupCalls, CopyReport, PresentJournal, RestoreOrder } from './calls';
import { readWholeChunk } from './chunk-files';
import { restoreEvidence } from './evidence-files';
import { fillDatabases, inFolder } from './fill-folder';
import { OFFICE_FILE, SEALED_OFFICE, unsealOffice } from './office-seal';
import type { FoundGeneration } from './place';
import { proveJournal } from './prove-copy';
import type { BackupKeys, Watch } from './write-generation';

const SIDE_FILES = ['', '-wal'] as const;

/** Looks at an office's journal as it lies there; changes nothing. */
export function compareJournal({
  officeDir,
  keys,
  head,
}: BackupCalls['restoreCompare'][0]): PresentJournal {
  const path = join(officeDir, JOURNAL_FILE);
  const without = (state: PresentJournal['state']) => ({
    state,
    entries: 0,
    lastMs: null,
    isContinuation: false,
    unsent: 0,
  });
  if (!existsSync(path)) return without('missing');
  let db: ReadableDb;
  try {
    db = openReadable({ path, key: keys.journal });
  } catch (error) {
    const isOther = error instanceof AppError && error.code === 'STORE_KEY_WRONG';
    return without(isOther ? 'other-key' : 'damaged');
  }
  try {
    checkFile(db, 'journal');
    const chain = verifyAudit(db);
    const isWhole = walkPages(path, keys.journal).firstFault === null;
    if (!chain.isIntact || !isWhole) return without('damaged');
    const last = db.value(sql`select max(atMs) from audit`);
    return {
      state: 'healthy',
      entries: chain.entries,
      lastMs: intOrNull(last),
      isContinuation:
        head.seq === 0 ||
        db.value(sql`select hash from audit where seq = ${head.seq}`) === head.hash,
      unsent: intOf(db.value(sql`select count(*) from outbox where verdict is null`)),
    };
  } catch {
    return without('damaged');
  } finally {
    db.close();
  }
}

function copySmallFiles(newest: FoundGeneration, targetDir: string, journalKey: Uint8Array): void {
  for (const chunk of newest.file.manifest.copies) {
    const bytes = readWholeChunk(newest.folder, chunk);
    const isOffice = chunk.name === SEALED_OFFICE;
    try {
      const content = isOffice ? unsealOffice(bytes, journalKey) : bytes;
      const name = isOffice ? OFFICE_FILE : chunk.name;
      writeFileSync(join(targetDir, name), content, { mode: 0o600, flag: 'wx', flush: true });
    } catch (cause) {
      throw diskError(cause, bytes.length);
    }
  }
}

/** The present journal goes on: copied with its log, which is folded in there, and proven. */
function takeJournal(from: string, targetDir: string, key: Uint8Array): number {
  const path = join(targetDir, JOURNAL_FILE);
  try {
    for (const end of SIDE_FILES) {
      const source = join(from, `${JOURNAL_FILE}${end}`);
      if (existsSync(source)) copyFileSync(source, `${path}${end}`);
    }
  } catch (cause) {
    throw diskError(cause, 0);
  }
  const entries = proveJournal(path, key, null);
  const { firstFault } = walkPages(path, key);
  if (firstFault !== null) throw new AppError('STORE_CORRUPT', { file: JOURNAL_FILE });
  return entries;
}

/**
 * Fills an empty folder with an office as of a generation, proves it, and writes into its journal that and by
 * whom it was restored. The present office is only read.
 */
export async function fillOffice(order: RestoreOrder, watch: Watch): Promise<CopyReport> {
  const { targetDir, keys, keepJournalOf, actor } = order;
  const { report, newest } = await fillDatabases(
    order,
    targetDir,
    keys,
    keepJournalOf === null,
    watch,
  );
  const auditEntries =
    keepJournalOf === null
      ? report.auditEntries
      : takeJournal(keepJournalOf, targetDir, keys.journal);
  copySmallFiles(newest, targetDir, keys.journal);
  const { evidence } = newest.file.manifest;
  if (evidence !== undefined) restoreEvidence(newest.folder, evidence, targetDir);
  const path = join(targetDir, JOURNAL_FILE);
  // A backup may be of an older schema.
  const db = openCurrent({
    kind: 'journal',
    path,
    key: keys.journal,
    isNew: false,
    isDurable: true,
  });
  try {
    db.setSecureDelete();
    const payload = {
      generation: order.generation,
      set: order.set,
      backupOfMs: report.createdMs,
      keptJournal: keepJournalOf !== null,
      auditEntries,
      rows: report.rows,
      by: actor.by,
    };
    appendAudit(db, order.deviceId, { kind: 'restore', actor: actor.userId, payload }, order.nowMs);
    db.checkpoint();
  } finally {
    db.close();
  }
  return { ...report, auditEntries };
}

/** Proves that a generation can be restored, without touching what is in use. */
export function verifyGeneration(
  ref: BackupCalls['backupVerify'][0],
  keys: BackupKeys,
  watch: Watch,
): Promise<CopyReport> {
  const { workDir, drill, place, set, generation } = ref;
  return inFolder(workDir, async () => {
    if (drill === null)
      return (await fillDatabases({ place, set, generation }, workDir, keys, true, watch)).report;
    const actor = { userId: drill.userId, by: 'drill' } as const;
    const order = { place, set, generation, targetDir: workDir, keepJournalOf: null, keys, actor };
    return fillOffice({ ...order, deviceId: drill.deviceId, nowMs: Date.now() }, watch);
  });
}
