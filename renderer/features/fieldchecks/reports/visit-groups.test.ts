import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import { visitGroups } from './visit-groups';

const entry = (id: string, company: string | null | undefined, doneMs: number | null = null) =>
  ({
    id,
    certificate: null,
    title: id,
    note: '',
    addedMs: 1,
    doneMs,
    ...(company === undefined ? {} : { company }),
  }) satisfies FollowUp;

describe('a list of visits by company', () => {
  // Bug: an entry is lost or stands twice, two companies under one head, a head whose count is not that of its entries.
  it('has each entry once, under its own company', () => {
    const entries = fc.array(
      fc.tuple(fc.constantFrom('甲', '乙', '', null, undefined), fc.constantFrom(null, 5)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(entries, (drawn) => {
        const items = drawn.map(([company, doneMs], i) => entry(String(i), company, doneMs));
        const groups = visitGroups(items);
        expect(new Set(groups.map(({ company }) => company)).size).toBe(groups.length);
        expect(groups.flatMap(({ entries: some }) => some.map(({ id }) => id)).sort()).toEqual(
          items.map(({ id }) => id).sort(),
        );
        for (const { company, entries: some, open } of groups) {
          expect(some.every((one) => (one.company || null) === company)).toBe(true);
          expect(some.filter(({ doneMs }) => doneMs === null)).toHaveLength(open);
          expect(some.slice(0, open).every(({ doneMs }) => doneMs === null)).toBe(true);
        }
      }),
    );
  });

  // Bug: on site the company with the most to do is at the end, or one that is done stands above what is open.
  it('begins with the company that has most open, and ends with what is done', () => {
    const items = [
      entry('1', '甲'),
      entry('2', null),
      entry('3', '丙', 9),
      entry('4', '乙'),
      entry('5', '乙'),
      entry('6', '乙', 9),
    ];
    expect(visitGroups(items).map(({ company, open }) => [company, open])).toEqual([
      ['乙', 2],
      ['甲', 1],
      [null, 1],
      ['丙', 0],
    ]);
  });
});
