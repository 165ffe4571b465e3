import { expect, test } from 'vitest';
import { rowsInView, scrollFor } from './use-rows-in-view';

const PLACES = { rowHeight: 32, headHeight: 32, count: 1_000_000 };

// Bug: a row on screen stays empty at the start, the end or between, or a list of a million costs more than one of ten.
test('every row on screen is in the range, and no more than a few beyond', () => {
  for (const scrollTop of [0, 1, 31, 32, 5_000, 31_999_000, 32_000_000]) {
    const [first, last] = rowsInView(scrollTop, 500, PLACES);
    // Rows are laid out beneath the head, which covers the first of the box's pixels.
    const top = Math.floor(scrollTop / 32);
    const end = Math.min(999_999, Math.floor((scrollTop + 500 - 32 - 1) / 32));
    expect(first).toBeLessThanOrEqual(Math.min(top, 999_999));
    expect(last).toBeGreaterThanOrEqual(end);
    expect(last - first).toBeLessThan(26);
    expect(last).toBeLessThan(1_000_000);
  }
  expect(rowsInView(0, 500, { ...PLACES, count: 0 })).toEqual([0, -1]);
  expect(rowsInView(9_000, 500, { ...PLACES, count: 3 })[1]).toBe(2);
});

// Bug: an arrow key moves to a row that stands behind the head or below the edge.
test('a row that is asked for stands whole between head and end', () => {
  for (const from of [0, 100, 64_000]) {
    for (const index of [0, 5, 1_999, 2_000, 2_014, 999_999]) {
      const at = scrollFor(index, from, 500, PLACES);
      const top = index * 32 + 32 - at;
      expect(top).toBeGreaterThanOrEqual(32);
      expect(top + 32).toBeLessThanOrEqual(500);
    }
  }
  expect(scrollFor(2, 0, 500, PLACES)).toBe(0);
});
