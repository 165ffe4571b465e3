import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportMeta } from '../manifest';
import type { BoardSheet } from './sheet';
import { writeBoard } from './write-board';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-board-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sheet: BoardSheet = {
  title: '看板',
  subtitle: '',
  tables: [
    {
      id: 'statuses',
      title: '状态',
      note: '',
      rowHeading: '状态',
      columns: [{ heading: '数量', format: 'count' }],
      rows: [{ key: 'valid', label: '有效', values: [3] }],
    },
  ],
};
const meta = {
  traceId: 'DC-20261128-0001',
  watermark: '李娜',
  verificationCode: 'ABCD-EFGH',
  dataAsOfMs: 0,
  practice: false,
} as ExportMeta;

// Bug: a board's export says nothing while it is made, and one that is called off goes on to its end.
it('says how far it is, and ends between two files when it is called off', async () => {
  const controller = new AbortController();
  const told: number[] = [];
  const making = writeBoard(folder, meta, sheet, {
    signal: controller.signal,
    onProgress: ({ done, total }) => {
      told.push(done);
      expect(total).toBe(3);
      if (done === 1) controller.abort();
    },
  });
  await expect(making).rejects.toMatchObject({ name: 'AbortError' });
  expect(told).toEqual([0, 1]);
  expect((await readdir(folder)).sort()).toEqual(['data.csv', 'data.xlsx']);
});
