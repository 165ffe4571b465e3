import { expect, it } from 'vitest';
import type { SitePerson, SiteVisit } from '../../../../shared/domain/site/visit';
import { recordSheetSchema } from '../../../jobs/package/pdf/sheet-schema';
import { siteDocument } from './site-document';
import { siteSheet } from './site-sheet';

const AT = Date.UTC(2026, 10, 1, 2, 20);

const person = (n: number, verdict: string): SitePerson => ({
  n,
  name: `张*${n}`,
  number: null,
  company: null,
  verdict,
  certificates: [],
  atMs: AT + n * 86_400_000,
  dueDay: verdict === 'missing' ? 20_800 : null,
  doneDay: null,
});
const visit = (...verdicts: readonly string[]): SiteVisit => ({
  id: 'V',
  place: '东门',
  startedMs: AT,
  closedMs: null,
  people: verdicts.map((verdict, i) => person(i + 1, verdict)),
  last: verdicts.length,
});

// Bug: a record in solid green, "nobody to put anything right", of people of whom nobody knows whether they may work.
it('is green only where nothing is open', () => {
  const head = (of: SiteVisit) => siteDocument(of, 'device', []);
  expect(head(visit('valid', 'genuine'))).toMatchObject({ status: 'valid' });
  for (const verdict of ['code-altered', 'name-mismatch', 'under-verification', 'not-in-slice']) {
    const { status, statusLabel, tables } = head(visit('valid', verdict));
    expect([verdict, status]).not.toEqual([verdict, 'valid']);
    if (status === 'expiring') {
      expect(statusLabel).toContain('待核实 1 人');
      expect(tables.find(({ title }) => title === '待核实')?.rows.map(([n]) => n)).toEqual(['2']);
    }
  }
  expect(head(visit('missing', 'code-altered'))).toMatchObject({ status: 'expired' });
  const many = head(visit(...Array.from({ length: 1_000 }, () => 'code-altered')));
  expect(recordSheetSchema.safeParse(many).error).toBeUndefined();
});

// Bug: verdicts of days ago under the date of the data on the day of the saving: valid by data that revoked them.
it('says of each when it was checked, and of no data that had no part in it', () => {
  const of = visit('valid', 'valid');
  const { facts, tables } = siteDocument(of, 'device', []);
  expect(facts).toContainEqual(['核查时间', '2026-11-01 10:20 至 2026-11-03 10:20']);
  expect(tables.at(-1)?.rows.map((row) => row.at(-1))).toEqual([
    '2026-11-02 10:20',
    '2026-11-03 10:20',
  ]);
  const frame = { traceId: 'DC-20261128-0001', by: 'device' as const, atMs: AT, watermark: 'w' };
  const sheet = siteSheet('/x', of, frame, []);
  expect(sheet.rows.map((row) => row.at(-1))).toEqual(['2026-11-02 10:20', '2026-11-03 10:20']);
  expect(JSON.stringify([facts, sheet.top])).not.toContain('数据截至');
  expect(JSON.stringify([facts, sheet.top])).toContain('其后的数据、核查标记和日期变化未计入');
});

// Bug: somebody whose certificate was revoked between the queue and the saving, let pass by a green record without a word.
it('names who would not be let pass any more', () => {
  const of = visit('valid', 'valid', 'expiring');
  const { status, facts } = siteDocument(of, 'device', [2, 3]);
  expect(status).toBe('expiring');
  const frame = { traceId: 'DC-20261128-0001', by: 'device' as const, atMs: AT, watermark: 'w' };
  for (const words of [facts, siteSheet('/x', of, frame, [2, 3]).top])
    expect(JSON.stringify(words)).toContain('序号 2、3 共 2 人的证书已失效或正在核查');
  const many = siteDocument(
    of,
    'device',
    Array.from({ length: 900 }, (_, i) => i + 1),
  );
  expect(recordSheetSchema.safeParse(many).error).toBeUndefined();
  expect(JSON.stringify(many.facts)).toContain('20 等 共 900 人');
});
