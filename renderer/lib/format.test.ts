import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDay,
  formatShare,
  formatTime,
  isolate,
  monthDays,
  monthOf,
  today,
  trustDay,
} from './format';

describe('dates', () => {
  const dayAt = (ms: number) => {
    vi.setSystemTime(ms);
    return formatDay(today());
  };
  const home = process.env.TZ;
  afterEach(() => {
    vi.useRealTimers();
    trustDay(0);
    if (home === undefined) delete process.env.TZ;
    else process.env.TZ = home;
  });

  // Bug: a clock in UTC shows yesterday to everybody in the office before eight in the morning.
  it('uses the Shanghai calendar', () => {
    expect(formatTime(Date.UTC(2026, 10, 22, 16, 5))).toBe('2026-11-23 00:05');
    expect(dayAt(Date.UTC(2026, 10, 22, 16, 0))).toBe('2026-11-23');
    expect(dayAt(Date.UTC(2026, 10, 22, 15, 59))).toBe('2026-11-22');
    // Bug: with a clock set back a tile counts by main's day, and the list that it opens by an earlier one.
    trustDay(Date.UTC(2026, 10, 24) / 86_400_000);
    expect(dayAt(Date.UTC(2026, 10, 22))).toBe('2026-11-24');
    // Bug: with a clock that runs ahead the board is one of tomorrow, and the lists behind its figures, the trend and the
    // search are of today; its export is refused as of a day to come.
    expect(dayAt(Date.UTC(2026, 10, 25))).toBe('2026-11-24');
    expect(dayAt(Date.UTC(2027, 10, 25))).toBe('2026-11-24');
  });

  // Bug: an office whose machine is set to another zone reads another day, on the page and in every date on it, than the
  // one next door; around midnight a certificate is valid on one and expired on the other.
  it.each([
    ['UTC', 0],
    ['America/Los_Angeles', -8],
    ['Pacific/Kiritimati', 14],
  ])('shows the same day on a machine set to %s', (zone, hours) => {
    process.env.TZ = zone;
    const midnight = Date.UTC(2026, 10, 22, 16, 0);
    // The zone is in force, or the test proves nothing.
    expect(new Date(midnight).getTimezoneOffset()).toBe(0 - hours * 60);
    expect([dayAt(midnight - 1), dayAt(midnight)]).toEqual(['2026-11-22', '2026-11-23']);
    expect([formatTime(midnight - 1), formatTime(midnight)]).toEqual([
      '2026-11-22 23:59',
      '2026-11-23 00:00',
    ]);
    expect(formatDay(today())).toBe('2026-11-23');
    expect(monthOf(monthDays(2026, 11).last)).toEqual({ year: 2026, month: 11 });
  });

  // Bug: a month's last day that belongs to the next month makes a figure differ from its list.
  it('covers each day by exactly one month', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (day) => {
        const { year, month } = monthOf(day);
        const { first, last } = monthDays(year, month);
        const next = monthOf(last + 1);
        expect(first <= day && day <= last).toBe(true);
        expect(monthDays(next.year, next.month).first).toBe(last + 1);
      }),
    );
  });
});

describe('numbers', () => {
  // Bug: a locale that groups with spaces or dots, unlike the printed documents.
  it('groups by thousands and keeps shares readable', () => {
    expect(formatCount(1_284_000)).toBe('1,284,000');
    expect(formatShare(1, 3)).toBe('33.3%');
    expect(formatShare(0, 0)).toBe('–');
  });

  // Bug: 999,999 bytes shown as "1000 kB".
  it('steps units at thousands', () => {
    expect([999, 1000, 1536, 61_000_000].map(formatBytes)).toEqual([
      '999 B',
      '1.0 kB',
      '1.5 kB',
      '61 MB',
    ]);
    expect(formatBytes(999_999)).toBe('1.0 MB');
  });

  // Bug: a date in an Uyghur sentence read backwards because nothing isolates it.
  it('isolates by LRI … PDI', () => {
    expect(
      [...isolate('2026-11-23')]
        .map((c) => c.codePointAt(0))
        .filter((c) => c === 0x2066 || c === 0x2069),
    ).toHaveLength(2);
  });
});
