import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, dayFromIso } from '../../../../shared/kernel/day';
import { dueList, monthOf } from './months';

const counts = { d7: 0, d30: 0, d60: 0, d90: 0 };
const listOf = (day: number) => ({ month: monthOf(day), madeMs: 0, day, counts, missed: 0 });

describe('dueList', () => {
  // Bug: two lists of one month after a restart, or none after a month in which the machine was off.
  it('makes one list a month and says how many were missed', () => {
    const november = dayFromIso('2026-11-30');
    expect(dueList([], november)).toEqual({ month: '2026-11', missed: 0 });
    expect(dueList([listOf(november)], november)).toBeNull();
    expect(dueList([listOf(november)], november + 1)).toEqual({ month: '2026-12', missed: 0 });
    expect(dueList([listOf(november)], dayFromIso('2027-03-01'))?.missed).toBe(3);
  });

  // Bug: a clock that stood in the future once stops all lists until then.
  it('is not stopped by a list of a later month', () => {
    const later = listOf(dayFromIso('2031-05-05'));
    expect(dueList([later], dayFromIso('2026-11-30'))).toEqual({ month: '2026-11', missed: 0 });
  });

  // Bug: a number of months that is wrong over the turn of a year.
  it('counts the months between any two lists', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 18_000, max: 25_000 }),
        fc.integer({ min: 1, max: 60 }),
        (day, n) => {
          const first = day - Number(dayIn(day)) + 1;
          expect(dueList([listOf(first)], addMonths(first, n))?.missed).toBe(n - 1);
        },
      ),
    );
  });
});

const dayIn = (day: number): string => new Date(day * 86_400_000).toISOString().slice(8, 10);
