import { STATUSES, type Status, wordOf } from '../../../shared/domain/model';
import { maskName } from '../../../shared/domain/name/mask';
import { AppError } from '../../../shared/errors/app-error';
import type { Filter } from '../../../shared/ipc/common';
import { CORE_COLUMNS, coreRow } from '../cube/build';
import { isInFilter, isStatusWanted, statusOf } from '../cube/row-filter';
import { statusCounts } from '../cube/scan';
import type { ReadableDb } from '../database';
import type { ExportSourceRow } from '../protocol';
import { raw, sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOrNull } from '../sql/values';
import { type Rules, shownNumber } from './items';

const ROWS_PER_STEP = 4_096;
const MAX_ROWS_PER_PAGE = 5_000;

const ROW = `
  select p."name", p.maskedId, c."numberForm", c."number", c.maskedNumber, c."kind", c."category", co."name", co."uscc",
         c."region", c."industry", c."issuer", c."validFrom", c."validTo", c."reviewDue"
  from certificate c left join person p on p.id = c."holder" left join company co on co.id = c."company" where c.id = ?`;

function sourceRow(row: SqlRow, status: Status): ExportSourceRow {
  const maskedId = textOrNull(row[1]) ?? '';
  return {
    name: maskName(textOrNull(row[0]) ?? ''),
    maskedId,
    number: shownNumber(intOf(row[2]), textOrNull(row[3]), textOrNull(row[4]), maskedId),
    kind: intOf(row[5]),
    category: intOrNull(row[6]),
    company: textOrNull(row[7]),
    uscc: textOrNull(row[8]),
    region: intOf(row[9]),
    industry: intOf(row[10]),
    issuer: intOf(row[11]),
    validFrom: intOf(row[12]),
    validTo: intOf(row[13]),
    reviewDue: intOrNull(row[14]),
    status,
  };
}

/** One export's stable view: a connection of its own that sees one moment, and the ids in order. */
export class ExportSnapshot {
  private readonly db: ReadableDb;
  private readonly ids: number[] = [];
  private readonly statuses: number[] = [];
  private at = 0;

  private constructor(db: ReadableDb) {
    this.db = db;
  }

  /** Takes over the connection. Reads every certificate once, in steps; counts are of the exported rows. */
  static async open(
    db: ReadableDb,
    filter: Filter,
    scopes: readonly string[],
    rules: Rules,
  ): Promise<ExportSnapshot> {
    db.beginSnapshot();
    const snapshot = new ExportSnapshot(db);
    let last = 0;
    for (;;) {
      const rows = db.all(
        sql`select ${raw(CORE_COLUMNS)} from certificate where id > ${last} order by id limit ${ROWS_PER_STEP}`,
      );
      for (const found of rows) {
        const row = coreRow(found, rules.marks);
        const status = statusOf(row, rules.cutoffs);
        if (!isInFilter(row, filter, scopes) || !isStatusWanted(status, filter)) continue;
        snapshot.ids.push(row.id);
        snapshot.statuses.push(status);
      }
      const end = rows.at(-1);
      if (end === undefined) return snapshot;
      last = intOf(end[0]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get count(): number {
    return this.ids.length;
  }

  byStatus(): Partial<Record<Status, number>> {
    const counts = new Uint32Array(16);
    for (const status of this.statuses) counts[status] = (counts[status] ?? 0) + 1;
    return statusCounts(counts);
  }

  /** The next rows, at most 5,000. */
  next(limit: number): { readonly rows: readonly ExportSourceRow[]; readonly isLast: boolean } {
    const end = Math.min(this.at + Math.min(limit, MAX_ROWS_PER_PAGE), this.ids.length);
    const rows: ExportSourceRow[] = [];
    for (; this.at < end; this.at++) {
      const row = this.db.get({ text: ROW, values: [this.ids[this.at] ?? 0] });
      const status = wordOf(STATUSES, this.statuses[this.at] ?? 0);
      if (row === undefined || status === undefined)
        throw new AppError('INTERNAL', {}, 'a row of the snapshot is gone');
      rows.push(sourceRow(row, status));
    }
    return { rows, isLast: this.at >= this.ids.length };
  }

  close(): void {
    this.db.endSnapshot();
    this.db.close();
  }
}
