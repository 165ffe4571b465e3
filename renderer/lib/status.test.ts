import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUSES } from '../../shared/domain/model';
import { barOf, dayOf, STATUS_GROUPS, type Validity } from './status';

const validity = (
  from: number,
  to: number,
  reviewDue: number | null,
  deciding: Validity['deciding'],
): Validity => ({
  status: 'valid',
  colour: 'green',
  stage: null,
  daysLeft: 0,
  deciding,
  soon: { validity: false, review: false },
  validFrom: from,
  validTo: to,
  reviewDue,
});

describe('status groups', () => {
  // Bug: a status in no tab, or in two, so that the tabs' counts do not add up to the whole.
  it('put every status in exactly one tab', () => {
    const grouped = Object.values(STATUS_GROUPS).flat();
    expect([...grouped].sort()).toEqual(Object.keys(STATUSES).sort());
  });
});

describe('barOf', () => {
  // Bug: a bar that leaves its track for dates before the start, after the end or of one day.
  it('stays within the track', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: -500, max: 40_000 }),
        (from, span, day) => {
          const bar = barOf(
            validity(from, from + span, from + Math.floor(span / 2), 'validity'),
            day,
          );
          for (const percent of [bar.percent, bar.reviewPercent ?? 1])
            expect(percent >= 1 && percent <= 100).toBe(true);
        },
      ),
    );
  });

  // Bug: the card shows the end of validity although the review is what decides.
  it('names the review date when the review decides', () => {
    expect(barOf(validity(0, 2190, 1095, 'review'), 1000).decidingDay).toBe(1095);
    expect(barOf(validity(0, 2190, 1095, 'validity'), 1000).decidingDay).toBe(2190);
  });
});

describe('dayOf', () => {
  // Bug: bars and clocks drawn for the page's own clock, which anybody can set back.
  it('is the day that the status was given for', () => {
    expect(dayOf({ ...validity(0, 2190, 1095, 'review'), daysLeft: 95 })).toBe(1000);
    expect(dayOf({ ...validity(0, 2190, 1095, 'base'), daysLeft: -10 })).toBe(2200);
  });
});
