import { describe, expect, it } from 'vitest';
import type { ExportRow } from '../data/rows';
import { listParts } from './list-parts';

const row = (companyName: string, kindLabel: string) => ({ companyName, kindLabel }) as ExportRow;
const both = [{ field: 'companyName' }, { field: 'kindLabel' }] as const;
const times = (count: number, make: (i: number) => ExportRow) =>
  Array.from({ length: count }, (_, i) => make(i));

describe('parts of a list', () => {
  const rows = [
    ...times(4, () => row('甲公司', '电工')),
    ...times(5, () => row('', '电工')),
    ...times(3, () => row('乙公司', '焊工')),
  ];

  // Bug: a bookmark leads to the row before or after its part, or a part without a name has an empty bookmark.
  it('are the companies where rows stand together by company', () => {
    expect(listParts(rows, both)).toEqual([
      { from: 0, title: '甲公司（4 条）' },
      { from: 4, title: '未填写（5 条）' },
      { from: 9, title: '乙公司（3 条）' },
    ]);
  });

  // Bug: a column that the template leaves out is told by the bookmarks.
  it('never name what the list does not show', () => {
    const titles = listParts(rows, [{ field: 'kindLabel' }]).map(({ title }) => title);
    expect(titles).toEqual(['电工（9 条）', '焊工（3 条）']);
    expect(listParts(rows, [{ field: 'name' }])).toEqual([]);
  });

  // Bug: a company that comes back has two bookmarks, as if the first were all of it; thousands of bookmarks for single rows.
  it('are every hundred rows where nothing stands together', () => {
    const mixed = times(250, (i) => row(`公司 ${i % 7}`, i % 2 === 0 ? '电工' : '焊工'));
    expect(listParts(mixed, both)).toEqual([
      { from: 0, title: '第 1–100 条' },
      { from: 100, title: '第 101–200 条' },
      { from: 200, title: '第 201–250 条' },
    ]);
    const each = times(300, (i) => row(`公司 ${i}`, '电工'));
    expect(listParts(each, both).map(({ from }) => from)).toEqual([0, 100, 200]);
    expect(
      listParts(
        times(100, (i) => row(`公司 ${i}`, '电工')),
        both,
      ),
    ).toEqual([]);
  });
});
