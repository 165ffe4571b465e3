import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signPrehashed } from '../../device/drivers/training/prehashed';
import { issueIdentity, openssl } from '../../device/test/softhsm-rig';
import type { ExportMeta } from '../package/manifest';
import { reviewFault } from '../package/review';
import { sentenceOf, statementOf } from '../package/statement';
import { type VerificationReport, verifyPackage } from '../package/verify';
import { writePackageZip } from '../package/zip/write';
import { makeMeta, makePackageRig, prepare } from './package-rig';
import { signTicket, ticketAuthority, ticketFor } from './ticket-rig';

const rig = makePackageRig();
afterAll(() => rig.remove());
const usage = 'digitalSignature,nonRepudiation';
const file = (...parts: string[]) => join(rig.folder, ...parts);
const der = (name: string) => new Uint8Array(readFileSync(file(`${name}.der`)));
const FILES = ['report.pdf', 'data.xlsx', 'data.csv', 'manifest.json', 'manifest.p7s'];
const REVIEWED = [...FILES, 'review.p7s'];

/** Meta whose ticket asks for a second person above five certificates. */
function reviewed(change: Partial<ExportMeta> = {}): ExportMeta {
  const meta = makeMeta(change);
  return { ...meta, ticket: signTicket(ticketFor(meta, { reviewOver: 5 })) };
}

/** Signed by Wang Wei; by `second` too where one is named. */
async function made(name: string, meta: ExportMeta, second?: string): Promise<string> {
  const prepared = await prepare(rig, 'ec', 20, meta);
  const first = prepared.pdfDigest && rig.signDigest('ec', prepared.pdfDigest);
  const signature = rig.signDigest('ec', await prepared.embedPdfSignature(first));
  const target = file(`${name}.zip`);
  if (second === undefined) await prepared.finish(signature, target);
  else {
    const digest = await prepared.reviewDigest([der(second), der('root')]);
    const key = createPrivateKey(readFileSync(file(`${second}.key`)));
    await prepared.finish(signature, target, signPrehashed(key, digest));
  }
  execFileSync('unzip', ['-q', '-o', target, '-d', file(name)]);
  return target;
}

const verify = (path: string): Promise<VerificationReport> =>
  verifyPackage(path, { trustRoots: [rig.rootDer], ticketRoots: [ticketAuthority().rootDer] });
const failed = ({ checks }: VerificationReport) =>
  checks.filter(({ ok }) => !ok).map(({ id }) => id);

/** The files of a folder as an archive. */
async function packed(folder: string, names: readonly string[]): Promise<VerificationReport> {
  const target = file('packed.zip');
  await writePackageZip(file(folder), names, target, Date.now(), new AbortController().signal);
  return verify(target);
}

beforeAll(() => {
  issueIdentity(rig.folder, { name: 'ec2', subject: '/O=Office/CN=Wang Wei', usage });
  issueIdentity(rig.folder, { name: 'wei', subject: '/O=Other/CN=Wang Wei', usage });
  issueIdentity(rig.folder, { name: 'lina', subject: '/O=Office/CN=Li Na', usage });
  issueIdentity(rig.folder, { name: 'enc', subject: '/CN=Zhao', usage: 'keyEncipherment' });
  for (const [name, number] of [
    ['n1', '330600127'],
    ['n2', '330600128'],
    ['n3', '330600127'],
  ])
    issueIdentity(rig.folder, {
      name: name ?? '',
      subject: `/CN=Zhang Wei/serialNumber=${number}`,
      usage,
    });
  // Another certificate for the key of Wang Wei, under another name.
  const request = ['req', '-new', '-key', 'ec.key', '-subj', '/CN=Somebody Else', '-out', 'x.csr'];
  openssl(rig.folder, ...request);
  const issue = ['x509', '-req', '-in', 'x.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-days'];
  openssl(rig.folder, ...issue, '30', '-outform', 'DER', '-out', 'alias.der');
});

describe('a second person', () => {
  // Bug: one person passes for two: by the same certificate, another for the same key, another key of the same name.
  it('is another key of another name', () => {
    const fault = (first: string, second: string) => reviewFault(der(first), der(second));
    expect(fault('ec', 'ec')).toBe('same-certificate');
    expect(fault('ec', 'alias')).toBe('same-key');
    expect(fault('ec', 'ec2')).toBe('same-person');
    expect(fault('ec', 'wei')).toBe('same-person');
    expect(fault('ec', 'enc')).toBe('usage');
    expect(fault('ec', 'rsa')).toBeNull();
    // Namesakes that their certificates tell apart.
    expect(fault('n1', 'n2')).toBeNull();
    expect(fault('n1', 'n3')).toBe('same-person');
  });

  // Bug: the second signature is one that only we understand, or is not over the same manifest.
  it('signs the same manifest, which openssl verifies, and the verifier says so', async () => {
    const target = await made('good', reviewed({ review: true }), 'lina');
    const report = await verify(target);
    expect(failed(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.reviewer?.subject).toContain('Li Na');
    expect(sentenceOf(report)).toContain('a second person, O=Office, CN=Li Na, signed the same');
    // Bug: anybody's second key, with a colleague's name on it, is called a second person.
    const ticketRoots = [ticketAuthority().rootDer];
    const unvouched = await verifyPackage(target, { trustRoots: [], ticketRoots });
    expect(statementOf(unvouched)).toMatchObject({
      proven: expect.not.arrayContaining(['review', 'issuer']),
      open: expect.arrayContaining(['review', 'issuer']),
    });
    expect(sentenceOf(unvouched)).toContain('who the second person is');
    const args = ['cms', '-verify', '-binary', '-cades', '-content', 'manifest.json'];
    const by = ['-inform', 'DER', '-in', 'review.p7s', '-CAfile', rig.rootPem, '-purpose', 'any'];
    const run = () =>
      execFileSync('openssl', [...args, ...by, '-out', '/dev/null'], {
        cwd: file('good'),
        stdio: 'pipe',
      });
    run();
    // And openssl refuses it over a manifest with one byte changed.
    const manifest = readFileSync(file('good/manifest.json'));
    manifest[manifest.length - 40] = (manifest[manifest.length - 40] ?? 0) ^ 1;
    writeFileSync(file('good/manifest.json'), manifest);
    expect(run).toThrow();
  });

  // Bug: the first person signs twice and it counts.
  it('is refused where it is the first one again', async () => {
    for (const name of ['ec', 'ec2', 'wei', 'alias'])
      await expect(made(`twice-${name}`, reviewed({ review: true }), name)).rejects.toThrow();
    expect(existsSync(file('twice-ec.zip'))).toBe(false);
  });

  // Bug: a package leaves without the signature that its ticket asks for, or with one that nobody asked for.
  it('signs where the ticket asks for it, and nowhere else', async () => {
    await expect(made('without', reviewed())).rejects.toThrow('review-missing');
    await expect(made('unasked', makeMeta(), 'lina')).rejects.toThrow('do not match');
    await expect(made('missing', reviewed({ review: true }))).rejects.toThrow('do not match');
  });

  // Bug: the signature is cut off, taken from another package, or the first one's own is put in its place, and it passes.
  it('is missed, and not replaced by anything', async () => {
    await made('one', reviewed({ review: true, traceId: 'FC-20261123-0007' }), 'lina');
    await made('other', reviewed({ review: true, traceId: 'FC-20261123-0008' }), 'lina');
    expect((await packed('one', REVIEWED)).verdict).toBe('valid');
    expect(failed(await packed('one', FILES))).toEqual(
      expect.arrayContaining(['container', 'review', 'ticket']),
    );
    const own = file('one', 'review.p7s');
    copyFileSync(own, file('kept.p7s'));
    copyFileSync(file('other', 'review.p7s'), own);
    expect(failed(await packed('one', REVIEWED))).toContain('review');
    copyFileSync(file('one', 'manifest.p7s'), own);
    const replayed = await packed('one', REVIEWED);
    expect(replayed.checks.find(({ id }) => id === 'review')?.detail).toContain('same-certificate');
    expect(replayed.verdict).toBe('invalid');
    copyFileSync(file('kept.p7s'), own);
    expect((await packed('one', REVIEWED)).verdict).toBe('valid');
    // Another manifest under both: neither signature holds.
    copyFileSync(file('other', 'manifest.json'), file('one', 'manifest.json'));
    expect(failed(await packed('one', REVIEWED))).toContain('manifest-signature');
  });

  // Bug: a signature that nobody asked for rides along in a package that has none.
  it('does not ride along', async () => {
    await made('plain', makeMeta());
    copyFileSync(file('good', 'review.p7s'), file('plain', 'review.p7s'));
    expect(failed(await packed('plain', REVIEWED))).toContain('container');
  });
});
