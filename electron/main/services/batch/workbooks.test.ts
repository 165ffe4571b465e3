import { expect, it } from 'vitest';
import { rowsSheet, summarySheet } from './workbooks';

// Bug: a list that was judged weeks ago, saved and signed under the date of today's data.
it('says when the list was checked, never the data of the day of the saving', () => {
  const head = { id: 'B', title: '名单', atMs: Date.UTC(2026, 10, 1, 2, 20), rows: 0, counts: {} };
  const frame = { watermark: 'w', traceId: 'DC-20261128-0001', by: 'device' as const };
  for (const { top } of [rowsSheet('/x', head, [], frame), summarySheet('/x', head, frame)]) {
    const words = JSON.stringify(top);
    expect(words).toContain('核验时间 2026-11-01 10:20，其后的数据、核查标记和日期变化未计入');
    expect(words).not.toContain('数据截至');
  }
});
