import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf } from '../sql/values';
import { CompanyIndex, type CompanyRow } from './company-index';
import { type CoreRow, Cube } from './cube';
import { NameIndex, type NameRow } from './name-index';
import { RenewedPeriods, renewedEnds } from './renewed-periods';

/** Rows per step: some 10 ms, so that a search never waits long for the build. */
const ROWS_PER_STEP = 4_096;

export const CORE_COLUMNS =
  'id, "kind", "category", "baseStatus", "region", "industry", "validFrom", "validTo", "reviewDue", "company", "holder"';

/** A selected core row; `nameIdOf` finds the holder's name number. */
export function coreRow(row: SqlRow, nameIdOf: (holder: number) => number): CoreRow {
  return {
    id: intOf(row[0]),
    kind: intOf(row[1]),
    category: intOrNull(row[2]),
    baseStatus: intOf(row[3]),
    region: intOf(row[4]),
    industry: intOf(row[5]),
    validFrom: intOf(row[6]),
    validTo: intOf(row[7]),
    reviewDue: intOrNull(row[8]),
    company: intOrNull(row[9]),
    nameId: nameIdOf(intOf(row[10])),
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

async function* pages(
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
    await new Promise((resolve) => setImmediate(resolve));
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
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Reads every certificate into columns, in steps. */
export async function buildCube(db: ReadableDb): Promise<Cube> {
  const names = await personNames(db);
  const cube = new Cube();
  for await (const rows of pages(
    db,
    `select ${CORE_COLUMNS} from certificate where id > ? order by id`,
  )) {
    for (const row of rows) cube.put(coreRow(row, (holder) => names.get(holder)));
  }
  return cube;
}

export async function buildNames(db: ReadableDb): Promise<NameIndex> {
  const found: NameRow[] = [];
  const select = `select name.id, text, coalesce(pinyin, ''), coalesce(initials, '') from name left join name_key on name_key.id = name.id where name.id > ? order by name.id`;
  for await (const rows of pages(db, select)) {
    for (const row of rows)
      found.push({
        id: intOf(row[0]),
        text: textOf(row[1]),
        pinyin: textOf(row[2]),
        initials: textOf(row[3]),
      });
  }
  return new NameIndex(found);
}

export async function buildCompanies(db: ReadableDb): Promise<CompanyIndex> {
  const found: CompanyRow[] = [];
  for await (const rows of pages(
    db,
    'select id, "name", "region" from company where id > ? order by id',
  )) {
    for (const row of rows)
      found.push({ id: intOf(row[0]), name: textOf(row[1]), region: intOf(row[2]) });
  }
  return new CompanyIndex(found);
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
    await new Promise((resolve) => setImmediate(resolve));
  }
  return periods;
}

/** Reads the periods of one certificate again. */
export function refreshPeriods(db: ReadableDb, periods: RenewedPeriods, certificate: number): void {
  const rows = db.all({ text: `${PERIODS} = ? order by "seq"`, values: [certificate] });
  periods.set(certificate, renewedEnds(rows.map((row) => intOf(row[1]))));
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
