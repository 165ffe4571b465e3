import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationOf, marksOf } from './back-test';
import {
  LAPSE_FEATURES,
  LAPSE_WIDTH,
  type LapseExamples,
  type LapseFeature,
  lookDay,
  MAX_LOOKS,
  outcomeDay,
} from './features';
import { reasonsOf, trainLapseModel } from './lapse-model';
import { type Design, fitLogistic, lossOf, probabilityOf, slopeOf } from './logistic';

/** mulberry32: the same numbers in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Outcomes drawn from known weights: what a fit must find again. */
function planted(count: number, weights: readonly number[], seed: number) {
  const next = dice(seed);
  const width = weights.length;
  const values = new Float32Array(count * width);
  const outcomes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let score = 0;
    weights.forEach((weight, j) => {
      const x = j === 0 ? 1 : j % 2 === 0 ? Number(next() < 0.3) : 2 * next() - 1;
      values[i * width + j] = x;
      score += weight * x;
    });
    outcomes[i] = next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { design: { width, values } satisfies Design, outcomes };
}

const PLANTED = [-1.8, 0.9, -0.7, 0, 1.4];

describe('logistic regression', () => {
  // Would catch: a wrong sign, a forgotten ridge, half of the curvature table left empty.
  it('has the slope that small steps of the loss show', () => {
    const { design, outcomes } = planted(400, PLANTED, 1);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (start, ridge) => {
          const at = Float64Array.from(start);
          const { gradient, curvature } = slopeOf(design, outcomes, at, ridge);
          const step = 1e-5;
          for (let j = 0; j < 5; j++) {
            const moved = (by: number) => at.map((weight, k) => weight + (k === j ? by : 0));
            const [up, down] = [moved(step), moved(-step)];
            const slope =
              (lossOf(design, outcomes, up, ridge) - lossOf(design, outcomes, down, ridge)) /
              (2 * step);
            expect(Math.abs(slope - (gradient[j] ?? 0))).toBeLessThan(1e-3);
            const [high, low] = [up, down].map((w) => slopeOf(design, outcomes, w, ridge).gradient);
            for (let k = 0; k < 5; k++) {
              const bend = ((high?.[k] ?? 0) - (low?.[k] ?? 0)) / (2 * step);
              expect(Math.abs(bend - (curvature[j * 5 + k] ?? 0))).toBeLessThan(1e-2);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  // Would catch: a fit that stops early, or favours its own prior over plenty of data.
  it('finds the weights that were planted', () => {
    const { design, outcomes } = planted(60_000, PLANTED, 2);
    const found = fitLogistic(design, outcomes, 1);
    PLANTED.forEach((weight, j) => {
      expect(Math.abs((found[j] ?? 0) - weight)).toBeLessThan(0.08);
    });
  });

  // Would catch: weights that run away, or NaN, where one feature decides everything or never varies.
  it('stays finite where features are useless or decide all', () => {
    const values = Float32Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0 ? 1 : i % 3 === 1 ? 0 : i < 150 ? 1 : 0,
    );
    const outcomes = Uint8Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : 0));
    const found = fitLogistic({ width: 3, values }, outcomes, 1);
    expect([...found].every(Number.isFinite)).toBe(true);
    expect(found[2]).toBeGreaterThan(1);
  });
});

describe('marks', () => {
  // Would catch: ties resolved by the order of rows, which lets a constant look like knowledge.
  it('are the mean over all ways to break ties', () => {
    const shuffled = dice(3);
    fc.assert(
      fc.property(
        fc.array(fc.record({ p: fc.constantFrom(0.1, 0.5, 0.9), y: fc.constantFrom(0, 1) }), {
          minLength: 1,
          maxLength: 14,
        }),
        fc.nat(14),
        (rows, wish) => {
          const named = Math.min(wish, rows.length);
          let right = 0;
          let hits = 0;
          const rounds = 1_500;
          for (let round = 0; round < rounds; round++) {
            const order = rows
              .map((row) => ({ ...row, key: -row.p + shuffled() * 1e-6 }))
              .sort((a, b) => a.key - b.key);
            order.forEach(({ y }, i) => {
              if ((i < named ? 1 : 0) === y) right++;
              if (i < named && y === 1) hits++;
            });
          }
          const marks = marksOf(
            rows.map(({ p }) => p),
            Uint8Array.from(rows, ({ y }) => y),
            named,
          );
          const lapsed = rows.filter(({ y }) => y === 1).length;
          expect(Math.abs(marks.accuracy - right / rounds / rows.length)).toBeLessThan(0.06);
          if (lapsed > 0)
            expect(Math.abs(marks.recall - hits / rounds / lapsed)).toBeLessThan(0.06);
        },
      ),
      { numRuns: 25 },
    );
  });

  // Would catch: groups that overlap or lose rows, means of the wrong column.
  it('draw the curve of true probabilities on the diagonal', () => {
    const next = dice(4);
    const truth = Array.from({ length: 50_000 }, () => next());
    const outcomes = Uint8Array.from(truth, (p) => (next() < p ? 1 : 0));
    const points = calibrationOf(truth, outcomes, 10);
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(50_000);
    points.forEach(({ foretold, happened }, i) => {
      expect(Math.abs(foretold - (i + 0.5) / 10)).toBeLessThan(0.01);
      expect(Math.abs(happened - foretold)).toBeLessThan(0.03);
    });
  });
});

const TODAY = 20_000;

/** Examples of all looks whose outcomes follow the features by `scoreOf`. */
function examples(perLook: number, scoreOf: (x: Float32Array) => number, seed = 5): LapseExamples {
  const next = dice(seed);
  const count = perLook * MAX_LOOKS;
  const made: LapseExamples = {
    today: TODAY,
    values: new Float32Array(count * LAPSE_WIDTH),
    outcomes: new Uint8Array(count),
    looks: Uint8Array.from({ length: count }, (_, i) => Math.floor(i / perLook)),
    kinds: Uint8Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 3 : 1)),
  };
  for (let i = 0; i < count; i++) {
    const x = made.values.subarray(i * LAPSE_WIDTH, (i + 1) * LAPSE_WIDTH);
    x[0] = 1;
    x[1] = i % 2;
    for (let j = 8; j < LAPSE_WIDTH; j++) x[j] = j < 13 ? 2 * next() - 1 : Number(next() < 0.2);
    made.outcomes[i] = next() < probabilityOf(scoreOf(x)) ? 1 : 0;
  }
  return made;
}
const byCompany = (x: Float32Array): number => -1.6 + 1.5 * (x[8] ?? 0) + 0.4 * (x[1] ?? 0);

describe('the lapse model', () => {
  // Would catch: a model that does not use what it learned, and a baseline that is measured on other rows.
  it('finds what is planted and beats the former rates', () => {
    const model = trainLapseModel(examples(1_500, byCompany));
    if (model.state !== 'ready') throw new Error(model.state);
    expect(model.weights[8]).toBeGreaterThan(1.2);
    const { backTest } = model;
    expect(backTest.model.brier).toBeLessThan(backTest.naive.brier);
    expect(backTest.model.recall).toBeGreaterThan(backTest.naive.recall + 0.1);
    for (const { foretold, happened } of backTest.calibration)
      expect(Math.abs(foretold - happened)).toBeLessThan(0.06);
    const one = new Float32Array(LAPSE_WIDTH);
    one[0] = 1;
    one[8] = 1;
    expect(reasonsOf(model, one, 0, 3)[0]).toMatchObject({ feature: 'rate-company' });
    expect(reasonsOf(model, one, 0, 3)[0]?.weight).toBeGreaterThan(1);
  });

  // Would catch: the days left told as two reasons, or a part of their weight lost.
  it('tells the days left as one reason', () => {
    const at = (feature: LapseFeature): number => LAPSE_FEATURES.indexOf(feature);
    const weights = new Float64Array(LAPSE_WIDTH);
    weights[at('ends-within-30')] = 0.5;
    weights[at('ends-within-10')] = 0.75;
    weights[at('kind-construction-a')] = -1;
    const model = { weights, means: new Float64Array(LAPSE_WIDTH) };
    const values = new Float32Array(2 * LAPSE_WIDTH);
    values[at('ends-within-30')] = 1;
    values[at('kind-construction-a')] = 1;
    values[LAPSE_WIDTH + at('ends-within-30')] = 1;
    values[LAPSE_WIDTH + at('ends-within-10')] = 1;
    expect(reasonsOf(model, values, 0, 3)).toEqual([
      { feature: 'kind-construction-a', weight: -1 },
      { feature: 'ends-within-30', weight: 0.5 },
    ]);
    expect(reasonsOf(model, values, 1, 3)).toEqual([{ feature: 'ends-within-10', weight: 1.25 }]);
  });

  // Would catch: a test whose weights saw the year they are tested on, or outcomes that came to pass in it.
  it('learns for its test from nothing that happened after the split', () => {
    const all = examples(1_500, byCompany);
    const other = { ...all, outcomes: all.outcomes.slice() };
    const taught = trainLapseModel(all);
    if (taught.state !== 'ready') throw new Error(taught.state);
    const { splitDay } = taught.backTest;
    let changed = 0;
    all.looks.forEach((look, i) => {
      if (look < 4 || outcomeDay(lookDay(TODAY, look)) < splitDay) return;
      other.outcomes[i] = 1 - (all.outcomes[i] ?? 0);
      changed++;
    });
    // The look whose outcomes came to pass across the split teaches nothing either.
    expect(changed).toBe(1_500);
    const again = trainLapseModel(other);
    expect(again.state === 'ready' && again.backTest).toEqual(taught.backTest);
    expect(again.state === 'ready' && again.weights).not.toEqual(taught.weights);
  });

  // Would catch: figures out of a handful of cases shown to people who plan by them.
  it('is hidden where history is thin, and where it knows nothing better', () => {
    expect(trainLapseModel(examples(40, byCompany)).state).toBe('thin');
    expect(trainLapseModel(examples(1_500, () => -9)).state).toBe('thin');
    expect(trainLapseModel(examples(1_500, () => -1.5)).state).toBe('no-better');
  });
});
