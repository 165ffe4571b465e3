import { CERTIFICATE_KINDS, kindCode, type ReadKind } from '../../../shared/domain/model';
import type { Trend } from '../../../shared/ipc/routes/boards';
import type { ReadableDb } from '../database';
import { intOf, intOrNull, type SqlRow } from '../sql/values';
import { pages } from './build';
import type { Cube } from './cube';
import { isRegionIn } from './row-filter';

const KINDS = 16;
const FIRST_ROOM = 64;
const PASSED = 1;

/** Which exams of a body: of all kinds where none are named. */
export interface ExamsWanted {
  readonly body: number;
  readonly kinds?: readonly ReadKind[] | undefined;
  readonly outcome: 'all' | 'passed' | 'failed';
}

/** Exams of one body as they come, and how many of each kind were sat and passed. */
class BodyExams {
  readonly counts = new Uint32Array(2 * KINDS);
  private ids = new Float64Array(FIRST_ROOM);
  /** Kind and whether it was passed. */
  private marks = new Uint8Array(FIRST_ROOM);
  private length = 0;

  add(id: number, kind: number, isPassed: boolean): void {
    if (this.length === this.ids.length) this.grow();
    this.ids[this.length] = id;
    this.marks[this.length++] = 2 * kind + (isPassed ? PASSED : 0);
    this.counts[2 * kind] = (this.counts[2 * kind] ?? 0) + 1;
    if (isPassed) this.counts[2 * kind + 1] = (this.counts[2 * kind + 1] ?? 0) + 1;
  }

  private grow(): void {
    const ids = new Float64Array(2 * this.length);
    ids.set(this.ids);
    const marks = new Uint8Array(2 * this.length);
    marks.set(this.marks);
    [this.ids, this.marks] = [ids, marks];
  }

  /** The latest first. */
  of(isWanted: (code: number, isPassed: boolean) => boolean): number[] {
    const found: number[] = [];
    for (let i = this.length - 1; i >= 0; i--) {
      const mark = this.marks[i] ?? 0;
      if (isWanted(mark >> 1, (mark & PASSED) === PASSED)) found.push(this.ids[i] ?? 0);
    }
    return found;
  }

  zero(): void {
    this.ids.fill(0);
    this.marks.fill(0);
    this.counts.fill(0);
    this.length = 0;
  }
}

const codesOf = (kinds: readonly ReadKind[] | undefined): readonly number[] =>
  kinds?.map(kindCode) ?? Object.values(CERTIFICATE_KINDS);

/** Exams by training body and kind of certificate: which were sat and which of them passed. */
export class ExamResults {
  private readonly byBody = new Map<number, BodyExams>();

  add(id: number, body: number, kind: number, isPassed: boolean): void {
    // No figure counts a kind that nobody knows.
    if (!(kind < KINDS)) return;
    let exams = this.byBody.get(body);
    if (exams === undefined) {
      exams = new BodyExams();
      this.byBody.set(body, exams);
    }
    exams.add(id, kind, isPassed);
  }

  /** By body; exams know their kind of certificate, neither region nor industry. */
  under(kinds: readonly ReadKind[] | undefined): Trend['exams'] {
    const codes = codesOf(kinds);
    return [...this.byBody].map(([body, { counts }]) => ({
      body,
      exams: codes.reduce((sum, code) => sum + (counts[2 * code] ?? 0), 0),
      passed: codes.reduce((sum, code) => sum + (counts[2 * code + 1] ?? 0), 0),
    }));
  }

  /** Numbers of the exams behind a figure, the latest entered first: as many as `under` says. */
  list({ body, kinds, outcome }: ExamsWanted): readonly number[] {
    const codes = new Set(codesOf(kinds));
    return (
      this.byBody
        .get(body)
        ?.of(
          (code, isPassed) =>
            codes.has(code) && (outcome === 'all' || isPassed === (outcome === 'passed')),
        ) ?? []
    );
  }

  /** Overwrites what it holds: the desk is locked. */
  zero(): void {
    for (const exams of this.byBody.values()) exams.zero();
    this.byBody.clear();
  }
}

const SOME = 1;
const IN_SCOPE = 2;

/** Persons who hold certificates, and those who hold one in scope; null where every region here is in scope. */
function holdersIn(cube: Cube, scopes: readonly string[]): ReadonlyMap<number, number> | null {
  const isIn = Uint8Array.from(cube.regions.values, (region) =>
    isRegionIn(region, scopes) ? 1 : 0,
  );
  if (!isIn.includes(0)) return null;
  const holders = new Map<number, number>();
  for (let i = 0; i < cube.count; i++) {
    if (cube.kind[i] === 0) continue;
    const holder = cube.holder[i] ?? 0;
    const known = holders.get(holder) ?? SOME;
    holders.set(holder, isIn[cube.region[i] ?? 0] === 1 ? known | IN_SCOPE : known);
  }
  return holders;
}

/**
 * Reads all exams in scope, in steps; empty until the late entities are in. An exam names a person and no region: it is in
 * scope where one of his certificates is, and of who holds none where his employer is.
 */
export async function buildExams(
  db: ReadableDb,
  cube: Cube,
  scopes: readonly string[],
): Promise<ExamResults> {
  const results = new ExamResults();
  const holders = holdersIn(cube, scopes);
  const isIn = (row: SqlRow): boolean => {
    if (holders === null) return true;
    const held = holders.get(intOf(row[4]));
    if (held !== undefined) return (held & IN_SCOPE) !== 0;
    const region = intOrNull(row[5]);
    return region !== null && isRegionIn(region, scopes);
  };
  const select =
    holders === null
      ? 'select id, "body", "kind", "passed" from exam where id > ? order by id'
      : `select exam.id, exam."body", exam."kind", exam."passed", exam."person", company."region" from exam
         left join person on person.id = exam."person" left join company on company.id = person."company"
         where exam.id > ? order by exam.id`;
  for await (const rows of pages(db, select))
    for (const row of rows)
      if (isIn(row)) results.add(intOf(row[0]), intOf(row[1]), intOf(row[2]), intOf(row[3]) === 1);
  return results;
}
