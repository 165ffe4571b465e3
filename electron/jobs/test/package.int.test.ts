import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signPrehashed } from '../../device/drivers/training/prehashed';
import { issueIdentity } from '../../device/test/softhsm-rig';
import { type PublishedPackage, prepareExport } from '../package/builder';
import { PACKAGE_FILES } from '../package/layout';
import { sweepStaging } from '../package/staging';
import { verifyPackage } from '../package/verify';
import {
  makeBatches,
  makeMeta,
  makePackage,
  makePackageRig,
  prepare,
  type SignerName,
} from './package-rig';
import { contentOf, heardTables, markOf, type Outline } from './structure';
import { ticketAuthority } from './ticket-rig';

const rig = makePackageRig();
afterAll(() => rig.remove());

const run = (folder: string, command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function unpack(zip: string): string {
  const folder = `${zip}.d`;
  run(rig.folder, 'unzip', '-q', '-o', zip, '-d', folder);
  return folder;
}

describe.each<SignerName>(['ec', 'rsa'])('package signed with %s', (signer) => {
  const target = join(rig.folder, `${signer}.zip`);
  let published: PublishedPackage;
  let folder: string;

  beforeAll(async () => {
    published = await makePackage(rig, { count: 600, signer, target });
    folder = unpack(target);
  });

  // Bug: our signature passes our own verifier only, or openssl's word does not depend on what was signed.
  it('is accepted by openssl cms as CAdES under the root, and not with a byte changed', () => {
    const check = (content: string, signature = 'manifest.p7s') =>
      run(
        folder,
        'sh',
        '-c',
        `openssl cms -verify -binary -cades -content ${content} -inform DER -in ${signature} -CAfile ${rig.rootPem} -purpose any -out /dev/null 2>&1 || true`,
      );
    expect(check('manifest.json')).toContain('CAdES Verification successful');
    for (const name of ['manifest.json', 'manifest.p7s']) {
      const bytes = readFileSync(join(folder, name));
      const at = bytes.length - 40;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(join(folder, 'changed'), bytes);
      const answer =
        name === 'manifest.json' ? check('changed') : check('manifest.json', 'changed');
      expect(answer, name).not.toContain('Verification successful');
    }
    rmSync(join(folder, 'changed'));
  });

  // Bug: a workbook that another program repairs, cuts, or shows with ruined numbers.
  it('has a workbook that LibreOffice reads cell by cell as data.csv has it', () => {
    const cells = (file: string) =>
      Papa.parse<string[]>(readFileSync(file, 'utf8').replace(/^\uFEFF/u, '')).data.filter(
        (row) => row.length > 1,
      );
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76';
    execFileSync(
      'soffice',
      ['--headless', '--convert-to', filter, '--outdir', `${folder}.office`, 'data.xlsx'],
      {
        cwd: folder,
        stdio: 'ignore',
        env: { ...process.env, HOME: rig.folder },
      },
    );
    // The csv neutralises what a spreadsheet would take for a formula; a workbook's texts need no such mark.
    const plain = (row: readonly string[]) => row.map((cell) => cell.replace(/^'/u, ''));
    const read = cells(join(`${folder}.office`, 'data.csv'))
      .slice(1)
      .map(plain);
    // Each line of the csv ends with the trace number, which the workbook has above its rows.
    const own = cells(join(folder, 'data.csv')).map((row) => plain(row.slice(0, -1)));
    expect(read.slice(-600)).toEqual(own.slice(-600));
    expect(read.length).toBeGreaterThanOrEqual(601);
  });

  // Bug: a report that readers call altered or broken.
  it('has a report that pdfsig calls valid and qpdf finds sound', () => {
    const out = run(folder, 'pdfsig', '-nocert', 'report.pdf');
    expect(out).toContain('Signature is Valid');
    expect(out).toContain('ETSI.CAdES.detached');
    expect(out).toContain('Total document signed');
    expect(run(folder, 'qpdf', '--check', 'report.pdf')).toContain(
      'No syntax or stream encoding errors',
    );
  });

  // Bug: what is heard instead of seen lies outside the signature.
  it('has a report that pdfsig calls altered when a word of its structure is another', () => {
    const bytes = readFileSync(join(folder, 'report.pdf'));
    const at = bytes.lastIndexOf('/S /TD');
    bytes.write('/S /TH', at, 'latin1');
    writeFileSync(join(folder, 'altered.pdf'), bytes);
    const out = run(folder, 'sh', '-c', 'pdfsig -nocert altered.pdf 2>&1; rm altered.pdf');
    expect(out).toContain('Digest Mismatch');
  });

  // Bug: a list is heard in another order than it is read, a repeated heading stands among its rows, a cell moves up
  // where the one before it is empty.
  it('has a report that is heard row by row as data.csv has it', () => {
    expect(run(folder, 'pdfinfo', 'report.pdf')).toMatch(/^Tagged: +yes$/mu);
    const list = heardTables(run(folder, 'pdfinfo', '-struct-text', 'report.pdf')).at(-1) ?? [];
    const csv = readFileSync(join(folder, 'data.csv'), 'utf8').replace(/^\uFEFF/u, '');
    const { data } = Papa.parse<string[]>(csv);
    const [head = [], ...rows] = data.filter((row) => row.length > 5);
    const [heard = [], ...heardRows] = list;
    const shown = heard.map((heading) => head.indexOf(heading));
    expect(shown).not.toContain(-1);
    const plain = (cell: string) => cell.replace(/^'/u, '').replace('𠮷', '〔U+20BB7〕');
    expect(heardRows).toEqual(rows.map((row) => shown.map((at) => plain(row[at] ?? ''))));
    expect(heardRows).toHaveLength(600);
  });

  // Bug: the tree from a page's content back to its elements leads to those of another page.
  it('has pages whose content pdf.js finds in the element that it belongs to', async () => {
    const data = new Uint8Array(readFileSync(join(folder, 'report.pdf')));
    const document = await getDocument({ data, verbosity: 0 }).promise;
    for (const number of [1, 2, 9]) {
      const page = await document.getPage(number);
      const owned = contentOf(await page.getStructTree());
      const { items } = await page.getTextContent({ includeMarkedContent: true });
      const marked = items.flatMap((item) => markOf(item));
      expect(marked.length).toBeGreaterThan(20);
      expect(owned.sort()).toEqual(marked.sort());
    }
    await document.destroy();
  });

  // Bug: a bookmark leads to the page before or after its part.
  it('has bookmarks that lead to their rows', () => {
    const out = run(folder, 'qpdf', '--json', '--json-key=outlines', 'report.pdf');
    const { outlines } = JSON.parse(out) as { readonly outlines: readonly Outline[] };
    expect(outlines.map(({ title }) => title)).toEqual(['封面', '清单']);
    const pages = run(folder, 'pdftotext', '-layout', 'report.pdf', '-').split('\f');
    const parts = outlines[1]?.kids ?? [];
    expect(parts).toHaveLength(6);
    for (const { title, destpageposfrom1 } of parts) {
      const first = Number(/第 (\d+)–/u.exec(title)?.[1]) - 1;
      expect(pages[destpageposfrom1 - 1]).toContain(String(first).padStart(7, '0'));
    }
  });

  // Bug: names outside the font come out blank; the cover or the list is missing from the text.
  it('has a report whose text is all there', () => {
    const text = run(folder, 'pdftotext', '-layout', 'report.pdf', '-');
    for (const part of [
      '安全生产证书核查导出报告',
      '建筑施工企业专项检查',
      '共 600 条',
      'U+20BB7',
      '买**·***',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('京建安C1(2015)0000599');
  });

  // Bug: the verifier says more than it knows about the issuer, or less.
  it('is valid under its root, of unknown issuer without it or under another', async () => {
    const ticketRoots = [ticketAuthority().rootDer];
    const trusted = await verifyPackage(target, { trustRoots: [rig.rootDer], ticketRoots });
    expect(trusted.checks.filter((check) => !check.ok)).toEqual([]);
    expect(trusted.verdict).toBe('valid');
    expect(trusted.manifest).toEqual(published.manifest);
    expect((await verifyPackage(target, { trustRoots: [] })).verdict).toBe('unknown-issuer');
    const other = makePackageRig();
    const stranger = await verifyPackage(target, { trustRoots: [other.rootDer] });
    other.remove();
    expect(stranger.checks.find((check) => check.id === 'issuer')?.ok).toBe(false);
    expect(stranger.verdict).toBe('unknown-issuer');
  });

  // Bug: staging keeps a copy of what was exported, or an unfinished archive stays beside it.
  it('leaves the archive and nothing else', () => {
    expect(readdirSync(rig.stagingDir)).toEqual([]);
    expect(readdirSync(rig.folder).filter((name) => name.includes('.part'))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([...PACKAGE_FILES].sort());
  });
});

describe('an export that does not finish', () => {
  const meta = makeMeta();
  const files = () => readdirSync(rig.stagingDir);

  // Bug: a cancel while writing leaves files, or is reported as success.
  it('leaves nothing after a cancel in the middle', async () => {
    const controller = new AbortController();
    const pending = prepare(rig, 'ec', 20_000, meta, controller.signal);
    setTimeout(() => controller.abort(), 60);
    await expect(pending).rejects.toThrow();
    expect(files()).toEqual([]);
  });

  // Bug: a signature of another key is packed and published.
  it('refuses a signature that does not hold, and leaves nothing', async () => {
    const prepared = await prepare(rig, 'ec', 10, meta);
    const wrong = rig.signDigest('ec', new Uint8Array(32));
    await expect(prepared.embedPdfSignature(wrong)).rejects.toThrow('does not hold');
    expect(files()).toEqual([]);
  });

  // Bug: an export of nothing is signed.
  it('refuses no rows', async () => {
    await expect(prepare(rig, 'ec', 0, meta)).rejects.toThrow('no rows');
  });

  // Bug: a folder that is gone is noticed after the signatures were given, with files left behind.
  it('names a target that is not there and leaves nothing', async () => {
    const prepared = await prepare(rig, 'ec', 10, meta);
    const first = rig.signDigest('ec', prepared.pdfDigest ?? new Uint8Array());
    const second = rig.signDigest('ec', await prepared.embedPdfSignature(first));
    await expect(prepared.finish(second, join(rig.folder, 'gone', 'x.zip'))).rejects.toThrow();
    expect(files()).toEqual([]);
  });

  // Bug: a killed export's files stay for ever.
  it('is swept at the next start', async () => {
    await prepare(rig, 'ec', 10, meta);
    expect(files()).toHaveLength(1);
    expect(await sweepStaging(rig.stagingDir)).toBe(1);
    expect(files()).toEqual([]);
  });
});

describe('a certificate that may not sign', () => {
  // Bug: an encryption certificate's signature is as good as any to the verifier.
  it('makes no package', async () => {
    issueIdentity(rig.folder, { name: 'enc', subject: '/CN=Enc', usage: 'keyEncipherment' });
    const der = new Uint8Array(readFileSync(join(rig.folder, 'enc.der')));
    const key = createPrivateKey(readFileSync(join(rig.folder, 'enc.key')));
    const prepared = await prepareExport({
      rows: makeBatches(5),
      meta: makeMeta(),
      stagingDir: rig.stagingDir,
      certificates: [der],
      signal: new AbortController().signal,
    });
    const first = signPrehashed(key, prepared.pdfDigest ?? new Uint8Array());
    const second = signPrehashed(key, await prepared.embedPdfSignature(first));
    const target = join(rig.folder, 'enc.zip');
    await expect(prepared.finish(second, target)).rejects.toThrow('certificate-usage');
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(rig.stagingDir)).toEqual([]);
  });
});
