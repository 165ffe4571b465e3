import { describe, expect, it } from 'vitest';
import { dayFromIso, isoFromDay } from '../../kernel/day';
import { type MOVING_PERIODS, periodDays } from './moving-period';

const on = (period: (typeof MOVING_PERIODS)[number], day: string) => {
  const { first, last } = periodDays(period, dayFromIso(day));
  return `${isoFromDay(first)} ${isoFromDay(last)}`;
};

describe('moving periods', () => {
  // Bug: a month cut at its 30th or its February, a year's end that wraps, a day too few.
  it('are the days that a calendar has', () => {
    expect(on('this-month', '2026-11-28')).toBe('2026-11-01 2026-11-30');
    expect(on('this-month', '2028-02-29')).toBe('2028-02-01 2028-02-29');
    expect(on('this-month', '2026-12-31')).toBe('2026-12-01 2026-12-31');
    expect(on('this-month', '2027-01-31')).toBe('2027-01-01 2027-01-31');
    expect(on('next-30', '2026-12-15')).toBe('2026-12-15 2027-01-14');
    expect(on('next-90', '2026-11-28')).toBe('2026-11-28 2027-02-26');
  });
});
