import type { MarkIndex } from '../../../shared/domain/marks/marks';
import { letPressPass } from '../../platform/press-pass';
import { letOthersIn } from '../../platform/stand-back';
import type { ReadableDb } from '../database';
import { readCounts } from '../slice/state';
import { sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf } from '../sql/values';
import { type CompanyIndex, CompanyIndexBuilder } from './company-index';
import { type CoreRow, Cube } from './cube';
import { NameIndexBuilder, type NameRow } from './name-index';
import { Names } from './names';
import { markedSince, readBase } from './read-base';
import { renewedEnds } from './renewed-periods';
import { rowsAsColumns } from './saved/load';
import type { SavedColumns } from './saved/saved-columns';
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
  const subject = {
    id: intOf(row[0]),
    company: intOrNull(row[9]),
    body: intOrNull(row[11]),
    issuer: intOf(row[12]),
    kind: intOf(row[1]),
  };
  return {
    id: subject.id,
    kind: subject.kind,
    category: intOrNull(row[2]),
    baseStatus: readBase(intOf(row[3]), marks, subject),
    markedFrom: markedSince(marks, subject),
    region: intOf(row[4]),
    industry: intOf(row[5]),
    validFrom: intOf(row[6]),
    validTo: intOf(row[7]),
    reviewDue: intOrNull(row[8]),
    company: subject.company,
    holder: intOf(row[10]),
    nameId: nameIdOf(intOf(row[10])),
    body: subject.body,
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

/** Lets others in between; may wait for those who are in a hurry. */
export type GiveWay = () => Promise<void>;

export async function* pages(
  db: ReadableDb,
  select: string,
  keyAt = 0,
  giveWay: GiveWay = pause,
): AsyncGenerator<readonly SqlRow[]> {
  let last = 0;
  for (;;) {
    const rows = db.all({ text: `${select} limit ${ROWS_PER_STEP}`, values: [last] });
    const end = rows.at(-1);
    if (end === undefined) return;
    last = intOf(end[keyAt]);
    yield rows;
    await giveWay();
  }
}

async function personNames(db: ReadableDb, giveWay: GiveWay): Promise<PersonNames> {
  // Each by one end of the table: together, or with a count, they would read all of it in one step.
  const range = db.get(sql`select (select min(id) from person), (select max(id) from person)`);
  const names = new PersonNames(
    intOrNull(range?.[0]) ?? 1,
    intOrNull(range?.[1]) ?? 0,
    readCounts(db).person ?? 0,
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
    await giveWay();
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

/**
 * Every certificate in columns, in steps: from saved ones where they are of the rows as they are, otherwise from the rows.
 * Without names' numbers, and not sorted by them.
 */
export async function buildColumns(
  db: ReadableDb,
  marks: MarkIndex,
  saved: SavedColumns | null,
): Promise<Cube> {
  const cube = new Cube(readCounts(db).certificate ?? 0);
  for await (const columns of rowsAsColumns(db, 'certificate', saved)) cube.append(columns, marks);
  // What was kept along with the rows; the saved ones were of other rows than they said.
  if (saved !== null && cube.count !== (readCounts(db).certificate ?? cube.count))
    return buildColumns(db, marks, null);
  return cube;
}

/** Brings names' numbers into the columns and sorts the rows by them. */
export async function nameColumns(
  db: ReadableDb,
  cube: Cube,
  giveWay: GiveWay = pause,
): Promise<void> {
  const names = await personNames(db, giveWay);
  await withPauses(
    cube.nameRows((holder) => names.get(holder)),
    giveWay,
  );
  await withPauses(cube.sortRows(), giveWay);
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

export async function buildNames(db: ReadableDb, giveWay: GiveWay = pause): Promise<Names> {
  const builder = new NameIndexBuilder();
  const select = `select ${NAME_COLUMNS} where name.id > ? order by name.id`;
  for await (const rows of pages(db, select, 0, giveWay))
    for (const row of rows) builder.add(nameRow(row));
  return Names.of(await withPauses(builder.steps(), giveWay));
}

/** The names with those numbers as they are now; all are read anew where too many changed. `hasGone`: some are borne no more. */
export async function refreshNames(
  db: ReadableDb,
  names: Names,
  ids: readonly number[],
): Promise<{ readonly names: Names; readonly hasGone: boolean }> {
  const changes = new Map<number, NameRow | null>();
  await inSteps(ids, (id) => {
    const row = db.get({ text: `select ${NAME_COLUMNS} where name.id = ?`, values: [id] });
    changes.set(id, row === undefined ? null : nameRow(row));
  });
  const hasGone = [...changes.values()].includes(null);
  return { names: (await withPauses(names.with(changes))) ?? (await buildNames(db)), hasGone };
}

/**
 * Does the same for each, with pauses for those who wait: in this thread, and for a processor. Rows of a synchronisation come
 * thousands at a time, while somebody presses on a board, whose page waits behind them otherwise.
 */
export async function inSteps<T>(items: readonly T[], act: (item: T) => void): Promise<void> {
  let began = performance.now();
  for (let i = 0; i < items.length; i++) {
    if (i % LOOKUPS_PER_GLANCE === 0 && performance.now() - began > LOOKUPS_STEP_MS) {
      await pause();
      letOthersIn();
      await letPressPass();
      began = performance.now();
    }
    act(items[i] as T);
  }
}

export async function buildCompanies(
  db: ReadableDb,
  giveWay: GiveWay = pause,
): Promise<CompanyIndex> {
  const builder = new CompanyIndexBuilder();
  const select = 'select id, "name", "region" from company where id > ? order by id';
  for await (const rows of pages(db, select, 0, giveWay)) {
    for (const row of rows)
      builder.add({ id: intOf(row[0]), name: textOf(row[1]), region: intOf(row[2]) });
  }
  return withPauses(builder.steps(), giveWay);
}

const PERIODS =
  'select "certificate", "validTo" from event where "type" in (1, 2) and "validTo" is not null and "certificate"';

/** The periods of one certificate as they are now. */
export function readRenewedEnds(
  db: ReadableDb,
  certificate: number,
): ReturnType<typeof renewedEnds> {
  const rows = db.all({ text: `${PERIODS} = ? order by "seq"`, values: [certificate] });
  return renewedEnds(rows.map((row) => intOf(row[1])));
}
