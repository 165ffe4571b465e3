import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../shared/domain/model';
import { historyOf } from '../test/history-of';
import { Cube } from './cube';
import { RenewedPeriods, renewedEnds } from './renewed-periods';
import { atOnce } from './steps';

const DAYS = 40;
const day = fc.integer({ min: 20_000, max: 20_000 + DAYS });

/** Valid-to days of issue and renewals, by row. */
const lives = fc.array(fc.array(day, { maxLength: 5 }), { minLength: 1, maxLength: 30 });

function periodsOf(all: readonly (readonly number[])[]): RenewedPeriods {
  const cube = new Cube();
  const events = all.flatMap((ends, row) =>
    ends.map((validTo, i) => {
      const type = i === 0 ? EVENT_TYPES.issued : EVENT_TYPES.renewed;
      return [row + 1, { type, day: validTo - 100, validTo, reviewDue: null }] as const;
    }),
  );
  all.forEach((_, row) => {
    const rest = { category: null, region: 1, industry: 1, reviewDue: null, company: null };
    const dates = { validFrom: 1, validTo: 2, body: null, holder: 1, nameId: 1 };
    cube.put({ id: row + 1, kind: 1, baseStatus: 1, ...rest, ...dates });
  });
  const history = historyOf(cube, events);
  return atOnce(RenewedPeriods.steps(history));
}

describe('renewed periods', () => {
  // Would catch: a period at the edge of the days missed or told twice; days asked before answered from other days, or from
  // before a change of a row.
  it('tell each period that ended within the days once, also after changes and when asked again', () => {
    fc.assert(
      fc.property(
        lives,
        fc.array(fc.tuple(day, day), { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(29), fc.array(day, { maxLength: 5 })), { maxLength: 3 }),
        (all, windows, changes) => {
          const now = all.map((ends) => [...ends]);
          const periods = periodsOf(all);
          const check = (): void => {
            for (const [from, until] of [...windows, ...windows]) {
              const told: number[] = [];
              periods.eachEnded(from, until, (row) => told.push(row));
              const wanted = now.flatMap((ends, row) =>
                renewedEnds(ends).flatMap((end) => (end >= from && end <= until ? [row] : [])),
              );
              expect(told.sort((a, b) => a - b)).toEqual(wanted);
            }
          };
          check();
          for (const [row, ends] of changes) {
            if (row >= now.length) continue;
            now[row] = ends;
            periods.set(row, renewedEnds(ends));
            check();
          }
        },
      ),
    );
  });
});
