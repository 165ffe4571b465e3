import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../shared/domain/model';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import { historyOf } from '../test/history-of';
import { Cube } from './cube';
import { Making } from './making';
import { TREND_POINTS, TrendColumns } from './past';
import { atOnce } from './steps';

const TODAY = 20_000;
const parsed = parseRulePack(
  JSON.parse(
    readFileSync(
      resolve(import.meta.dirname, '../../../resources/rule-packs/national-2026.11.1.json'),
      'utf8',
    ),
  ),
);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;

/** Every array of numbers that an object leads to, and what its maps hold. */
function heldBy(one: unknown, seen = new Set<unknown>()): { read: () => number[] }[] {
  if (typeof one !== 'object' || one === null || seen.has(one)) return [];
  seen.add(one);
  if (ArrayBuffer.isView(one))
    return [{ read: () => [...(one as unknown as ArrayLike<number> & Iterable<number>)] }];
  if (one instanceof Map)
    return [
      { read: () => [...one.keys(), ...one.values()].filter((value) => typeof value === 'number') },
      ...[...one.values()].flatMap((value) => heldBy(value, seen)),
    ];
  if (Array.isArray(one) && one.every((value) => typeof value === 'number'))
    return [{ read: () => one as number[] }];
  return Object.values(one).flatMap((value) => heldBy(value, seen));
}

// Bug: a column, an index or a table beside the columns that is forgotten when the desk is locked.
it('what a board was counted from is overwritten, every array and map of it', async () => {
  const cube = new Cube();
  const put = (id: number): void =>
    cube.put({
      id,
      kind: 3,
      category: 7,
      baseStatus: 1,
      region: 330_602 + (id % 4),
      industry: 26,
      validFrom: TODAY - 100,
      validTo: TODAY + 10 + id,
      reviewDue: TODAY + 5,
      company: 40 + (id % 9),
      body: 3,
      holder: 10_000 + id,
      nameId: 1 + (id % 30),
    });
  for (let id = 1; id <= 300; id++) put(id);
  atOnce(cube.sortRows());
  // Changes after the sort stand beside it.
  for (let id = 290; id <= 320; id++) put(id);
  const history = historyOf(
    cube,
    Array.from({ length: 200 }, (_, i) => [
      i + 1,
      { type: EVENT_TYPES.issued, day: TODAY - 100, validTo: TODAY + 11 + i, reviewDue: null },
    ]),
  );
  const making = new Making(TREND_POINTS);
  const trend = await TrendColumns.build(cube, history, { pack, day: TODAY }, making);
  for (const one of [cube, history, trend]) {
    const held = heldBy(one);
    expect(held.filter(({ read }) => read().some((value) => value !== 0)).length).toBeGreaterThan(
      1,
    );
    one.zero();
    // Days of the year's points are no person's: they are no array, and stay.
    expect(held.flatMap(({ read }) => read().filter((value) => value !== 0))).toEqual([]);
  }
});
