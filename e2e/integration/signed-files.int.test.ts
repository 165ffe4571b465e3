import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyFile } from '../../electron/jobs/package/verify-document';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import { dayInShanghai } from '../../shared/kernel/day';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const bytes = (text: string) => new TextEncoder().encode(text);

let folder: string;
let target: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-signed-'));
  target = join(folder, 'target');
  await mkdir(target);
  central = await startCentral();
  await central.seed({
    region: '3301',
    certificates: 40,
    seed: 'signed-files',
    today: dayInShanghai(Date.now()),
  });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: [{ badge: '1001', name: '李娜', role: 'inspector' }],
  });
  rig = await startDeskRig(join(folder, 'desk'));
  await rig.office.enrol({ address: central.url, code, password: bytes('signed files 2026') });
  services().sync.start();
  await services().sync.settled();
  // What follows needs no line.
  await central.close();
  const { site } = services();
  await site.begin('某建筑工地');
  await site.missing('赵钱孙');
  await site.missing('周吴郑');
  await site.close();
  rig.chosen.folder = target;
}, 240_000);
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true, force: true });
});

const services = () => rig.office.demandServices();
const save = async () => {
  const { site, siteFiles } = services();
  const [head] = (await site.rectifications()).visits;
  return siteFiles.save(await site.visit(head?.id ?? ''));
};

// Bug: a record that its inspector did not sign is left in the folder, or in the private one.
it('leaves nothing where the signature is refused', async () => {
  const saving = save();
  const refused = expect(saving).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
  await services().signing.cancel();
  await refused;
  expect(readdirSync(target)).toEqual([]);
  expect(readdirSync(services().paths.exportsTemporary)).toEqual([]);
}, 180_000);

// Bug: the window shows other words than are signed, the signature covers less than the files, or a changed, exchanged or
// missing file passes the verifier.
it('is signed by the key of the inspector, offline, and every change is found', async () => {
  const saving = save();
  await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
  const words = services().signing.request('zh-CN');
  expect(words.title).toBe('签署记录文件');
  expect(words.rows.map(({ value }) => value)).toEqual(
    expect.arrayContaining(['现场核查记录', '某建筑工地', '2']),
  );
  const [choice] = (await services().signing.choices()).items;
  const { tokenId, keyRef } = choice?.shown ?? { tokenId: '', keyRef: '' };
  const confirmed = await services().signing.confirm(tokenId, keyRef, bytes(PRACTICE_PIN));
  expect(confirmed).toEqual({ outcome: 'signed' });
  const saved = await saving;
  expect(saved).toMatchObject({ by: 'u-key' });
  const stem = join(target, (saved?.file ?? '').replace(/\.pdf$/u, ''));
  const path = `${stem}.signature.json`;
  expect(readdirSync(target)).toHaveLength(4);

  // By openssl alone: message, key and signature out of the file.
  const { signed } = JSON.parse(readFileSync(path, 'utf8'));
  const leaf = new X509Certificate(Buffer.from(signed.certificates[0], 'base64'));
  const hash = createHash('sha256').update(leaf.raw).digest('hex');
  writeFileSync(join(folder, 'message'), `fieldcert-intent-v1\n${hash}\n${signed.intent}`);
  writeFileSync(join(folder, 'sig'), Buffer.from(signed.sig, 'base64'));
  writeFileSync(join(folder, 'key.pem'), leaf.publicKey.export({ type: 'spki', format: 'pem' }));
  const args = ['dgst', '-sha256', '-verify', join(folder, 'key.pem'), '-signature'];
  const said = execFileSync('openssl', [...args, join(folder, 'sig'), join(folder, 'message')]);
  expect(said.toString()).toContain('Verified OK');
  const other = signed.intent.replace(/"rows":\d+/u, '"rows":9');
  expect(other).not.toBe(signed.intent);
  writeFileSync(join(folder, 'message'), `fieldcert-intent-v1\n${hash}\n${other}`);
  expect(() =>
    execFileSync('openssl', [...args, join(folder, 'sig'), join(folder, 'message')], {
      stdio: 'pipe',
    }),
  ).toThrow();

  const paper = execFileSync('pdftotext', ['-layout', `${stem}.pdf`, '-']).toString();
  expect(paper).toContain('U-Key 签名');
  expect(paper).toContain('赵*孙');
  expect(paper).not.toContain('赵钱孙');

  const options = { trustRoots: [] };
  expect((await verifyFile(path, options)).verdict).toBe('practice');
  for (const ending of ['pdf', 'xlsx', 'json']) {
    const file = `${stem}.${ending}`;
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(changed.length >> 1) ^ 1, changed.length >> 1);
    writeFileSync(file, changed);
    expect((await verifyFile(path, options)).verdict, ending).toBe('invalid');
    writeFileSync(file, whole);
    renameSync(file, `${file}.away`);
    expect((await verifyFile(path, options)).verdict, ending).toBe('invalid');
    renameSync(`${file}.away`, file);
  }
  const text = readFileSync(path, 'utf8');
  for (const other of [
    text.replace('某建筑工地', '某建筑工厂'),
    text.replace('\\"rows\\":2', '\\"rows\\":1'),
    '{}',
    text.slice(0, -9),
  ]) {
    writeFileSync(path, other);
    expect((await verifyFile(path, options)).verdict).toBe('invalid');
  }
  writeFileSync(path, text);
  expect((await verifyFile(path, options)).verdict).toBe('practice');
}, 180_000);

// Bug: the signed list of visits has other people than the list, no reasons, what was ticked off as open, or a name in plain.
it('has every visit with its reason, and what was ticked off, in the store of the generator', async () => {
  const { followUps, visitFiles } = services();
  const selection = { from: 'list' as const, text: '', filter: {} };
  const { items, added } = await followUps.addSelection(selection);
  expect(added).toBe(40);
  await followUps.tick(items[0]?.id ?? '', true);
  await followUps.add({ certificate: null, title: '看望老张', note: '带表格' });
  // The window of the signature before may still be on its way out.
  await expect.poll(() => rig.signing.isOpen, { timeout: 30_000 }).toBe(false);
  const saving = visitFiles.save();
  await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
  const words = services().signing.request('zh-CN');
  expect(words.rows.map(({ value }) => value)).toEqual(expect.arrayContaining(['走访清单', '41']));
  const [choice] = (await services().signing.choices()).items;
  const { tokenId, keyRef } = choice?.shown ?? { tokenId: '', keyRef: '' };
  await services().signing.confirm(tokenId, keyRef, bytes(PRACTICE_PIN));
  const saved = await saving;
  const stem = join(target, (saved?.file ?? '').replace(/\.pdf$/u, ''));
  expect((await verifyFile(`${stem}.signature.json`, { trustRoots: [] })).verdict).toBe('practice');
  const paper = execFileSync('pdftotext', ['-layout', `${stem}.pdf`, '-']).toString();
  expect(paper.match(/走访原因/gu)?.length).toBeGreaterThan(0);
  expect(paper).toContain('看望老张');
  for (const { title } of items) {
    // The number of the certificate, as the page shows it.
    const number = title.split(' ').at(-1) ?? '';
    expect(paper.replaceAll(/\s/gu, '')).toContain(number);
  }
  expect(paper.match(/未完成/gu)).toHaveLength(40);
}, 180_000);
