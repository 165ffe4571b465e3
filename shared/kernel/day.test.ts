import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  addYears,
  dayFromIso,
  dayInShanghai,
  isDay,
  isoFromDay,
  parseIsoDay,
  shanghaiStartMs,
} from './day';
import { err } from './result';

const days = fc.integer({ min: -40_000, max: 80_000 });

describe('day', () => {
  // Would catch: an off-by-one against the epoch, or a time zone slipping in.
  it('reads back what it writes', () => {
    fc.assert(fc.property(days, (d) => dayFromIso(isoFromDay(d)) === d));
    expect(dayFromIso('1970-01-01')).toBe(0);
    expect(dayFromIso('2026-11-23')).toBe(20_780);
    expect([isDay(dayFromIso('0001-01-01')), isDay(dayFromIso('9999-12-31'))]).toEqual([
      true,
      true,
    ]);
  });

  // Would catch: lenient dates that roll over to another day.
  it('refuses what is not a calendar day', () => {
    expect(parseIsoDay('2026-02-29')).toEqual(err('no-such-day'));
    expect(parseIsoDay('2026-13-01')).toEqual(err('no-such-day'));
    expect(parseIsoDay('0000-01-01')).toEqual(err('no-such-day'));
    for (const text of ['2026-1-1', '20260101', '2026-01-01T00:00', ' 2026-01-01', ''])
      expect(parseIsoDay(text)).toEqual(err('format'));
  });

  // Would catch: UTC days used where Shanghai days are meant (wrong between 00:00 and 08:00).
  it('changes the day at midnight in Shanghai', () => {
    const midnight = Date.UTC(2026, 10, 22, 16);
    expect(isoFromDay(dayInShanghai(midnight))).toBe('2026-11-23');
    expect(isoFromDay(dayInShanghai(midnight - 1))).toBe('2026-11-22');
    fc.assert(fc.property(days, (d) => dayInShanghai(shanghaiStartMs(d)) === d));
  });

  // Would catch: a leap day rolling into March, or a month's end drifting.
  it('adds months and years on the calendar', () => {
    const later = (iso: string, years: number): string =>
      isoFromDay(addYears(dayFromIso(iso), years));
    expect(later('2024-02-29', 3)).toBe('2027-02-28');
    expect(later('2024-02-29', 4)).toBe('2028-02-29');
    expect(later('2023-02-28', 1)).toBe('2024-02-28');
    expect(isoFromDay(addMonths(dayFromIso('2026-01-31'), 1))).toBe('2026-02-28');
    expect(isoFromDay(addDays(dayFromIso('2026-12-31'), 1))).toBe('2027-01-01');
    fc.assert(
      fc.property(days, fc.integer({ min: -20, max: 20 }), (d, n) => {
        const [year, rest] = [isoFromDay(d).slice(0, 4), isoFromDay(d).slice(4)];
        if (rest !== '-02-29')
          expect(isoFromDay(addYears(d, n))).toBe(String(Number(year) + n).padStart(4, '0') + rest);
      }),
    );
  });
});
