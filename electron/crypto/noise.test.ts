import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRelease, sumOf } from '../../shared/domain/statistics/budget';
import {
  discreteLaplace,
  type Epsilon,
  uniform,
} from '../../shared/domain/statistics/discrete-laplace';
import { noisyTable } from '../../shared/domain/statistics/noisy-table';
import { KeyedStream } from './keyed-stream';

const SECRET = new Uint8Array(32).fill(7);
const stream = (purpose: string) => new KeyedStream(SECRET, purpose).next;

/** Upper tail of chi-square by Wilson and Hilferty, as a standard normal deviate. */
function deviate(chi: number, freedom: number): number {
  const share = 2 / (9 * freedom);
  return (Math.cbrt(chi / freedom) - (1 - share)) / Math.sqrt(share);
}

/** Chi-square of draws against P(x) = (1-q)/(1+q)·q^|x|, q = e^-ε; tails taken together where fewer than 10 are expected. */
function misfit(draws: readonly number[], epsilon: Epsilon): number {
  const q = Math.exp(-epsilon.numerator / epsilon.denominator);
  const p = (x: number): number => ((1 - q) / (1 + q)) * q ** Math.abs(x);
  let edge = 0;
  while (draws.length * p(edge + 1) >= 10) edge++;
  const tail = q ** (edge + 1) / (1 + q);
  const cells = new Map<number, number>();
  for (const x of draws) {
    const cell = Math.max(-edge - 1, Math.min(edge + 1, x));
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  let chi = 0;
  for (let x = -edge - 1; x <= edge + 1; x++) {
    const expected = draws.length * (Math.abs(x) > edge ? tail : p(x));
    chi += ((cells.get(x) ?? 0) - expected) ** 2 / expected;
  }
  return deviate(chi, 2 * edge + 2);
}

const EPSILONS: readonly Epsilon[] = [
  { numerator: 1, denominator: 1 },
  { numerator: 1, denominator: 4 },
  { numerator: 7, denominator: 3 },
];

describe('noise', () => {
  // Would catch: nothing drawn twice as often, a scale that is upside down, one sign too frequent, a biased byte.
  for (const epsilon of EPSILONS)
    for (const size of [2_000, 40_000])
      it(`has its distribution: ε ${epsilon.numerator}/${epsilon.denominator}, ${size} draws`, () => {
        const next = stream(`chi ${size} ${epsilon.numerator}/${epsilon.denominator}`);
        const draws = Array.from({ length: size }, () => discreteLaplace(next, epsilon));
        // One in ten thousand runs of a right sampler would lie higher; the key is fixed.
        expect(misfit(draws, epsilon)).toBeLessThan(3.72);
        // The measure itself sees one draw in ten going wrong.
        const wrong = draws.map((x, i) => (i % 10 === 0 ? 0 : x));
        if (size > 10_000) expect(misfit(wrong, epsilon)).toBeGreaterThan(3.72);
      });

  // Would catch: modulo bias, which shows most where the range is just above a power of 256.
  it('draws whole numbers evenly', () => {
    const next = stream('uniform');
    for (const below of [3, 200, 257]) {
      const size = 400 * below;
      const cells = new Float64Array(below);
      for (let i = 0; i < size; i++) {
        const at = uniform(next, below);
        cells[at] = (cells[at] ?? 0) + 1;
      }
      const chi = cells.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
      expect(deviate(chi, below - 1)).toBeLessThan(3.72);
    }
  });

  // Would catch: fractions that are none, which would loop for ever or leave figures bare.
  it('refuses an ε that is none', () => {
    for (const bad of [0, -1, 0.5, Number.NaN, 2_000_000])
      for (const epsilon of [
        { numerator: bad, denominator: 1 },
        { numerator: 1, denominator: bad },
      ])
        expect(() => discreteLaplace(stream('x'), epsilon)).toThrow(RangeError);
  });

  // Would catch: a stream that repeats, depends on the reader's pace, or is the same for two purposes.
  it('comes from a stream of the key and the purpose', () => {
    const take = (next: () => number): number[] => Array.from({ length: 96 }, next);
    expect(take(stream('a'))).toEqual(take(stream('a')));
    expect(take(stream('a'))).not.toEqual(take(stream('b')));
    expect(take(new KeyedStream(new Uint8Array(32).fill(8), 'a').next)).not.toEqual(
      take(stream('a')),
    );
    const key = createHmac('sha256', SECRET).update('a').digest();
    const second = createHmac('sha256', key)
      .update(Buffer.from('0000000000000001', 'hex'))
      .digest();
    expect(take(stream('a')).slice(32, 64)).toEqual([...second]);
  });
});

const ONE: Epsilon = { numerator: 1, denominator: 1 };
const releaseOf = (count: number, purpose: string): number =>
  noisyTable(
    { rows: ['r'], columns: ['c'], counts: [[count]] },
    { epsilon: ONE, least: Number.NEGATIVE_INFINITY, next: stream(purpose) },
  ).sum;

describe('an attacker who subtracts', () => {
  const VERSIONS = 6_000;
  // He knows everybody in a region but one, and asks with and without.
  const guesses = (releases: number): number => {
    let right = 0;
    for (let i = 0; i < VERSIONS / releases; i++) {
      const isIn = i % 2 === 0;
      let sum = 0;
      for (let k = 0; k < releases; k++) sum += releaseOf(100 + (isIn ? 1 : 0), `${i} ${k}`);
      if (sum / releases > 100.5 === isIn) right++;
    }
    return right / (VERSIONS / releases);
  };

  // Would catch: noise that is too small, or that another part of the release takes away again.
  it('guesses about one person no better than ε allows', () => {
    const rate = guesses(1);
    expect(rate).toBeGreaterThan(0.55);
    expect(rate).toBeLessThan(Math.E / (1 + Math.E) + 0.02);
  });

  // Would catch: one noise for a question and for the same under a filter, so that their difference is the person; and it shows
  // that a filter that leaves out nobody but him tells less than one release does.
  it('guesses about one person no better by a filter that leaves him out', () => {
    let right = 0;
    for (let i = 0; i < VERSIONS; i++) {
      const isIn = i % 2 === 0;
      const all = releaseOf(100 + (isIn ? 1 : 0), `all ${i}`);
      const others = releaseOf(100, `under a filter ${i}`);
      if (all - others > 0.5 === isIn) right++;
    }
    expect(right / VERSIONS).toBeGreaterThan(0.52);
    expect(right / VERSIONS).toBeLessThan(guesses(1));
  });

  // Would catch: an output that is possible with one person and impossible or far rarer without.
  it('sees every output with and without the person, at most e^ε times as often', () => {
    const [without, withHim] = [100, 101].map((count) => {
      const cells = new Map<number, number>();
      for (let i = 0; i < 8_000; i++) {
        const out = releaseOf(count, `out ${count} ${i}`);
        cells.set(out, (cells.get(out) ?? 0) + 1);
      }
      return cells;
    });
    for (let x = 98; x <= 103; x++) {
      const ratio = (withHim?.get(x) ?? 0) / (without?.get(x) ?? 1);
      expect(ratio).toBeLessThan(Math.E * 1.3);
      expect(ratio).toBeGreaterThan(1 / (Math.E * 1.3));
    }
  });

  // Would catch: fresh noise for the same question, of which the mean is the truth.
  it('learns nothing by asking the same again', () => {
    const first = releaseOf(100, 'question, root');
    for (let i = 0; i < 50; i++) expect(releaseOf(100, 'question, root')).toBe(first);
  });

  // What cannot be kept from him: many releases of changed data add up. That is what the budget is for.
  it('learns with many paid releases, which the budget refuses', () => {
    expect(guesses(40)).toBeGreaterThan(0.9);
    const charge = (key: string) => ({ key, year: 2026, epsilon: ONE });
    const budget = { numerator: 4, denominator: 1 };
    const paid = ['a', 'b', 'c', 'd'].map(charge);
    expect(judgeRelease(paid.slice(1), charge('e'), budget).kind).toBe('charged');
    expect(judgeRelease(paid, charge('e'), budget).kind).toBe('refused');
    expect(judgeRelease(paid, charge('a'), budget).kind).toBe('free');
    expect(judgeRelease(paid, { ...charge('e'), year: 2027 }, budget).kind).toBe('charged');
  });
});

describe('a released table', () => {
  // Would catch: sums that do not add up, or that give a suppressed cell back; small figures that are shown.
  it('adds up from what it shows and shows nothing small', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(40), { minLength: 3, maxLength: 3 }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.string(),
        (counts, purpose) => {
          const made = noisyTable(
            { rows: counts.map((_, i) => `r${i}`), columns: ['a', 'b', 'c'], counts },
            { epsilon: ONE, least: 10, next: stream(purpose) },
          );
          let all = 0;
          made.cells.forEach((line, r) => {
            const shown = line.reduce<number>((sum, value) => sum + (value ?? 0), 0);
            expect(made.rowSums[r]).toBe(shown);
            all += shown;
            for (const value of line) if (value !== null) expect(value).toBeGreaterThanOrEqual(10);
          });
          expect(made.sum).toBe(all);
          expect(made.columnSums.reduce((a, b) => a + b, 0)).toBe(all);
        },
      ),
    );
  });

  // Would catch: budgets that rounding lets slip over, as 0.1 + 0.2 does.
  it('is paid for in exact fractions', () => {
    const tenths = (n: number): Epsilon => ({ numerator: n, denominator: 10 });
    expect(sumOf([tenths(1), tenths(2)])).toEqual([3n, 10n]);
    const paid = Array.from({ length: 9 }, (_, i) => ({
      key: `${i}`,
      year: 1,
      epsilon: tenths(1),
    }));
    const wish = { key: 'x', year: 1, epsilon: tenths(1) };
    expect(judgeRelease(paid, wish, { numerator: 1, denominator: 1 }).kind).toBe('charged');
    expect(
      judgeRelease([...paid, { ...wish, key: 'y' }], wish, { numerator: 1, denominator: 1 }).kind,
    ).toBe('refused');
  });

  // Would catch: a question paid for with next to nothing, then asked again for free almost without noise.
  it('is paid for again with another ε', () => {
    const budget = { numerator: 2, denominator: 1 };
    const wish = (numerator: number, denominator: number) => ({
      key: 'a',
      year: 1,
      epsilon: { numerator, denominator },
    });
    const paid = [wish(1, 100)];
    expect(judgeRelease(paid, wish(1, 100), budget).kind).toBe('free');
    expect(judgeRelease(paid, wish(1, 1), budget).kind).toBe('charged');
    expect(judgeRelease(paid, wish(100, 1), budget).kind).toBe('refused');
    // The same value written otherwise reads other bytes of the stream, so it is noise of its own.
    expect(judgeRelease(paid, wish(2, 100), budget).kind).toBe('charged');
    expect(judgeRelease([wish(1, 2)], wish(2, 4), budget).kind).toBe('charged');
  });

  // Would catch: an ε below nothing, which pays back what was spent.
  it('is refused where an ε is none', () => {
    const good = { key: 'a', year: 1, epsilon: ONE };
    for (const bad of [-5, 0, 0.5, Number.NaN]) {
      const epsilon = { numerator: bad, denominator: 1 };
      const wrong = { ...good, key: 'b', epsilon };
      expect(() => judgeRelease([good], wrong, ONE)).toThrow(RangeError);
      expect(() => judgeRelease([wrong], good, ONE)).toThrow(RangeError);
      expect(() => judgeRelease([], good, epsilon)).toThrow(RangeError);
    }
  });
});
