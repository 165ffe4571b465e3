import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LAPSE_FEATURES,
  LAPSE_WIDTH,
  type LapseFeature,
  lookDay,
} from '../../../shared/domain/forecast/features';
import { trainLapseModel } from '../../../shared/domain/forecast/lapse-model';
import { EVENT_TYPES } from '../../../shared/domain/model';
import { historyOf } from '../test/history-of';
import { Cube } from './cube';
import type { History, PastEvent } from './history';
import { lapseHistory } from './lapse-history';
import { lookOn, outcomesOf } from './lapse-look';
import { LapseRates } from './lapse-rates';
import { Making } from './making';

const TODAY = 20_000;
/** Events before it are not held, so that periods are cut off as a slice cuts longer ones. */
const HORIZON = TODAY - 1_300;
const PERIOD = 1_000;

interface Life {
  readonly company: number;
  readonly events: readonly PastEvent[];
}

/** A life by what the holder does at each end: days after it (negative: before), null: nothing ever again. */
function lifeOf(company: number, issued: number, deeds: readonly (number | null)[]): Life {
  let end = issued + PERIOD;
  const events: PastEvent[] = [
    { type: EVENT_TYPES.issued, day: issued, validTo: end, reviewDue: null },
  ];
  for (const deed of deeds) {
    if (deed === null) break;
    const day = end + deed;
    if (day > TODAY) break;
    end = Math.max(end + 1, day) + PERIOD;
    events.push({ type: EVENT_TYPES.renewed, day, validTo: end, reviewDue: null });
  }
  return { company, events };
}

function world(lives: readonly Life[], horizon = 0): { cube: Cube; history: History } {
  const cube = new Cube();
  // Everybody is known before anybody's dates: numbers of companies do not follow from events.
  lives.forEach(({ company, events }, i) => {
    const validTo = events.at(-1)?.validTo ?? 0;
    const rest = {
      category: null,
      region: 330602,
      industry: 26,
      body: 7,
      reviewDue: validTo - 500,
    };
    cube.put({
      id: i + 1,
      kind: 3,
      baseStatus: 1,
      holder: 1,
      nameId: 1,
      company,
      validFrom: validTo - PERIOD,
      validTo,
      ...rest,
    });
  });
  const history = historyOf(
    cube,
    lives.flatMap(({ events }, i) =>
      events.filter(({ day }) => day >= horizon).map((event) => [i + 1, event] as const),
    ),
  );
  return { cube, history };
}

const deeds = fc.array(fc.option(fc.integer({ min: -50, max: 120 }), { freq: 4 }), {
  minLength: 4,
  maxLength: 4,
});
const people = fc.array(
  fc.record({
    company: fc.integer({ min: 1, max: 3 }),
    issued: fc.integer({ min: TODAY - 3_200, max: TODAY - 900 }),
    deeds,
    other: deeds,
  }),
  { minLength: 30, maxLength: 30 },
);

describe('what the forecast learns from', () => {
  // Would catch: any feature that looks past its day: rates with outcomes not yet known, reviews, sizes or renewals to come.
  it('knows on a day nothing that came after it', async () => {
    await fc.assert(
      fc.asyncProperty(people, fc.integer({ min: 0, max: 4 }), async (all, back) => {
        const day = lookDay(TODAY, back);
        const lives = all.map((one) => lifeOf(one.company, one.issued, one.deeds));
        // The same people, who from the day on do otherwise.
        const others = all.map((one, i) => {
          const before = (lives[i]?.events ?? []).filter((event) => event.day <= day);
          if (before.length === 0) return lives[i] as Life;
          let end = before.at(-1)?.validTo ?? 0;
          const events = [...before];
          for (const deed of one.other) {
            const when = end + (deed ?? 0);
            if (deed === null || when <= day || when > TODAY) break;
            end = Math.max(end + 1, when) + PERIOD;
            events.push({ type: EVENT_TYPES.renewed, day: when, validTo: end, reviewDue: null });
          }
          return { company: one.company, events };
        });
        const [a, b] = await Promise.all(
          [lives, others].map(async (some) => {
            const { cube, history } = world(some);
            return (await lapseHistory(cube, history, TODAY, new Making(1))).examples;
          }),
        );
        const of = (made: typeof a): string[] =>
          [...(made?.looks ?? [])].flatMap((look, i) =>
            look < back ? [] : [String(made?.values.slice(i * LAPSE_WIDTH, (i + 1) * LAPSE_WIDTH))],
          );
        expect(of(a)).toEqual(of(b));
      }),
      { numRuns: 150 },
    );
  });

  // Would catch: what is known of a day only because nothing came after it: dates of the present row, sizes, reviews.
  it('knows nothing of later days by what is missing of earlier ones', () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 0, max: 9 }), (all, back) => {
        const day = lookDay(TODAY, back);
        const [a, b] = (['deeds', 'other'] as const).map((which) => {
          const lives = all.map((one) => {
            const issued = one.issued - 1_800;
            // Alike up to the day; then as `which` says.
            const whole = lifeOf(one.company, issued, [-20, -20, -20, -20, -20]);
            const before = whole.events.filter((event) => event.day <= day);
            let end = before.at(-1)?.validTo ?? 0;
            const events: PastEvent[] = [...before];
            for (const deed of one[which]) {
              const when = end + (deed ?? 0);
              if (before.length === 0 || deed === null || when <= day || when > TODAY) break;
              end = Math.max(end + 1, when) + PERIOD;
              events.push({ type: EVENT_TYPES.renewed, day: when, validTo: end, reviewDue: null });
            }
            return { company: one.company, events: before.length === 0 ? whole.events : events };
          });
          const { cube, history } = world(lives, HORIZON);
          const look = lookOn(cube, history, { of: () => 0 }, day);
          return new Map(
            [...look.rows].map((row, i) => [
              row,
              String(look.values.slice(i * LAPSE_WIDTH, (i + 1) * LAPSE_WIDTH)),
            ]),
          );
        });
        for (const [row, values] of a ?? []) if (b?.has(row)) expect(b.get(row)).toBe(values);
      }),
      { numRuns: 200 },
    );
  });

  // Would catch: late renewals counted as lapses or the other way round, ends outside the window.
  it('says of each certificate whether it was renewed within 90 days after its end', () => {
    const day = 18_000;
    const at = (end: number, ...all: (number | null)[]) => lifeOf(1, end - PERIOD, all);
    const lives = [
      at(day - 1, null),
      at(day, null),
      at(day + 90, 90),
      at(day + 40, 91),
      at(day + 91, null),
      at(day + 40, -45),
      at(day + 60, -45),
    ];
    const { cube, history } = world(lives);
    const look = lookOn(cube, history, new LapseRates(cube), day);
    expect([...look.rows]).toEqual([1, 2, 3, 6]);
    expect([...outcomesOf(look)]).toEqual([1, 0, 1, 0]);
    const column = (name: LapseFeature, row: number): number =>
      look.values[row * LAPSE_WIDTH + LAPSE_FEATURES.indexOf(name)] ?? 0;
    expect([column('ends-within-10', 0), column('ends-within-10', 1)]).toEqual([1, 0]);
    expect(column('first-period', 3)).toBe(1);
  });

  // Would catch: a company's former lapses that never reach the model, or reach it with the wrong sign.
  it('finds the company that does not renew', async () => {
    let state = 7;
    const next = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return ((state >>> 8) & 0xffff) / 0x10000;
    };
    // Employers 1–40 renew nearly always, 41–80 half the time; nobody tells the model.
    const lives = Array.from({ length: 24_000 }, (_, i) => {
      const company = 1 + (i % 80);
      const chance = company <= 40 ? 0.93 : 0.5;
      const acts = Array.from({ length: 6 }, () =>
        next() < chance ? -Math.floor(next() * 58) : null,
      );
      return lifeOf(company, TODAY - 3_400 + Math.floor(next() * 3_300), acts);
    });
    const { cube, history } = world(lives);
    const { examples, now } = await lapseHistory(cube, history, TODAY, new Making(1));
    const model = trainLapseModel(examples);
    if (model.state !== 'ready') throw new Error(JSON.stringify(model));
    const at = LAPSE_FEATURES.indexOf('rate-company');
    expect(model.weights[at]).toBeGreaterThan(0.5);
    expect(model.backTest.model.recall).toBeGreaterThan(model.backTest.naive.recall + 0.15);
    const score = [0, 0];
    const count = [0, 0];
    now.rows.forEach((row, i) => {
      const side = (cube.companies.values[(cube.company[row] ?? 1) - 1] ?? 0) <= 40 ? 0 : 1;
      const values = now.values.subarray(i * LAPSE_WIDTH, (i + 1) * LAPSE_WIDTH);
      const sum = values.reduce((total, x, j) => total + x * (model.weights[j] ?? 0), 0);
      score[side] = (score[side] ?? 0) + 1 / (1 + Math.exp(-sum));
      count[side] = (count[side] ?? 0) + 1;
    });
    const [good, bad] = score.map((sum, side) => sum / Math.max(1, count[side] ?? 1));
    expect(good).toBeLessThan(0.25);
    expect(bad).toBeGreaterThan(0.4);
  });
});
