import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ProcessPort, portPair } from '../../device/process-port';
import { newVerificationCode } from '../package/verification-code';
import type { JobsEvent } from '../protocol';
import { serveJobs } from '../serve';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-record-pdf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8' });

const facts = {
  traceId: 'DC-20261127-0009',
  verificationCode: newVerificationCode(),
  office: '绍兴市应急管理局',
  requester: '许知衡 330600127',
  createdAtMs: Date.UTC(2026, 10, 27, 2),
  dataAsOfMs: Date.UTC(2026, 10, 27, 1),
  marks: {
    watermark: '许知衡 330600127 离线 D-1',
    traceId: 'DC-20261127-0009',
    isPractice: true,
  },
};
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => [`2026-01-${i + 10}`, '年度再培训', `${i}`, '培训中心']);
const sheet = {
  title: '特种作业操作证',
  status: 'expiring',
  statusLabel: '即将到期',
  lead: '𠮷*三 ئا',
  facts: [
    ['证书编号', 'T330602********123X'],
    ['证件号码', '330602********123X'],
    ['工作单位', '绍兴第一建筑工程有限责任公司'.repeat(4)],
  ] as [string, string][],
  tables: ['培训', '考试', '变更记录'].map((title, i) => ({
    title,
    columns: [
      ['日期', 0.2],
      ['课程', 0.25],
      ['学时', 0.15],
      ['培训机构', 0.4],
    ] as [string, number][],
    rows: rows(i === 1 ? 0 : 20),
    note: i === 1 ? '没有考试记录。' : '',
  })),
};

function ask(request: unknown): Promise<JobsEvent> {
  const [ours, theirs]: readonly [ProcessPort, ProcessPort] = portPair();
  return new Promise((resolve) => {
    ours.onMessage((message) => {
      const event = message as JobsEvent;
      if (event.kind !== 'ready') resolve(event);
    });
    serveJobs(theirs);
    ours.postMessage(request);
  });
}

describe('one record on paper', () => {
  // Bug: a page without its code, its watermark or the end of a long table; a file that other programs repair.
  it('is a sound document with everything on it', async () => {
    const path = join(folder, 'one.pdf');
    expect(await ask({ kind: 'record.pdf', id: 1, path, sheets: [sheet], facts })).toEqual({
      kind: 'record.written',
      id: 1,
    });
    expect(run('qpdf', '--check', path)).toContain('No syntax or stream encoding errors');
    const text = run('pdftotext', '-layout', path, '-');
    for (const part of [
      ...[facts.verificationCode, facts.traceId, '330602********123X', '即将到期', '没有考试记录'],
      ...['2026-01-29', 'U+20BB7', '不替代证书原件', '练习签名'],
    ])
      expect(text).toContain(part);
    expect(readdirSync(folder)).toEqual(['one.pdf']);
  });

  // Bug: the people of one company on another's page, a box to tick that the font does not have, a page without its marks.
  it('is a page a company, with boxes to tick, for a list of visits', async () => {
    const path = join(folder, 'visits.pdf');
    const { verificationCode: _, ...rest } = facts;
    const visit = (lead: string, count: number) => ({
      ...sheet,
      lead,
      tables: [
        {
          title: '持证人员',
          columns: [
            ['姓名', 0.5],
            ['到岗', 0.25],
            ['整改', 0.25],
          ] as [string, number][],
          rows: Array.from({ length: count }, (_, n) => [`张*${n}`, '□', '□']),
          note: '',
        },
      ],
    });
    const sheets = [
      visit('绍兴第一建筑工程有限责任公司', 44),
      visit('越城机电安装有限公司', 12),
      visit('其他走访事项', 1),
    ];
    const request = { kind: 'record.pdf', id: 3, path, sheets, facts: rest };
    expect(await ask(request)).toEqual({ kind: 'record.written', id: 3 });
    const pages = run('pdftotext', '-layout', path, '-').split('\f').slice(0, -1);
    const [first = '', second = ''] = [
      pages.find((page) => page.includes('绍兴第一建筑')),
      pages.find((page) => page.includes('越城机电安装')),
    ];
    expect(first).not.toContain('越城机电安装');
    expect(second.match(/□/g)).toHaveLength(2 * 12);
    expect(pages.at(-1)).toContain('其他走访事项');
    for (const page of pages) expect(page).toContain(facts.traceId);
    expect(pages.join('').match(/张\*\d+/g)).toHaveLength(57);
    expect(pages.join('')).not.toMatch(/U\+/);
    rmSync(path);
  });

  // Bug: a folder that is gone ends the process, or a half file stays.
  it('is told where it cannot be written', async () => {
    const path = join(folder, 'gone', 'one.pdf');
    expect(await ask({ kind: 'record.pdf', id: 2, path, sheets: [sheet], facts })).toMatchObject({
      kind: 'record.failed',
      id: 2,
    });
    expect(existsSync(path)).toBe(false);
  });
});
