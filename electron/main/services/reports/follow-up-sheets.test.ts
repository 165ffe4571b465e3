import { describe, expect, it } from 'vitest';
import type { CertificateItem } from '../../../../shared/ipc/routes/search';
import { recordSheetSchema } from '../../../jobs/package/pdf/sheet-schema';
import { type FollowUpLine, followUpSheets } from './follow-up-sheets';
import { visitSheet } from './visit-sheet';

const line = (n: number, company: string | null | undefined, note = ''): FollowUpLine => ({
  entry: {
    id: `01J${String(n).padStart(23, '0')}`,
    certificate: company === undefined ? null : n,
    title: `事项${n}`,
    note,
    addedMs: n,
    doneMs: null,
  },
  item:
    company === undefined
      ? null
      : ({
          id: n,
          kind: 'special-operation',
          name: `张*${n}`,
          number: `T330602********${1000 + n}`,
          company,
          validity: { status: n === 2 ? 'revoked' : 'valid', validTo: 20_500 },
        } as CertificateItem),
});

describe('sheets of a list of visits', () => {
  // Bug: people of two companies on one sheet, one left out or twice, an entry without a certificate lost.
  it('has one sheet a company, the largest first, and one for the rest', () => {
    const lines = [
      line(1, '甲'),
      line(2, '乙'),
      line(3, '乙', '复审'),
      line(4, undefined),
      line(5, null),
    ];
    const sheets = followUpSheets(lines, 20_490);
    expect(sheets.map(({ lead, statusLabel }) => [lead, statusLabel])).toEqual([
      ['乙', '待走访 2 项'],
      ['甲', '待走访 1 项'],
      ['无工作单位', '待走访 1 项'],
      ['其他走访事项', '待走访 1 项'],
    ]);
    const names = sheets.flatMap(({ tables }) => tables[0]?.rows.map((row) => row[1]) ?? []);
    expect(names.sort()).toEqual(['事项4', '张*1', '张*2', '张*3', '张*5']);
    expect(sheets[0]?.tables[1]?.rows).toEqual([['2', '复审']]);
    expect(sheets.map(({ status }) => status)).toEqual([
      'expired',
      'expiring',
      'expiring',
      'expiring',
    ]);
  });

  // Bug: a list as long as it may be, or the longest texts, that the process which writes pages refuses.
  it('stays within what a page may hold', () => {
    const long = '长'.repeat(500);
    const lines = Array.from({ length: 500 }, (_, n) =>
      line(n, n % 2 === 0 ? '甲'.repeat(200) : undefined, long),
    );
    const sheets = followUpSheets(lines, 20_490);
    for (const sheet of sheets) {
      expect(recordSheetSchema.safeParse(sheet).error).toBeUndefined();
      for (const { columns } of sheet.tables)
        expect(columns.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1);
    }
  });

  // Bug: a signed list without the reasons, with those of another company, or one that says nothing of what was done.
  it('says of a signed list why, and what was done when', () => {
    const lines = [line(1, '甲'), line(2, '乙'), line(3, '乙'), line(4, undefined)].map(
      ({ entry, item }, i): FollowUpLine => ({
        item,
        entry: {
          ...entry,
          doneMs: i === 1 ? Date.UTC(2026, 1, 5, 20) : null,
          ...(item === null ? {} : { reason: { kind: 'batch', line: i + 10, verdict: 'expired' } }),
        },
      }),
    );
    const sheets = followUpSheets(lines, 20_490, 'device');
    for (const sheet of sheets) {
      expect(recordSheetSchema.safeParse(sheet).error).toBeUndefined();
      for (const { columns, rows } of sheet.tables) {
        expect(columns.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1);
        for (const row of rows) expect(row).toHaveLength(columns.length);
      }
    }
    expect(sheets.map(({ statusLabel }) => statusLabel)).toEqual([
      '走访 2 项，已完成 1 项',
      '走访 1 项，已完成 0 项',
      '走访 1 项，已完成 0 项',
    ]);
    expect(sheets[0]?.tables[0]?.rows.map((row) => row.at(-1))).toEqual(['2026-02-06', '未完成']);
    expect(sheets[0]?.tables[1]?.rows.map(([, why]) => why?.slice(0, 10))).toEqual([
      '批量核验第 11 行',
      '批量核验第 12 行',
    ]);
    const { rows } = visitSheet('/x', lines, {
      traceId: 'DC-20260206-0001',
      by: 'device',
      atMs: Date.UTC(2026, 1, 6),
      dataAsOfMs: Date.UTC(2026, 1, 6),
      watermark: 'w',
    });
    expect(rows.map((row) => [row[1], row[2], row[6]?.slice(0, 10), row[7], row[8]])).toEqual([
      ['乙', '张*2', '批量核验第 11 行', '', '2026-02-06'],
      ['乙', '张*3', '批量核验第 12 行', '', ''],
      ['甲', '张*1', '批量核验第 10 行', '', ''],
      ['', '', '', '事项4', ''],
    ]);
  });
});
