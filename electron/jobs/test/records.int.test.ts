import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, describe, expect, it } from 'vitest';
import {
  DEFAULT_TEMPLATES,
  type ExportTemplate,
  FULL_TEMPLATE,
} from '../../../shared/domain/policy/export-templates';
import type { ExportMeta } from '../package/manifest';
import { type VerificationReport, verifyPackage } from '../package/verify';
import { writePackageZip } from '../package/zip/write';
import { makeMeta, makePackage, makePackageRig } from './package-rig';
import { ticketAuthority } from './ticket-rig';

const rig = makePackageRig();
afterAll(() => rig.remove());

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: rig.folder, encoding: 'utf8' });
const template = (change: Partial<ExportTemplate>): NonNullable<ExportMeta['template']> => {
  const { names, maxRows: _maxRows, columns, ...kept } = { ...FULL_TEMPLATE, ...change };
  return { ...kept, name: names['zh-CN'], columns: [...columns] };
};
const verify = (path: string): Promise<VerificationReport> =>
  verifyPackage(path, { trustRoots: [rig.rootDer], ticketRoots: [ticketAuthority().rootDer] });

async function made(
  name: string,
  count: number,
  change: Partial<ExportTemplate>,
  more: Partial<ExportMeta> = {},
) {
  const target = join(rig.folder, `${name}.zip`);
  const meta = makeMeta({ template: template(change), ...more });
  const { manifest } = await makePackage(rig, { count, target, meta });
  const folder = join(rig.folder, name);
  run('unzip', '-q', '-o', target, '-d', folder);
  const paths = manifest.files.map(({ path }) => path);
  return { target, manifest, paths, folder };
}
const failed = ({ checks }: VerificationReport) =>
  checks.filter(({ ok }) => !ok).map(({ id }) => id);

/** The same files as another archive. */
async function repacked(folder: string, names: readonly string[]): Promise<VerificationReport> {
  const target = join(rig.folder, 'repacked.zip');
  await writePackageZip(folder, names, target, Date.now(), new AbortController().signal);
  return verify(target);
}

describe('pages of the records', () => {
  // Bug: a page is missing, broken or without its code; the file is in no manifest.
  it('are one file, a page for each with a bookmark, sound to other programs', async () => {
    const { target, folder, paths, manifest } = await made('merged', 40, { records: 'merged' });
    expect(paths).toEqual(['report.pdf', 'data.xlsx', 'data.csv', 'records.pdf']);
    const report = await verify(target);
    expect(failed(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    const file = join(folder, 'records.pdf');
    expect(run('pdfinfo', file)).toMatch(/Pages:\s+40\b/u);
    expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors');
    const text = run('pdftotext', '-layout', file, '-');
    expect(text.split(manifest.verificationCode).length - 1).toBe(40);
    for (const part of [
      '京建安C1(2015)0000039',
      '110105********002X',
      '不替代证书原件',
      '第 40 页',
    ])
      expect(text).toContain(part);
    expect(run('qpdf', '--json', '--json-key=outlines', file)).toContain('张*三');
  });

  // Bug: a green by data of half a year ago leaves the office as one of this morning, in some file of the package.
  it('and all that stands beside them say when the data were too old', async () => {
    const old = { isStale: true as const };
    const { target, folder } = await made('stale', 3, { records: 'merged' }, old);
    expect((await verify(target)).verdict).toBe('valid');
    const warned = (text: string) => text.replaceAll(/\s/gu, '').includes('已超过规定天数未更新');
    for (const file of ['report.pdf', 'records.pdf'])
      expect(warned(run('pdftotext', '-layout', join(folder, file), '-')), file).toBe(true);
    const inSheet = ['-p', join(folder, 'data.xlsx'), 'xl/worksheets/sheet1.xml'];
    expect(warned(run('unzip', ...inSheet))).toBe(true);
    const fresh = await made('fresh', 3, { records: 'merged' });
    expect(warned(run('pdftotext', join(fresh.folder, 'records.pdf'), '-'))).toBe(false);
  });

  // Bug: files of records that no hash covers, that change places, or of which one is left out unseen.
  it('are a file each, every one of them signed for', async () => {
    const { target, folder, paths } = await made('each', 12, { records: 'each', hasList: false });
    expect(paths.slice(3)).toHaveLength(12);
    expect((await verify(target)).verdict).toBe('valid');
    const names = [...paths, 'manifest.json', 'manifest.p7s'];
    expect((await repacked(folder, names)).verdict).toBe('valid');
    const without = (name: string) => names.filter((one) => one !== name);
    expect(failed(await repacked(folder, without('records/0012.pdf')))).toContain('container');
    expect(failed(await repacked(folder, without('records/0003.pdf')))).toContain('container');
    run('cp', join(folder, 'records/0001.pdf'), join(folder, 'records/0013.pdf'));
    const wider = [...paths, 'records/0013.pdf', 'manifest.json', 'manifest.p7s'];
    expect(failed(await repacked(folder, wider))).toContain('container');
    run('cp', join(folder, 'records/0002.pdf'), join(folder, 'records/0001.pdf'));
    expect(failed(await repacked(folder, names))).toEqual(['file-records']);
  });

  // Bug: more pages than a package may have are written until the disk is full.
  it('are refused for too many records', async () => {
    await expect(made('many', 501, { records: 'merged' })).rejects.toThrow('too many');
  });
});

describe('a template', () => {
  // Bug: a column that the template leaves out stands in the workbook, the table or the report after all.
  it('has its columns and no others, in every file', async () => {
    const columns = ['statusLabel', 'name', 'kindLabel', 'validTo'] as const;
    const { target, folder, manifest } = await made('narrow', 30, { id: 'narrow', columns });
    expect(manifest.fields).toEqual(columns);
    const csv = readFileSync(join(folder, 'data.csv'), 'utf8').replace(/^\uFEFF/u, '');
    const [head] = Papa.parse<string[]>(csv).data;
    expect(head).toEqual(['状态', '姓名', '证书类别', '有效期止', '追溯编号']);
    const text = run('pdftotext', '-layout', join(folder, 'report.pdf'), '-');
    for (const absent of ['110105********002X', '京建安C1'])
      for (const all of [csv, text]) expect(all).not.toContain(absent);
    expect((await verify(target)).verdict).toBe('valid');
  });

  // Bug: a package of one form passes for one of another, or leaves in plain what had to be encrypted.
  it('is the one that was asked for', async () => {
    const other = makeMeta({ template: template({ id: 'narrow' }) });
    const meta = { ...other, template: template({ id: 'full' }) };
    const target = join(rig.folder, 'other.zip');
    await expect(makePackage(rig, { count: 5, target, meta })).rejects.toThrow('template');
    await expect(made('plain', 5, { needsRecipient: true })).rejects.toThrow('not encrypted');
  });

  // Bug: a shipped template that the server itself would refuse.
  it('is of a sound form where it is shipped', async () => {
    const { ExportPolicySchema } = await import('../../../shared/protocol/ticket');
    const { SAFE_EXPORT_POLICY } = await import('../../../shared/domain/policy/export-policy');
    const policy = { ...SAFE_EXPORT_POLICY, templates: DEFAULT_TEMPLATES };
    expect(ExportPolicySchema.parse(policy)).toEqual(policy);
    const [first] = DEFAULT_TEMPLATES;
    for (const templates of [
      [first, first],
      [{ ...first, columns: ['name'] }],
      [{ ...first, records: 'each' }],
      [],
    ])
      expect(ExportPolicySchema.safeParse({ ...policy, templates }).success).toBe(false);
  });
});
