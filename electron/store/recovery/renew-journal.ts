import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { appendAudit, startRatchet } from '../journal/audit';
import { AUDIT_MARK_FACT } from '../journal/audit-uplink';
import { JOURNAL_FILE } from '../journal/journal';
import { PURGE_FACTS } from '../journal/purge';
import { migrate } from '../migrations/run';
import type { Survey } from '../pages/survey';
import { removeDatabase } from '../slice/loader';
import { sql } from '../sql/tag';
import { bytesOrNull, textOf } from '../sql/values';
import { openWritable } from '../sqlcipher';
import type { RecoveryCalls, RenewReport } from './calls';
import { journalContent } from './diagnose';
import { fittingKey } from './fitting-key';
import { copyRows, surveyJournal } from './salvage';
import { setAside } from './set-aside';

const NEW_JOURNAL_FILE = 'journal.new.db';
/** Fact of a new journal: what became of the old one. Present only in one that is complete. */
const RENEWED_FACT = 'journal.renewed';
/** Not carried over: the new chain begins anew, the old one stays in the old file. */
const NOT_CARRIED = ['manifest', 'audit', 'audit_ratchet'];

/**
 * The new file is complete before the old one is touched; then two renames. Killed in between, the
 * office has no journal until the same person asks for the same again, which finds the new one ready.
 */
export async function renewJournal(input: RecoveryCalls['renewJournal'][0]): Promise<RenewReport> {
  const { officeDir, atMs } = input;
  const path = join(officeDir, JOURNAL_FILE);
  const newPath = join(officeDir, NEW_JOURNAL_FILE);
  const isThere = existsSync(path);
  // The new one is under the key of the old one: a rotation goes on from there.
  const key = fittingKey(isThere ? path : newPath, input);
  const ready = isThere ? undefined : readyReport(newPath, key);
  if (ready !== undefined) {
    // A log that the old file left behind would be taken for the new one's.
    setAside(path, officeDir, atMs);
    renameSync(newPath, path);
    return ready;
  }
  removeDatabase(newPath);
  const report = await fillNew(newPath, input, key);
  const keptIn = setAside(path, officeDir, atMs) ?? '';
  renameSync(newPath, path);
  return { ...report, keptIn };
}

function readyReport(path: string, key: Uint8Array): RenewReport | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const db = openWritable({ path, key, mayCreate: false, isDurable: true });
    try {
      const fact = db.value(sql`select value from fact where name = ${RENEWED_FACT}`);
      return fact === undefined ? undefined : (JSON.parse(textOf(fact)) as RenewReport);
    } finally {
      db.checkpoint();
      db.close();
    }
  } catch {
    // Not complete: it is made again from the old file, which is still there or was never.
    return undefined;
  }
}

async function fillNew(
  path: string,
  { officeDir, userId, deviceId, fault, atMs }: RecoveryCalls['renewJournal'][0],
  key: Uint8Array,
): Promise<RenewReport> {
  const db = openWritable({ path, key, mayCreate: true, isDurable: true, cacheMb: 8 });
  const old = await surveyJournal(officeDir, { key });
  try {
    db.setSecureDelete();
    migrate(db, 'journal', true);
    const tables = old?.survey.tables.filter((table) => !NOT_CARRIED.includes(table)) ?? [];
    const rows = old === undefined ? {} : copyRows(old.survey, db, tables);
    // How far the old chain was handed in, and purged, says nothing of the new one.
    for (const name of [AUDIT_MARK_FACT, ...PURGE_FACTS])
      db.run(sql`delete from fact where name = ${name}`);
    const content = old === undefined ? null : journalContent(old.survey);
    const ratchet = old === undefined ? undefined : ratchetOf(old.survey);
    const report = { rows, damagedPages: old?.faults.length ?? 0, content, keptIn: '' };
    db.transaction(() => {
      startRatchet(db, ratchet);
      const payload = {
        fault,
        damagedPages: report.damagedPages,
        rows,
        previous: content?.audit ?? null,
        digest: content?.digest ?? null,
        ratchet: ratchet === undefined ? 'new' : 'continued',
      };
      appendAudit(db, deviceId, { kind: 'journal-renewed', actor: userId, payload }, atMs);
      db.run(sql`insert or replace into fact values (${RENEWED_FACT}, ${JSON.stringify(report)})`);
    });
    return report;
  } finally {
    old?.pages.close();
    db.checkpoint();
    db.close();
  }
}

/** Who kept the first key can go on checking: the new chain's first key is the old one's next. */
function ratchetOf(survey: Survey): Uint8Array | undefined {
  const [row] = survey.rows('audit_ratchet');
  const key = bytesOrNull(row?.values[1]);
  return key?.length === 32 ? key : undefined;
}
