import type { Mark, MarkedSet } from '../../shared/domain/marks/marks';
import { MarkedSetSchema } from '../../shared/protocol/marks';
import type { SqlRow, SqlRunner } from './sql-client';

/** A mark of an office's certificates; `liftedMs` null while it holds. */
export interface OfficeMark {
  readonly id: string;
  readonly office: string;
  readonly marked: MarkedSet;
  readonly reason: string;
  readonly givenMs: number;
  readonly liftedMs: number | null;
  readonly liftReason: string | null;
}

/** A mark as administrators see it. */
export interface MarkStanding extends OfficeMark {
  /** Devices of the office that carried the order out which holds now: the mark, or its lift. */
  readonly done: number;
  /** Devices that were ordered and have not answered, or refused. */
  readonly open: number;
}

const COLUMNS = `m.id, m.office, m.marked, m.reason, m.given_ms::double precision as given,
  m.lifted_ms::double precision as lifted, m.lift_reason`;

function markOf(row: SqlRow): OfficeMark {
  return {
    id: String(row.id),
    office: String(row.office),
    marked: MarkedSetSchema.parse(row.marked),
    reason: String(row.reason),
    givenMs: Number(row.given),
    liftedMs: row.lifted === null ? null : Number(row.lifted),
    liftReason: row.lift_reason === null ? null : String(row.lift_reason),
  };
}

export async function addMark(
  runner: SqlRunner,
  { id, office, marked, reason, givenMs }: Omit<OfficeMark, 'liftedMs' | 'liftReason'>,
): Promise<void> {
  await runner.query(
    'insert into office_mark (id, office, marked, reason, given_ms) values ($1, $2, $3, $4, $5)',
    [id, office, JSON.stringify(marked), reason, givenMs],
  );
}

/** Ends a mark; the office's code, or undefined where there is no such mark in force. */
export async function endMark(
  runner: SqlRunner,
  id: string,
  reason: string,
  nowMs: number,
): Promise<string | undefined> {
  const [row] = await runner.query<{ office: string }>(
    'update office_mark set lifted_ms = $2, lift_reason = $3 where id = $1 and lifted_ms is null returning office',
    [id, nowMs, reason],
  );
  return row?.office;
}

/** Marks of an office, the newest first. */
export async function listMarks(
  runner: SqlRunner,
  office: string,
): Promise<readonly MarkStanding[]> {
  const rows = await runner.query(
    `select ${COLUMNS}, count(*) filter (where r.outcome = 'done')::int as done,
       count(d.id) filter (where r.outcome is distinct from 'done')::int as open
     from office_mark m
     left join directive d on d.mark = m.id and d.kind = case when m.lifted_ms is null then 'mark' else 'lift-mark' end
     left join control_receipt r on r.device = d.device and r.directive = d.id
     where m.office = $1 group by m.id order by m.given_ms desc, m.id desc limit 500`,
    [office],
  );
  return rows.map((row) => ({ ...markOf(row), done: Number(row.done), open: Number(row.open) }));
}

/** How many marks of an office hold, and how many certificates they name. No other mark of it comes before this transaction ends. */
export async function countMarks(
  runner: SqlRunner,
  office: string,
): Promise<{ readonly marks: number; readonly named: number }> {
  await runner.query('select code from office where code = $1 for update', [office]);
  const [row] = await runner.query<{ marks: number; named: number }>(
    `select count(*)::int as marks, coalesce(sum(jsonb_array_length(marked->'ids')), 0)::int as named
     from office_mark where office = $1 and lifted_ms is null`,
    [office],
  );
  return { marks: row?.marks ?? 0, named: row?.named ?? 0 };
}

/** Marks in force of all offices of a slice. */
export async function marksOfSlice(runner: SqlRunner, slice: number): Promise<readonly Mark[]> {
  const rows = await runner.query(
    `select ${COLUMNS} from office_mark m join office o on o.code = m.office where o.slice = $1 and m.lifted_ms is null`,
    [slice],
  );
  return rows.map(markOf).map(({ id, marked, reason, givenMs }) => ({
    ...{ id, set: marked, reason, sinceMs: givenMs },
  }));
}

/** An order of a kind that told the device of the mark and was not refused for coming late or out of its turn. */
const ORDERED = (kind: 'mark' | 'lift-mark'): string => `exists (
  select 1 from directive d left join control_receipt r on r.device = d.device and r.directive = d.id
  where d.device = $2 and d.mark = m.id and d.kind = '${kind}'
    and (r.outcome is distinct from 'refused' or r.receipt->>'reason' not in ('expired', 'order')))`;

/**
 * Marks of the office that the device has still to be told of, the oldest first: also one that was enrolled after the mark, or
 * whose order came too late. Of a lifted mark those alone that were told of it.
 */
export async function untoldMarks(
  runner: SqlRunner,
  office: string,
  device: string,
): Promise<readonly OfficeMark[]> {
  const rows = await runner.query(
    `select ${COLUMNS} from office_mark m where m.office = $1 and (
       (m.lifted_ms is null and not ${ORDERED('mark')})
       or (m.lifted_ms is not null and not ${ORDERED('lift-mark')}
         and exists (select 1 from directive d where d.device = $2 and d.mark = m.id)))
     order by m.given_ms, m.id limit 50`,
    [office, device],
  );
  return rows.map(markOf);
}

/** Ids among those asked that are certificates of the slice. */
export async function certificatesIn(
  runner: SqlRunner,
  slice: number,
  ids: readonly number[],
): Promise<readonly number[]> {
  const rows = await runner.query<{ id: number }>(
    'select id from e_certificate where slice = $1 and id = any($2::bigint[])',
    [slice, ids],
  );
  return rows.map(({ id }) => Number(id));
}

/** Certificates of the slice under numbers of their own, public or sealed, or made of their holder's ID number. */
export async function idsUnderNumber(
  runner: SqlRunner,
  slice: number,
  number: string,
  ofId: { readonly idNumber: string; readonly form: number } | null,
): Promise<readonly number[]> {
  const rows =
    ofId === null
      ? await runner.query<{ id: number }>(
          'select id from e_certificate where slice = $1 and (c_number = $2 or p_number = $2) limit 50',
          [slice, number],
        )
      : await runner.query<{ id: number }>(
          `select c.id from e_certificate c join e_person p on p.slice = c.slice and p.id = c.c_holder
           where c.slice = $1 and p.p_id_number = $2 and c.c_number_form = $3 limit 50`,
          [slice, ofId.idNumber, ofId.form],
        );
  return rows.map(({ id }) => Number(id));
}

/** Columns of a certificate that a mark of a group goes by. */
export const GROUP_COLUMNS = { company: 'c_company', body: 'c_body', issuer: 'c_issuer' } as const;

/** How many certificates of the slice are of the group. */
export async function countOfGroup(
  runner: SqlRunner,
  slice: number,
  by: keyof typeof GROUP_COLUMNS,
  id: number,
): Promise<number> {
  const [row] = await runner.query<{ count: number }>(
    `select count(*)::int as count from e_certificate where slice = $1 and ${GROUP_COLUMNS[by]} = $2`,
    [slice, id],
  );
  return row?.count ?? 0;
}
