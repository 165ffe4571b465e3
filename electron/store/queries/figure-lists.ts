import { maskName } from '../../../shared/domain/name/mask';
import type { RouteInput } from '../../../shared/ipc/contract';
import type { ExamList, StaffList } from '../../../shared/ipc/routes/board-lists';
import { isRegionIn } from '../cube/row-filter';
import type { QueryEntry } from '../protocol';
import { sql } from '../sql/tag';
import { intOf, intOrNull, textOf, textOrNull } from '../sql/values';
import { demandWhole, staffingOf } from './boards';
import type { Desk } from './desk';
import { kindWord } from './items';

/** The companies behind the certified-staff rate, some at a time; null where there is no such rate. */
export async function readStaffList(
  desk: Desk,
  { filter, day, offset, limit }: RouteInput<'boards.staff-list'>,
): Promise<StaffList> {
  const { staffing, at, wanted } = await staffingOf(desk, day);
  const found = staffing.under(at, filter, wanted);
  if (found === null) return { staff: null, repeated: 0, items: [] };
  const all = found.list();
  const repeated = all.reduce((sum, { certified }) => sum + certified, 0) - found.sums.certified;
  const items = all.slice(offset, offset + limit).map(({ id, region, ...numbers }) => ({
    ...numbers,
    company: id,
    name: textOf(desk.db.value(sql`select "name" from company where id = ${id}`) ?? ''),
    region: String(region),
  }));
  return { staff: found.sums, repeated, items };
}

const EXAMS = `
  select e.id, e."person", p."name", p.maskedId, e."kind", e."category", e."day", e."theory", e."practice", e."passed", e."attempt"
  from json_each(?) wanted cross join exam e on e.id = wanted.value left join person p on p.id = e."person"`;

/** The exams behind a body's figures, some at a time. Logged as a look-up: they name persons. */
export async function readExamList(
  desk: Desk,
  { body, kinds, outcome, offset, limit }: RouteInput<'boards.exam-list'>,
): Promise<{ readonly answer: ExamList; readonly log: QueryEntry }> {
  demandWhole(desk);
  const ids = (await desk.warm.exams(desk.scopes)).list({ body, kinds, outcome });
  const shown = ids.slice(offset, offset + limit);
  const items = desk.db.all({ text: EXAMS, values: [JSON.stringify(shown)] }).map((row) => ({
    id: intOf(row[0]),
    person: intOf(row[1]),
    hasFile: hasFile(desk, intOf(row[1])),
    name: maskName(textOrNull(row[2]) ?? ''),
    maskedId: textOrNull(row[3]) ?? '',
    kind: kindWord(intOf(row[4])),
    category: intOrNull(row[5]),
    day: intOf(row[6]),
    theory: intOf(row[7]),
    practice: intOrNull(row[8]),
    isPassed: intOf(row[9]) === 1,
    attempt: intOf(row[10]),
  }));
  const filter = { body, ...(kinds === undefined ? {} : { kinds }) };
  const log = { kind: 'query', text: null, tag: null, filter, subject: null } as const;
  return { answer: { total: ids.length, items }, log: { ...log, count: ids.length } };
}

/** His page is there: it shows certificates in scope, and there is one. */
function hasFile({ db, scopes }: Desk, person: number): boolean {
  return db
    .all(sql`select "region" from certificate where "holder" = ${person}`)
    .some((row) => isRegionIn(intOf(row[0]), scopes));
}
