import { MarkIndex } from '../../shared/domain/marks/marks';
import { BASE_STATUSES, UNDER_VERIFICATION } from '../../shared/domain/model';
import { marksOfSlice } from './marks';
import type { SqlRow, SqlRunner } from './sql-client';

/** What a look-up of a certificate in any region finds. */
export interface LookedUp {
  /** The holder's ID number: whose certificate it is, in whichever region. Never part of an answer. */
  readonly holder: string;
  readonly name: string;
  readonly numberForm: number;
  /** As it is read: a valid one that an office of its region has marked is under verification. */
  readonly baseStatus: number;
  readonly validFrom: number;
  readonly validTo: number;
  readonly reviewDue: number | null;
}

/** More certificates of one number than anybody holds. */
const MOST = 50;
const COLUMNS = `p.p_id_number as holder, p.c_name as name, c.c_number_form as form, c.c_base_status as base, c.c_valid_from as "from",
  c.c_valid_to as "to", c.c_review_due as review, c.slice, c.id, c.c_company as company, c.c_body as body, c.c_issuer as issuer`;
const FROM = 'e_certificate c join e_person p on p.slice = c.slice and p.id = c.c_holder';

const lookedUp = (row: SqlRow): LookedUp => ({
  holder: String(row.holder),
  name: String(row.name),
  numberForm: Number(row.form),
  baseStatus: Number(row.base),
  validFrom: Number(row.from),
  validTo: Number(row.to),
  reviewDue: row.review === null ? null : Number(row.review),
});

async function find(runner: SqlRunner, where: string, value: string | number): Promise<LookedUp[]> {
  const rows = await runner.query(`select ${COLUMNS} from ${FROM} where ${where} limit ${MOST}`, [
    value,
  ]);
  const bySlice = new Map<number, MarkIndex>();
  for (const slice of new Set(rows.map((row) => Number(row.slice))))
    bySlice.set(slice, new MarkIndex(await marksOfSlice(runner, slice)));
  return rows.map((row) => {
    const found = lookedUp(row);
    const mark = bySlice.get(Number(row.slice))?.of({
      id: Number(row.id),
      company: row.company === null ? null : Number(row.company),
      body: row.body === null ? null : Number(row.body),
      issuer: Number(row.issuer),
    });
    const isMarked = found.baseStatus === BASE_STATUSES.valid && (mark ?? null) !== null;
    return isMarked ? { ...found, baseStatus: UNDER_VERIFICATION } : found;
  });
}

export const lookUpById = (runner: SqlRunner, id: number) => find(runner, 'c.id = $1', id);
export const lookUpByIdNumber = (runner: SqlRunner, idNumber: string) =>
  find(runner, 'p.p_id_number = $1', idNumber);
/** Numbers of their own, public or sealed. */
export const lookUpByNumber = (runner: SqlRunner, number: string) =>
  find(runner, '(c.c_number = $1 or c.p_number = $1)', number);
