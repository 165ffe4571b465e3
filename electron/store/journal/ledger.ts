import type { ReadableDb, WritableDb } from '../database';
import type { ExportLedgerEntry } from '../protocol';
import { sql } from '../sql/tag';
import { intOf, type SqlRow, textOf, textOrNull } from '../sql/values';

/** Keeps an export in the ledger; the caller's transaction has its audit entry. */
export function insertLedger(db: WritableDb, entry: ExportLedgerEntry): void {
  db.run(
    sql`insert or replace into export_ledger values (${entry.traceId}, ${entry.atMs}, ${entry.purpose}, ${entry.count}, ${entry.outcome},
        ${entry.signer}, ${entry.verificationCode}, ${entry.fileName}, ${entry.path}, ${entry.packageSha256}, ${entry.isPractice ? 1 : 0})`,
  );
}

function ledgerRow(row: SqlRow): ExportLedgerEntry {
  return {
    traceId: textOf(row[0]),
    atMs: intOf(row[1]),
    purpose: textOf(row[2]),
    count: intOf(row[3]),
    outcome: textOf(row[4]) as ExportLedgerEntry['outcome'],
    signer: textOrNull(row[5]),
    verificationCode: textOrNull(row[6]),
    fileName: textOrNull(row[7]),
    path: textOrNull(row[8]),
    packageSha256: textOrNull(row[9]),
    isPractice: row[10] === 1,
  };
}

/** The newest exports. */
export function listLedger(db: ReadableDb, limit: number): readonly ExportLedgerEntry[] {
  return db.all(sql`select * from export_ledger order by atMs desc limit ${limit}`).map(ledgerRow);
}
