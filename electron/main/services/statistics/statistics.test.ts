import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sumOf } from '../../../../shared/domain/statistics/budget';
import { discreteLaplace } from '../../../../shared/domain/statistics/discrete-laplace';
import { fractionText, without } from '../../../../shared/domain/statistics/fraction';
import { EPSILONS, epsilonOf, noiseBound } from '../../../../shared/domain/statistics/question';
import { isoFromDay } from '../../../../shared/kernel/day';
import { KeyedStream } from '../../../crypto/keyed-stream';
import { loadResources } from '../tables/resources';
import { budgetView } from './budget-view';
import { folded, formOf } from './heads';
import { HourLimit } from './hour-limit';
import { type AskedTable, nameRelease } from './release-name';

const SECRET = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);
const TODAY = 20_777;
const ASKED: AskedTable = {
  table: 'region-kind',
  scopes: ['3306'],
  day: TODAY,
  rows: [330_602, 0],
  columns: [1, 2],
  root: 'a'.repeat(64),
  counts: [
    [40, 12],
    [0, 3],
  ],
  epsilon: { numerator: 1, denominator: 10 },
};

/** SHA-256 of the question above as it was written before there were filters. */
const FORMER_QUESTION = '8da7fb3927e89e511f43f2affddcc6d8113bb2d8bcda55e1adeedb8a69eec185';

describe('what names a release', () => {
  // Would catch: the same noise on other counts (their difference would be exact), other noise for the same question, names
  // that somebody without the secret can make and compare.
  it('is the same for the same question to the same data, and another for every other', () => {
    const first = nameRelease(SECRET, ASKED);
    expect(nameRelease(SECRET, { ...ASKED, counts: [...ASKED.counts] })).toEqual(first);
    const changes: readonly Partial<AskedTable>[] = [
      {
        counts: [
          [40, 12],
          [0, 2],
        ],
      },
      { root: 'b'.repeat(64) },
      { day: TODAY + 1 },
      { table: 'region-industry' },
      { scopes: ['3307'] },
      { rows: [330_603, 0] },
      { epsilon: { numerator: 2, denominator: 20 } },
      { filter: { regions: ['330602'] } },
      { filter: { regions: ['330602'], kinds: ['special-operation'] } },
      { filter: { kinds: ['special-operation'] } },
    ];
    const all = [
      first,
      nameRelease(OTHER, ASKED),
      ...changes.map((one) => nameRelease(SECRET, { ...ASKED, ...one })),
    ];
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    expect(new Set(all.map(({ purpose }) => purpose)).size).toBe(all.length);
    const draws = (of: typeof first) => {
      const { next } = new KeyedStream(SECRET, of.purpose);
      return Array.from({ length: 40 }, () => discreteLaplace(next, ASKED.epsilon));
    };
    expect(draws(all[2] as typeof first)).not.toEqual(draws(first));
  });

  // Would catch: a second price, and other noise to average, for the same filter chosen in another order; a question of
  // before there were filters that is paid for again.
  it('is the same however a filter was chosen, and what it was before without one', () => {
    const by = (filter: AskedTable['filter']) => nameRelease(SECRET, { ...ASKED, filter });
    expect(by({ regions: ['330602', '330604'], industries: [48, 6] })).toEqual(
      by({ industries: [6, 48, 6], regions: ['330604', '330602', '330604'] }),
    );
    expect(by(undefined)).toEqual(nameRelease(SECRET, ASKED));
    expect(nameRelease(SECRET, ASKED).purpose).toContain(`|${FORMER_QUESTION}|`);
  });
});

describe('heads of tables', () => {
  const { regions, industries } = loadResources(join(__dirname, '../../../../resources'));
  const form = (table: AskedTable['table'], day = TODAY) =>
    formOf(table, { regions, industries, scopes: ['3306'], day });

  // Would catch: a division without a section, heads that follow the data, a person lost or counted twice in folding.
  it('cover every code once and lose nobody', () => {
    const { ask, columns, rows } = form('region-industry');
    expect(new Set(ask.columns).size).toBe(ask.columns.length);
    expect(ask.columns.length).toBe(industries.divisions.length + 1);
    expect([columns.length, columns.at(-1)?.code]).toEqual([21, 'other']);
    expect(rows.slice(0, -1).every(({ code }) => code.startsWith('3306'))).toBe(true);
    const counts = ask.rows.map((_, row) => ask.columns.map((_, column) => row * 1_000 + column));
    const sums = folded(counts, form('region-industry'));
    sums.forEach((line, row) => {
      const whole = (counts[row] ?? []).reduce((a, b) => a + b, 0);
      expect(line.reduce((a, b) => a + b, 0)).toBe(whole);
    });
    const mining = industries.sections.findIndex(({ code }) => code === 'B');
    const inMining = industries.sections[mining]?.divisions.map(({ code }) => code) ?? [];
    expect(sums[0]?.[mining]).toBe(
      inMining.reduce((sum, code) => sum + ask.columns.indexOf(code), 0),
    );
  });

  // Would catch: a column outside the filter, one inside it that is missing, a person of a former county's code in the
  // cell of another county.
  it('are those of the filter', () => {
    const narrowed = (table: AskedTable['table'], filter: AskedTable['filter']) =>
      formOf(table, { regions, industries, scopes: ['3306'], day: TODAY, filter });
    const county = narrowed('region-kind', { regions: ['330602'], kinds: ['special-operation'] });
    expect(county.rows.map(({ code }) => code)).toEqual(['330602', 'other']);
    expect(county.ask).toEqual({ rows: [330_602, 0], columns: [3] });
    const [first, second] = industries.sections;
    const divisions = [first, second].map((section) => section?.divisions[0]?.code ?? 0);
    const two = narrowed('region-industry', { industries: [...divisions].reverse() });
    expect(two.columns.map(({ code }) => code)).toEqual([first?.code, second?.code]);
    expect([two.ask.columns, two.fold]).toEqual([divisions, [0, 1]]);
    expect(two.rows).toEqual(form('region-industry').rows);
  });

  // Would catch: months that begin on the day, or one too few.
  it('have the months from the present one on', () => {
    const { rows, ask } = form('month');
    expect(rows[0]?.code).toBe(isoFromDay(TODAY).slice(0, 7));
    expect([rows.length, ask.rows.length, rows.at(-1)?.code]).toEqual([25, 25, 'later']);
    expect(new Set(rows.map(({ code }) => code)).size).toBe(25);
    expect(form('month', TODAY + 1).rows).toEqual(rows);
  });
});

describe('the budget as it is shown', () => {
  const said = {
    type: 'statistics',
    office: '330600',
    device: 'D-1',
    box: 'AAAA',
    ledger: 'first',
    year: 2026,
    shareMilli: 500,
    budgetMilli: 4_000,
    issuedMs: 1,
  } as const;
  const charge = { key: 'k', year: 2026, table: 'month', atMs: 1, ledger: 'first' } as const;

  // Would catch: sums by floating point, releases of another year or ledger counted, a share of another ledger shown.
  it('is exact, and of this year and ledger alone', () => {
    const epsilon = { numerator: 1, denominator: 3 };
    const charges = [
      { ...charge, epsilon },
      { ...charge, epsilon, year: 2025 },
      { ...charge, epsilon, ledger: 'f'.repeat(64) },
    ];
    const view = budgetView(said, { ledger: 'first', charges }, 2026);
    expect(view).toEqual({ year: 2026, office: '4', share: '1/2', spent: '1/3', left: '1/6' });
    const more = [{ numerator: 1, denominator: 4 }];
    expect(budgetView(said, { ledger: 'first', charges }, 2026, more).left).toBe('0');
    expect(budgetView(said, { ledger: 'e'.repeat(64), charges }, 2026)).toMatchObject({
      share: null,
      left: '0',
    });
    expect(budgetView(said, { ledger: 'first', charges }, 2027).share).toBeNull();
    expect(fractionText(without({ numerator: 6, denominator: 4 }, []))).toBe('3/2');
    expect(sumOf([])).toEqual([0n, 1n]);
  });

  // Would catch: a bound that is said to hold 95 of 100 cells and does not, or is wider than needed.
  it('says a bound that the noise keeps', () => {
    for (const text of EPSILONS) {
      const epsilon = epsilonOf(text);
      const bound = noiseBound(epsilon);
      const { next } = new KeyedStream(SECRET, `bound ${text}`);
      const beyond = Array.from({ length: 4_000 }, () => Math.abs(discreteLaplace(next, epsilon)));
      const share = beyond.filter((size) => size > bound).length / beyond.length;
      expect(share).toBeLessThan(0.065);
      expect(beyond.filter((size) => size > bound - 1).length / beyond.length).toBeGreaterThan(
        0.04,
      );
    }
  });
});

describe('the limit of an hour', () => {
  // Would catch: a limit that never opens again, or that a burst passes.
  it('lets so many through and says how long to wait', () => {
    const limit = new HourLimit(3);
    for (const ms of [0, 60_000, 120_000]) limit.take(ms);
    expect(() => limit.take(180_000)).toThrow(
      expect.objectContaining({ code: 'STATISTICS_LIMIT', params: { minutes: 57 } }),
    );
    limit.take(3_600_001);
    expect(() => limit.take(3_600_002)).toThrow();
  });
});
