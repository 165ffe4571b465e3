import { makeIdNumber } from '../../../shared/domain/identity/id-number';
import { BASE_STATUSES, ENTITIES, type Entity, NUMBER_FORMS } from '../../../shared/domain/model';

/** One row as plain values: id, rev, public columns, and private ones under `private`. */
export interface FixtureRow {
  readonly id: number;
  readonly rev: number;
  readonly public: Readonly<Record<string, unknown>>;
  readonly private: Readonly<Record<string, unknown>> | null;
}
export type FixtureSet = { readonly [E in Entity]: readonly FixtureRow[] };

export const TODAY = 20_780;
export const REGIONS = [110101, 110105, 110108, 130102, 130205] as const;
const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', '欧阳', '尉迟'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英建国小红梅'];

/** A small reproducible generator (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const absent = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function nameOf(next: () => number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? '王';
  return pick(SURNAMES) + pick(GIVEN) + (next() < 0.6 ? pick(GIVEN) : '');
}

function certificateOf(
  next: () => number,
  id: number,
  holder: number,
  company: number,
): FixtureRow {
  const int = (most: number): number => Math.floor(next() * most);
  const kind = 1 + int(8);
  const validFrom = TODAY - int(1500);
  const form =
    kind === 3
      ? NUMBER_FORMS['T-id']
      : kind >= 4
        ? NUMBER_FORMS.own
        : next() < 0.03
          ? NUMBER_FORMS.sealed
          : NUMBER_FORMS.id;
  const base = next() < 0.93 ? BASE_STATUSES.valid : 2 + int(4);
  return {
    id,
    rev: 1,
    public: absent({
      kind,
      category: kind === 3 ? 100 * (1 + int(5)) + 1 + int(4) : undefined,
      numberForm: form,
      number:
        form === NUMBER_FORMS.own ? `京建安C1(2015)${String(id).padStart(7, '0')}` : undefined,
      holder,
      company: next() < 0.95 ? company : undefined,
      issuer: 1 + int(3),
      region: REGIONS[int(REGIONS.length)],
      industry: [47, 48, 50, 6, 25, 54, 78, 62, 31, 44][int(10)],
      firstIssue: validFrom,
      validFrom,
      validTo: validFrom + 1095,
      reviewDue: kind === 3 ? validFrom + 700 + int(400) : undefined,
      baseStatus: base,
      statusReason: base === BASE_STATUSES.valid ? undefined : '处罚决定',
      statusDay: base === BASE_STATUSES.valid ? undefined : TODAY - int(100),
      source: 1,
      ext: next() < 0.05 ? { note: `备注${int(9)}`, level: int(5) } : undefined,
    }),
    private:
      form === NUMBER_FORMS.sealed
        ? { number: `X${makeIdNumber('110101', 4000 + int(9000), int(999))}` }
        : null,
  };
}

/** A whole region: about `certificates` certificates with persons, companies and late rows. */
export function makeSet(certificates: number, seed = 1): FixtureSet {
  const next = random(seed);
  const int = (most: number): number => Math.floor(next() * most);
  const persons = Math.max(1, Math.floor(certificates * 0.75));
  const companies = Math.max(1, Math.floor(certificates / 15));
  const company = Array.from(
    { length: companies },
    (_, i): FixtureRow => ({
      id: 4096 + i,
      rev: 1,
      public: {
        name: `${['朝阳', '海淀', '石家庄'][i % 3]}第${i}建筑工程有限公司`,
        uscc: `91110105MA0${String(i).padStart(6, '0')}X`,
        industry: 47,
        region: REGIONS[i % REGIONS.length],
        staffing: [[2025, 40 + i, 3]],
      },
      private: null,
    }),
  );
  const person = Array.from(
    { length: persons },
    (_, i): FixtureRow => ({
      id: 8192 + i,
      rev: 1,
      public: absent({ name: nameOf(next), sex: 1 + int(2), company: 4096 + int(companies) }),
      private: absent({
        idType: 1,
        idNumber: makeIdNumber(String(REGIONS[int(5)]), 2000 + int(10_000), int(999)),
        phone: next() < 0.9 ? `138${String(10_000_000 + int(89_999_999))}` : undefined,
      }),
    }),
  );
  const certificate = Array.from({ length: certificates }, (_, i) =>
    certificateOf(next, 1_000_000 + i, 8192 + int(persons), 4096 + int(companies)),
  );
  const event: FixtureRow[] = [];
  const training: FixtureRow[] = [];
  const exam: FixtureRow[] = [];
  for (const row of certificate) {
    const { validFrom, validTo, holder, kind, category } = row.public as {
      validFrom: number;
      validTo: number;
      holder: number;
      kind: number;
      category?: number;
    };
    const had = next() < 0.5;
    if (had)
      event.push({
        id: 1 + event.length,
        rev: 1,
        public: {
          certificate: row.id,
          seq: 1,
          type: 1,
          day: validFrom - 1095,
          by: 1,
          validTo: validFrom + int(40),
        },
        private: null,
      });
    event.push({
      id: 1 + event.length,
      rev: 1,
      public: {
        certificate: row.id,
        seq: had ? 2 : 1,
        type: had ? 2 : 1,
        day: validFrom,
        by: 2,
        validTo,
        document: '证字1号',
      },
      private: null,
    });
    training.push({
      id: 1 + training.length,
      rev: 1,
      public: absent({
        person: holder,
        certificate: row.id,
        kind,
        category,
        course: 2,
        hours: 8,
        day: validFrom + int(300),
        body: 1,
      }),
      private: null,
    });
    if (next() < 0.3)
      exam.push({
        id: 1 + exam.length,
        rev: 1,
        public: absent({
          person: holder,
          kind,
          category,
          day: validFrom - 5,
          theory: 60 + int(40),
          passed: 1,
          attempt: 1,
          body: 1,
        }),
        private: null,
      });
  }
  return { company, person, certificate, event, training, exam, attachment: [] };
}

/** Every public column of an entity in the row's own words; absent values are undefined. */
export function publicNames(entity: Entity): readonly string[] {
  return ENTITIES[entity].columns.map((column) => column.name);
}
