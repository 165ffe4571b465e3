import { describe, expect, it } from 'vitest';
import { Today } from './today';

// 2026-11-23 23:59 in Shanghai is day 20780.
const EVENING = Date.UTC(2026, 10, 23, 15, 59);
const DAY = 20_780;

describe('Today', () => {
  // Would catch: a certificate that ended yesterday still valid on a desk left open over midnight.
  it('turns at midnight in Shanghai', () => {
    let now = EVENING;
    const today = new Today(() => now);
    today.set(DAY);
    expect([today.turns(), today.day]).toEqual([false, DAY]);
    now += 60_000;
    expect([today.turns(), today.day]).toEqual([true, DAY + 1]);
    expect(today.turns()).toBe(false);
  });

  // Would catch: a clock set back making ended certificates valid, or a corrected one skipping days.
  it('never goes back and never runs ahead of the calendar', () => {
    let now = EVENING - 2 * 86_400_000;
    const today = new Today(() => now);
    today.set(DAY);
    now += 86_400_000;
    expect([today.turns(), today.day]).toEqual([false, DAY]);
    now = EVENING;
    expect([today.turns(), today.day]).toEqual([false, DAY]);
  });

  // Would catch: a clock known to be days ahead at the unlock making certificates of later days valid at midnight.
  it('turns nothing by a clock that shows another day than main', () => {
    let now = EVENING + 3 * 86_400_000;
    const today = new Today(() => now);
    today.set(DAY);
    now += 60_000;
    expect([today.turns(), today.day]).toEqual([false, DAY]);
  });
});
