import { expect, test } from 'vitest';
import { headLook, inkOf, packageAsOf } from './head-look';

const valid = { status: 'valid', statusLabel: '有效' };
const asOf = { dataAsOfMs: Date.UTC(2026, 5, 1) };

// Bug: a page from data of half a year ago has the same solid green 有效 as one of this morning.
test('a green by old data is hatched and says so; a fresh one is solid', () => {
  const fresh = headLook(valid, asOf);
  expect(fresh).toMatchObject({
    isHatched: false,
    warning: null,
    words: '有效　截至 2026-06-01 08:00',
  });
  const old = headLook(valid, { ...asOf, isStale: true });
  expect(old.isHatched).toBe(true);
  expect(old.ink).not.toBe(fresh.ink);
  expect(old.warning).toContain('超过规定天数');
});

// Bug: a list says 有效 in green by data that are too old, or softens what is bad.
test('in a list the green of old data loses its ink, and the package says their age', () => {
  expect(inkOf('valid', true)).not.toBe(inkOf('valid', false));
  expect(inkOf('expired', true)).toBe(inkOf('expired', false));
  expect(packageAsOf(asOf)).toBe('2026-06-01 08:00');
  expect(packageAsOf({ ...asOf, isStale: true })).toContain('已超过规定天数');
});

// Bug: what is bad is softened by its age, or its age is not said; a time that nobody noted is printed as one.
test('what is not green keeps its ink and says its age too', () => {
  const expired = { status: 'expired', statusLabel: '已过期' };
  const old = headLook(expired, { ...asOf, isStale: true });
  expect(old).toMatchObject({ isHatched: false, ink: headLook(expired, asOf).ink });
  expect(old.warning).not.toBeNull();
  expect(headLook(valid, { dataAsOfMs: null }).words).toBe('有效');
});
