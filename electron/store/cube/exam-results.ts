import { CERTIFICATE_KINDS } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import type { Trend } from '../../../shared/ipc/routes/boards';
import type { ReadableDb } from '../database';
import { intOf } from '../sql/values';
import { pages } from './build';

const KINDS = 16;

/** Exams by training body and kind of certificate: how many were sat and how many passed. */
export class ExamResults {
  private readonly byBody = new Map<number, Uint32Array>();

  add(body: number, kind: number, isPassed: boolean): void {
    let cells = this.byBody.get(body);
    if (cells === undefined) {
      cells = new Uint32Array(2 * KINDS);
      this.byBody.set(body, cells);
    }
    const at = 2 * (kind & (KINDS - 1));
    cells[at] = (cells[at] ?? 0) + 1;
    if (isPassed) cells[at + 1] = (cells[at + 1] ?? 0) + 1;
  }

  /** By body; exams know their kind of certificate, neither region nor industry. */
  under(kinds: Filter['kinds']): Trend['exams'] {
    const codes = kinds?.map((kind) => CERTIFICATE_KINDS[kind]) ?? Object.values(CERTIFICATE_KINDS);
    return [...this.byBody].map(([body, cells]) => ({
      body,
      exams: codes.reduce((sum, code) => sum + (cells[2 * code] ?? 0), 0),
      passed: codes.reduce((sum, code) => sum + (cells[2 * code + 1] ?? 0), 0),
    }));
  }
}

/** Reads all exams in steps; empty until the late entities are in. */
export async function buildExams(db: ReadableDb): Promise<ExamResults> {
  const results = new ExamResults();
  const select = 'select id, "body", "kind", "passed" from exam where id > ? order by id';
  for await (const rows of pages(db, select))
    for (const row of rows) results.add(intOf(row[1]), intOf(row[2]), intOf(row[3]) === 1);
  return results;
}
