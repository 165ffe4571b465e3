import type { MarkIndex } from '../../../shared/domain/marks/marks';
import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf } from '../sql/values';
import { type CompanyIndex, CompanyIndexBuilder } from './company-index';
import { type CoreRow, Cube } from './cube';
import { NameIndexBuilder, type NameRow } from './name-index';
import { Names } from './names';
import { readBase } from './read-base';
import { RenewedPeriods, renewedEnds } from './renewed-periods';
import { pause, withPauses } from './steps';

/** Rows per step: some 3 ms, so that a search never waits long for the build. */
const ROWS_PER_STEP = 1_024;
/** Rows are looked up one by one for so long in a step, ms: pages that a commit has put out of the cache cost much more. */
const LOOKUPS_STEP_MS = 2;
/** The clock is asked after so many. */
const LOOKUPS_PER_GLANCE = 8;

export const CORE_COLUMNS =
  'id, "kind", "category", "baseStatus", "region", "industry", "validFrom", "validTo", "reviewDue", "company", "holder", "body", "issuer"';

/** A selected core row, marks laid over its base status; `nameIdOf` finds the holder's name number. */
export function coreRow(
  row: SqlRow,
  marks: MarkIndex,
  nameIdOf: (holder: number) => number = () => 0,
): CoreRow {
  return {
    id: intOf(row[0]),
    kind: intOf(row[1]),
    category: intOrNull(row[2]),
    baseStatus: readBase(intOf(row[3]), marks, {
      id: intOf(row[0]),
      company: intOrNull(row[9]),
      body: intOrNull(row[11]),
      issuer: intOf(row[12]),
    }),
    region: intOf(row[4]),
    industry: intOf(row[5]),
    validFrom: intOf(row[6]),
    validTo: intOf(row[7]),
    reviewDue: intOrNull(row[8]),
    company: intOrNull(row[9]),
    nameId: nameIdOf(intOf(row[10])),
    body: intOrNull(row[11]),
  };
}

/** Name number by person. Ids are mostly dense, so a plain array serves nearly always. */
class PersonNames {
  private readonly first: number;
  private readonly dense: Uint32Array | undefined;
  private readonly sparse = new Map<number, number>();

  constructor(first: number, last: number, count: number) {
    this.first = first;
    const span = last - first + 1;
    this.dense = span <= 8 * count + 65_536 ? new Uint32Array(span) : undefined;
  }

  set(person: number, nameId: number): void {
    if (this.dense === undefined) this.sparse.set(person, nameId);
    else this.dense[person - this.first] = nameId;
  }

  get(person: number): number {
    return (
      (this.dense === undefined ? this.sparse.get(person) : this.dense[person - this.first]) ?? 0
    );
  }
}

export async function* pages(
  db: ReadableDb,
  select: string,
  keyAt = 0,
): AsyncGenerator<readonly SqlRow[]> {
  let last = 0;
  for (;;) {
    const rows = db.all({ text: `${select} limit ${ROWS_PER_STEP}`, values: [last] });
    const end = rows.at(-1);
    if (end === undefined) return;
    last = intOf(end[keyAt]);
    yield rows;
    await pause();
  }
}

async function personNames(db: ReadableDb): Promise<PersonNames> {
  const range = db.get(sql`select min(id), max(id), count(*) from person`);
  const names = new PersonNames(
    intOrNull(range?.[0]) ?? 1,
    intOrNull(range?.[1]) ?? 0,
    intOf(range?.[2]),
  );
  // (nameId, id) is a covering index; its two columns order it, and a name with more bearers than a step holds needs the second.
  let lastName = 0;
  let lastPerson = 0;
  for (;;) {
    const rows = db.all(
      sql`select nameId, id from person indexed by person_nameId where (nameId, id) > (${lastName}, ${lastPerson}) order by nameId, id limit ${ROWS_PER_STEP}`,
    );
    for (const row of rows) names.set(intOf(row[1]), intOf(row[0]));
    const end = rows.at(-1);
    if (end === undefined) return names;
    lastName = intOf(end[0]);
    lastPerson = intOf(end[1]);
    await pause();
  }
}

/** Certificates that fall under one of the marks, in steps. */
export async function readMarked(
  db: ReadableDb,
  ...all: readonly MarkIndex[]
): Promise<readonly number[]> {
  const ids: number[] = [];
  if (all.every(({ isEmpty }) => isEmpty)) return ids;
  const select = 'select id, "company", "body", "issuer" from certificate where id > ? order by id';
  for await (const rows of pages(db, select))
    for (const row of rows) {
      const [id, issuer] = [intOf(row[0]), intOf(row[3])];
      const subject = { id, company: intOrNull(row[1]), body: intOrNull(row[2]), issuer };
      if (all.some((marks) => marks.of(subject) !== null)) ids.push(id);
    }
  return ids;
}

/** Reads every certificate into columns, in steps. */
export async function buildCube(db: ReadableDb, marks: MarkIndex): Promise<Cube> {
  const names = await personNames(db);
  const cube = new Cube();
  for await (const rows of pages(
    db,
    `select ${CORE_COLUMNS} from certificate where id > ? order by id`,
  )) {
    for (const row of rows) cube.put(coreRow(row, marks, (holder) => names.get(holder)));
  }
  await withPauses(cube.sortRows());
  return cube;
}

const NAME_COLUMNS = `name.id, text, coalesce(pinyin, ''), coalesce(initials, '') from name left join name_key on name_key.id = name.id`;

function nameRow(row: SqlRow): NameRow {
  return {
    id: intOf(row[0]),
    text: textOf(row[1]),
    pinyin: textOf(row[2]),
    initials: textOf(row[3]),
  };
}

export async function buildNames(db: ReadableDb): Promise<Names> {
  const builder = new NameIndexBuilder();
  const select = `select ${NAME_COLUMNS} where name.id > ? order by name.id`;
  for await (const rows of pages(db, select)) for (const row of rows) builder.add(nameRow(row));
  return Names.of(await withPauses(builder.steps()));
}

/** The names with those numbers as they are now; all are read anew where too many changed. */
export async function refreshNames(
  db: ReadableDb,
  names: Names,
  ids: readonly number[],
): Promise<Names> {
  const changes = new Map<number, NameRow | null>();
  await inSteps(ids, (id) => {
    const row = db.get({ text: `select ${NAME_COLUMNS} where name.id = ?`, values: [id] });
    changes.set(id, row === undefined ? null : nameRow(row));
  });
  return (await withPauses(names.with(changes))) ?? buildNames(db);
}

/** Does the same for each, with pauses for those who wait. */
export async function inSteps<T>(items: readonly T[], act: (item: T) => void): Promise<void> {
  let began = performance.now();
  for (let i = 0; i < items.length; i++) {
    if (i % LOOKUPS_PER_GLANCE === 0 && performance.now() - began > LOOKUPS_STEP_MS) {
      await pause();
      began = performance.now();
    }
    act(items[i] as T);
  }
}

export async function buildCompanies(db: ReadableDb): Promise<CompanyIndex> {
  const builder = new CompanyIndexBuilder();
  for await (const rows of pages(
    db,
    'select id, "name", "region" from company where id > ? order by id',
  )) {
    for (const row of rows)
      builder.add({ id: intOf(row[0]), name: textOf(row[1]), region: intOf(row[2]) });
  }
  return withPauses(builder.steps());
}

const PERIODS =
  'select "certificate", "validTo" from event where "type" in (1, 2) and "validTo" is not null and "certificate"';

/** Periods that later events extended; empty until the late entities and their index are in. */
export async function buildPeriods(db: ReadableDb): Promise<RenewedPeriods> {
  const periods = new RenewedPeriods();
  const last = intOrNull(db.value(sql`select max("certificate") from event`)) ?? 0;
  const first = intOrNull(db.value(sql`select min("certificate") from event`)) ?? 1;
  for (let from = first; from <= last; from += ROWS_PER_STEP) {
    const rows = db.all({
      text: `${PERIODS} between ? and ? order by "certificate", "seq"`,
      values: [from, from + ROWS_PER_STEP - 1],
    });
    eachCertificate(rows, (certificate, ends) => periods.set(certificate, renewedEnds(ends)));
    await pause();
  }
  return periods;
}

/** The periods of one certificate as they are now. */
export function readRenewedEnds(
  db: ReadableDb,
  certificate: number,
): ReturnType<typeof renewedEnds> {
  const rows = db.all({ text: `${PERIODS} = ? order by "seq"`, values: [certificate] });
  return renewedEnds(rows.map((row) => intOf(row[1])));
}

function eachCertificate(
  rows: readonly SqlRow[],
  tell: (certificate: number, ends: readonly number[]) => void,
): void {
  let ends: number[] = [];
  rows.forEach((row, i) => {
    ends.push(intOf(row[1]));
    if (rows[i + 1]?.[0] === row[0]) return;
    tell(intOf(row[0]), ends);
    ends = [];
  });
}
