import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DayColumn, NONE } from './day-column';

const near = fc.integer({ min: 19_000, max: 22_000 });
const far = fc.integer({ min: -719_162, max: 2_932_896 });
const edge = fc.constantFrom(0, -1, 65_533, 65_534, 65_535, 65_536);

describe('a column of days', () => {
  // Would catch: a day that wraps around in the narrow column, an absent one that reads as a day or the other way round.
  it('gives back every day as it was put in, and what is absent as it should be read', () => {
    const days = fc.oneof(...[near, far, fc.oneof(near, edge)].map((one) => fc.array(one)));
    fc.assert(
      fc.property(days, fc.array(fc.nat(30)), fc.constantFrom(NONE, 0), (all, gone, otherwise) => {
        const values = all.map((day, i) => (gone.includes(i) ? NONE : day));
        const held = values.filter((day) => day !== NONE);
        const bounds = [Math.min(...held), Math.max(...held)] as const;
        const column = DayColumn.between(values.length, bounds, otherwise);
        values.forEach((day, i) => void column.set(i, day));
        const read = values.map((_, i) => column.at(i));
        expect(read).toEqual(values.map((day) => (day === NONE ? otherwise : day)));
        column.zero();
      }),
    );
  });
});
