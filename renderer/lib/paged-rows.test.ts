import { expect, test } from 'vitest';
import type { Answer } from '../../shared/ipc/define';
import { PagedRows } from './paged-rows';

type Given = Answer<{ rows: readonly string[]; total: number }>;
const FAILED: Given = { ok: false, error: { code: 'BUSY', params: {}, ref: '' } };

/** Rows whose answers lie there until they are given. */
function rig() {
  const waiting: { readonly offset: number; readonly give: (answer: Given) => void }[] = [];
  let changes = 0;
  const rows = new PagedRows<string>({
    size: 2,
    ask: (offset) => new Promise((give) => waiting.push({ offset, give })),
    changed: () => {
      changes += 1;
    },
  });
  const give = async (answer: Given) => {
    waiting.shift()?.give(answer);
    await new Promise((next) => setImmediate(next));
  };
  return { rows, waiting, give, changes: () => changes };
}

// Bug: a page that failed once is empty for good without a word, and nobody can ask for it again.
test('a page that could not be had is told, and asked for again', async () => {
  const { rows, waiting, give } = rig();
  rows.need(0, 3);
  rows.need(0, 3);
  expect(waiting.map(({ offset }) => offset)).toEqual([0, 2]);
  await give(FAILED);
  expect(rows).toMatchObject({ failure: { code: 'BUSY' }, isThere: false });
  await give({ ok: true, data: { rows: ['c'], total: 3 } });
  expect([rows.rowAt(0), rows.rowAt(2), rows.total]).toEqual([null, 'c', 3]);
  rows.again();
  expect(waiting.map(({ offset }) => offset)).toEqual([0]);
  await give({ ok: true, data: { rows: ['a', 'b'], total: 3 } });
  expect([rows.rowAt(0), rows.rowAt(1), rows.failure]).toEqual(['a', 'b', null]);
});

// Bug: of a long list a page in the middle could not be read: "again" takes the words away and asks for the first page alone.
test('what is asked again is what the table shows', async () => {
  const { rows, waiting, give } = rig();
  rows.begin();
  await give({ ok: true, data: { rows: ['a', 'b'], total: 9 } });
  rows.need(4, 5);
  await give(FAILED);
  rows.again();
  expect(rows.failure).toBe(null);
  expect(waiting.map(({ offset }) => offset)).toEqual([4]);
  await give({ ok: true, data: { rows: ['e', 'f'], total: 9 } });
  expect(rows.rowAt(4)).toBe('e');
});

// Bug: what was asked for one tab comes late and sets rows, total or a failure of another.
test('what comes after the end is not told', async () => {
  const { rows, give, changes } = rig();
  rows.begin();
  rows.need(2, 3);
  rows.end();
  await give({ ok: true, data: { rows: ['a', 'b'], total: 5_000 } });
  await give(FAILED);
  expect([rows.total, rows.rowAt(0), rows.failure, changes()]).toEqual([0, null, null, 0]);
});
