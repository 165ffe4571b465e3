import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BASE_STATUSES,
  CERTIFICATE_KINDS,
  type CertificateKind,
  type Status,
  UNDER_VERIFICATION,
} from '../../../shared/domain/model';
import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import { narrowFilter } from '../../../shared/ipc/narrow-filter';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import type { Desk } from '../queries/desk';
import { PastLists } from '../queries/past-list';
import { ALL_STATUSES, bruteBoard, matching } from '../test/brute';
import { historyOf } from '../test/history-of';
import { type FixtureSet, makeSet, REGIONS, TODAY } from '../test/rows';
import { computeBoard } from './board';
import { Cube } from './cube';
import { dayColumns } from './day-columns';
import { Making } from './making';
import { pastDay, TREND_POINTS, TrendColumns, trendDays } from './past';
import { RenewedPeriods, renewedEnds } from './renewed-periods';
import { isInFilter, isStatusWanted, statusOf } from './row-filter';
import { scanCube } from './scan';
import { atOnce } from './steps';

const parsed = parseRulePack(
  JSON.parse(
    readFileSync(
      resolve(import.meta.dirname, '../../../resources/rule-packs/national-2026.11.1.json'),
      'utf8',
    ),
  ),
);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;
const set = makeSet(600, 7);

function cubeOf(rows: FixtureSet): { cube: Cube; periods: RenewedPeriods } {
  const cube = new Cube();
  const periods = new RenewedPeriods();
  const ends = new Map<number, number[]>();
  for (const { public: event } of rows.event) {
    const { certificate, validTo } = event as { certificate: number; validTo: number };
    ends.set(certificate, [...(ends.get(certificate) ?? []), validTo]);
  }
  // Out of order, so that appended rows are covered too.
  for (const row of [...rows.certificate.slice(280), ...rows.certificate.slice(0, 280)]) {
    cube.put(core(row));
    periods.set(cube.indexOf(row.id), renewedEnds(ends.get(row.id) ?? []));
  }
  return { cube, periods };
}

/** Events of certificates, of each in their order. */
function eventsOf({ event }: FixtureSet) {
  return event
    .map(({ public: one }) => one as unknown as Event)
    .sort((a, b) => a.seq - b.seq)
    .map(
      ({ certificate, type, day, validTo = null, reviewDue = null }) =>
        [certificate, { type, day, validTo, reviewDue }] as const,
    );
}
interface Event {
  readonly certificate: number;
  readonly seq: number;
  readonly type: number;
  readonly day: number;
  readonly validTo?: number;
  readonly reviewDue?: number;
}

function core(row: FixtureSet['certificate'][number]): Parameters<Cube['put']>[0] {
  const {
    kind,
    category,
    baseStatus,
    region,
    industry,
    validFrom,
    validTo,
    reviewDue,
    company,
    body,
  } = row.public as Record<string, number>;
  return {
    id: row.id,
    kind: kind ?? 0,
    category: category ?? null,
    baseStatus: baseStatus ?? 0,
    region: region ?? 0,
    industry: industry ?? 0,
    validFrom: validFrom ?? 0,
    validTo: validTo ?? 0,
    reviewDue: reviewDue ?? null,
    company: company ?? null,
    body: body ?? null,
    holder: 1,
    nameId: 1,
  };
}

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.subarray([...values], { minLength: 1 });
const filters: fc.Arbitrary<Filter> = fc.record(
  {
    regions: some(['11', '1301', '110105', '130205', '99']),
    industries: some([47, 48, 6, 78, 1]),
    kinds: some(Object.keys(CERTIFICATE_KINDS) as CertificateKind[]),
    categories: some([101, 202, 304, 999]),
    statuses: some(ALL_STATUSES),
    company: fc.integer({ min: 4090, max: 4200 }),
    body: fc.constantFrom(...new Set(set.certificate.map((row) => Number(row.public.body ?? 1)))),
    certificates: some(set.certificate.map(({ id }) => id)),
    validToFrom: fc.integer({ min: TODAY - 900, max: TODAY + 900 }),
    validToUntil: fc.integer({ min: TODAY - 900, max: TODAY + 900 }),
    dueUntil: fc.integer({ min: TODAY - 100, max: TODAY + 900 }),
    reviewFrom: fc.integer({ min: TODAY - 900, max: TODAY + 300 }),
    reviewUntil: fc.integer({ min: TODAY - 300, max: TODAY + 900 }),
  },
  { requiredKeys: [] },
);
const scopes = fc.constantFrom(['11', '13'], ['1101'], ['130102', '110105']);
const days = fc.integer({ min: TODAY - 800, max: TODAY + 800 });

describe('boards and lists', () => {
  const { cube, periods } = cubeOf(set);
  const bodyOf = String;
  const companyOf = (id: number): { name: string; region: number } => ({
    name: `c${id}`,
    region: REGIONS[0],
  });

  // Would catch: any figure that differs from counting by hand, under any filter, scope and day.
  it('equal a brute-force count', () => {
    fc.assert(
      fc.property(filters, scopes, days, (filter, scope, day) => {
        const board = computeBoard({
          cube,
          day,
          columns: dayColumns(cube, statusCutoffs(pack, day)),
          periods,
          filter,
          scopes: scope,
          companyOf,
          bodyOf,
        });
        const { due90, expired, risk, ...figures } = bruteBoard(set, filter, scope, day, pack);
        const { total, byStatus, within, renewal, kinds, calendar } = board;
        expect({ total, byStatus, within, renewal, kinds, calendar }).toEqual(figures);
        expect(board.regions.reduce((sum, row) => sum + row.total, 0)).toBe(total);
        expect(board.regions.reduce((sum, row) => sum + row.due90, 0)).toBe(due90);
        expect(board.regions.reduce((sum, row) => sum + row.expired, 0)).toBe(expired);
        expect(board.heat.total.flat().reduce((a, b) => a + b, 0)).toBe(total);
        expect(board.heat.due90.flat().reduce((a, b) => a + b, 0)).toBe(due90);
        for (const { id, due90: due, expired: gone } of board.companies)
          expect(due + gone).toBe(risk.get(id));
        expect(board.companies.length).toBe(Math.min(20, risk.size));
      }),
      { numRuns: 120 },
    );
  });

  // Would catch: a figure whose list has other rows: a filter that a click widens, a month or a remainder cut wrong.
  it('list as many as every figure says', () => {
    fc.assert(
      fc.property(filters, scopes, days, (filter, scope, day) => {
        const cutoffs = statusCutoffs(pack, day);
        const columns = dayColumns(cube, cutoffs);
        const board = computeBoard({
          cube,
          day,
          columns,
          periods,
          filter,
          scopes: scope,
          companyOf,
          bodyOf,
        });
        const listed = (change: Filter): number => {
          const narrowed = narrowFilter(filter, change);
          return narrowed === null ? 0 : matching(set, narrowed, scope, day, pack).length;
        };
        for (const [status, count] of Object.entries(board.byStatus))
          expect(listed({ statuses: [status as Status] })).toBe(count);
        const { d7, d30, d60, d90 } = board.within;
        for (const [days, count] of [
          [7, d7],
          [30, d30],
          [60, d60],
          [90, d90],
        ] as const)
          expect(listed(boardLists.within(day, days))).toBe(count);
        expect(listed(boardLists.lapsed(day))).toBe(board.renewal.ended - board.renewal.renewed);
        for (const { year, month, expiring, reviews } of board.calendar) {
          expect(listed(boardLists.expiring(day, year, month))).toBe(expiring);
          expect(listed(boardLists.reviews(day, year, month))).toBe(reviews);
        }
        for (const { kind, total, expired } of board.kinds) {
          expect(listed({ kinds: [kind] })).toBe(total);
          expect(listed({ kinds: [kind], ...boardLists.expired() })).toBe(expired);
        }
        const due = boardLists.within(day, 90);
        for (const { region, total, due90, expired } of board.regions) {
          expect(listed({ regions: [region] })).toBe(total);
          expect(listed({ regions: [region], ...due })).toBe(due90);
          expect(listed({ regions: [region], ...boardLists.expired() })).toBe(expired);
        }
        for (const { id, total, ended, renewed } of board.bodies) {
          expect(listed({ body: id })).toBe(total);
          expect(listed({ body: id, ...boardLists.lapsed(day) })).toBe(ended - renewed);
        }
        board.heat.regions.forEach((region, row) => {
          board.heat.industries.forEach((industry, column) => {
            const cell = boardLists.cell(region, industry, board.heat.industries);
            expect(listed(cell)).toBe(board.heat.total[row]?.[column]);
            expect(listed({ ...cell, ...due })).toBe(board.heat.due90[row]?.[column]);
          });
        });
        for (const { id, total, due90, expired } of board.companies) {
          expect(listed({ company: id })).toBe(total);
          expect(listed({ company: id, ...due })).toBe(due90);
          expect(listed({ company: id, ...boardLists.expired() })).toBe(expired);
        }
      }),
      { numRuns: 12 },
    );
  });

  // Would catch: a figure of a past day whose list is today's, has other rows, or shows them in another state.
  it('list on a past day as many as that day’s figures say', async () => {
    const history = historyOf(cube, eventsOf(set));
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 900 }), async (filter, back) => {
        const day = TODAY - back;
        const cutoffs = statusCutoffs(pack, day);
        const scope = ['11', '13'];
        const past = atOnce(pastDay(cube, history, cutoffs));
        const ask = { day, filter, scopes: scope, companyOf, bodyOf };
        const board = computeBoard({ ...past, ...ask });
        const warm = { past: async () => past };
        const rules = { pack, cutoffs: statusCutoffs(pack, TODAY) };
        const lists = new PastLists({ warm, rules, scopes: scope, version: 1 } as unknown as Desk);
        const listed = async (change: Filter): Promise<number> => {
          const narrowed = narrowFilter(filter, change);
          return narrowed === null ? 0 : (await lists.find(narrowed, day)).total;
        };
        expect((await lists.find(filter, day)).unknown).toBe(past.unknown);
        expect(await listed({})).toBe(board.total);
        for (const [status, count] of Object.entries(board.byStatus))
          expect(await listed({ statuses: [status as Status] })).toBe(count);
        expect(await listed(boardLists.within(day, 90))).toBe(board.within.d90);
        const { ended, renewed } = board.renewal;
        expect(await listed(boardLists.lapsed(day))).toBe(ended - renewed);
        for (const { year, month, expiring, reviews } of board.calendar.slice(0, 4)) {
          expect(await listed(boardLists.expiring(day, year, month))).toBe(expiring);
          expect(await listed(boardLists.reviews(day, year, month))).toBe(reviews);
        }
      }),
      { numRuns: 25 },
    );
  });

  // Would catch: a line of the year that tells other figures than the board of that day does.
  it('of each month end of the year are what the trend says', async () => {
    const history = historyOf(cube, eventsOf(set));
    const scope = ['11', '13'];
    const making = new Making(TREND_POINTS);
    const trend = await TrendColumns.build(cube, history, { pack, day: TODAY }, making);
    const undated = filters.map(
      ({ regions, industries, kinds, categories, company, body }): Filter =>
        Object.fromEntries(
          Object.entries({ regions, industries, kinds, categories, company, body }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
    );
    const pasts = trendDays(TODAY)
      .slice(0, -1)
      .map((day) => atOnce(pastDay(cube, history, statusCutoffs(pack, day))));
    fc.assert(
      fc.property(undated, (filter) => {
        const points = trend.under(cube, filter, scope) ?? [];
        expect(points).toHaveLength(TREND_POINTS);
        pasts.forEach((past, n) => {
          const point = points[n];
          const day = point?.day ?? 0;
          const ask = { day, filter, scopes: scope, companyOf, bodyOf };
          const { total, byStatus, within, renewal } = computeBoard({ ...past, ...ask });
          const of = (...words: readonly Status[]): number =>
            words.reduce((sum, word) => sum + (byStatus[word] ?? 0), 0);
          expect(point).toEqual({
            day,
            total,
            valid: of('valid'),
            soon: of('expiring', 'review-due'),
            due7: within.d7,
            due30: within.d30,
            due60: within.d60,
            due90: within.d90,
            expired: of('expired', 'review-overdue'),
            overdue: of('review-overdue'),
            suspended: of('suspended'),
            revoked: of('revoked'),
            ...renewal,
          });
        });
      }),
      { numRuns: 40 },
    );
  });

  // Would catch: a certificate under a mark whose period ended: the board has it among those that ended, the year not, so that a
  // mark makes the renewal rate rise and two figures of one sheet disagree.
  it('of today are what the last point of the year tells, marks among them', async () => {
    const certificate = set.certificate.map((row, i) =>
      i % 3 === 0 && row.public.baseStatus === BASE_STATUSES.valid
        ? { ...row, public: { ...row.public, baseStatus: UNDER_VERIFICATION } }
        : row,
    );
    const marked = cubeOf({ ...set, certificate });
    const history = historyOf(marked.cube, eventsOf(set));
    const making = new Making(TREND_POINTS);
    const trend = await TrendColumns.build(marked.cube, history, { pack, day: TODAY }, making);
    const columns = dayColumns(marked.cube, statusCutoffs(pack, TODAY));
    const ask = { day: TODAY, filter: {}, scopes: ['11', '13'], companyOf, bodyOf };
    const { total, renewal } = computeBoard({ ...marked, ...ask, columns });
    const unmarked = computeBoard({
      cube,
      periods,
      ...ask,
      columns: dayColumns(cube, statusCutoffs(pack, TODAY)),
    });
    expect(renewal.ended).toBe(unmarked.renewal.ended);
    const last = trend.under(marked.cube, {}, ask.scopes)?.at(-1);
    expect(last).toMatchObject({ day: TODAY, total, ...renewal });
  });

  // Would catch: a number on a board and the list, count or export behind it using different filters.
  it('mean the same rows everywhere', () => {
    fc.assert(
      fc.property(filters, scopes, days, (filter, scope, day) => {
        const cutoffs = statusCutoffs(pack, day);
        const listed = [
          ...scanCube(cube, dayColumns(cube, cutoffs), filter, scope, () => 1).ids,
        ].sort((a, b) => a - b);
        const exported = set.certificate
          .filter(
            (row) =>
              isInFilter(core(row), filter, scope) &&
              isStatusWanted(statusOf(core(row), cutoffs), filter),
          )
          .map((row) => row.id);
        const expected = matching(set, filter, scope, day, pack).map(({ row }) => row.id);
        expect(listed).toEqual(expected);
        expect(exported).toEqual(expected);
      }),
      { numRuns: 120 },
    );
  });
});
