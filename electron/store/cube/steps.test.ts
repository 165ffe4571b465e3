import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CoreRow, Cube } from './cube';
import { NameIndex, type NameRow } from './name-index';
import { Names } from './names';
import { atOnce, pause, type Steps, withPauses } from './steps';

const row = (id: number, nameId: number): CoreRow => ({
  id,
  kind: 1,
  category: null,
  baseStatus: 1,
  region: 330_106,
  industry: 1,
  validFrom: 1,
  validTo: 2,
  reviewDue: null,
  company: (nameId % 5) + 1,
  body: null,
  holder: id,
  nameId,
});
const nameRow = (id: number): NameRow => ({
  id,
  text: `王${String.fromCodePoint(0x4e00 + (id % 20_000))}`,
  pinyin: `wang${id}`,
  initials: 'w',
});

/** Turns of others while the work goes on. */
async function turnsDuring<T>(
  steps: Steps<T>,
): Promise<{ readonly made: T; readonly turns: number }> {
  let isDone = false;
  let turns = 0;
  const others = (async () => {
    for (; !isDone; turns++) await pause();
  })();
  const made = await withPauses(steps);
  isDone = true;
  await others;
  return { made, turns };
}

describe('work in steps', () => {
  // Would catch: an index of all names or of one page's that a look-up has to wait for as a whole.
  it('lets others in between', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => nameRow(i + 1));
    const index = await turnsDuring(NameIndex.steps(rows));
    expect(index.turns).toBeGreaterThan(5);
    expect(index.made.byText(rows[41]?.text ?? '')?.ids).toContain(42);
    const some = new Map(rows.slice(0, 8_000).map((one) => [one.id, one]));
    const changed = await turnsDuring(Names.of(index.made).with(some));
    expect(changed.turns).toBeGreaterThan(0);
  });

  // Would catch: rows that a sort made in steps forgets, or rows of before it that are not found any more.
  it('sorts rows as a pass over all finds them', () => {
    const change = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.array(change, { maxLength: 60 }),
        (a, b) => {
          const cube = new Cube();
          // Few of many rows are asked for: otherwise there is no look-up.
          for (let id = 1_000; id < 1_400; id++) cube.put(row(id, 100));
          for (const [id, name] of a) cube.put(row(id, name));
          atOnce(cube.sortRows());
          for (const [id, name] of b) cube.put(row(id, name));
          for (let name = 1; name <= 9; name++) {
            const wanted = Array.from({ length: cube.count }, (_, i) => i).filter(
              (i) => cube.nameId[i] === name,
            );
            const found = [...(cube.rowsOfNames([name]) ?? [])].filter(
              (i) => cube.nameId[i] === name,
            );
            expect(found).toEqual(wanted);
          }
        },
      ),
    );
  });

  // Would catch: a sort that a look-up waits for amid a page, or one that is never made anew.
  it('is due after many changes, and not before', () => {
    const cube = new Cube();
    for (let id = 1; id <= 1_000; id++) cube.put(row(id, 1));
    atOnce(cube.sortRows());
    for (let k = 0; k < 65_536; k++) cube.put(row((k % 1_000) + 1, k + 2));
    expect(cube.isSortDue).toBe(false);
    cube.put(row(1, 7));
    expect(cube.isSortDue).toBe(true);
    atOnce(cube.sortRows());
    expect(cube.isSortDue).toBe(false);
    expect([...(cube.rowsOfNames([7]) ?? [])]).toEqual([0]);
  });
});
