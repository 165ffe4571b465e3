import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openssl } from '../../device/test/softhsm-rig';
import { prepareExport } from '../package/builder';
import { decodeAll, decodeOne } from '../package/cms/der';
import { sm2Digest, sm2Verify } from '../package/cms/sm2';
import { verifyPackage } from '../package/verify';
import { makeBatches, makeMeta } from './package-rig';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-sm2-'));
const file = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ID = 'distid:1234567812345678';
openssl(folder, 'ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', 'sm2.key');
openssl(
  folder,
  ...[
    'req',
    '-x509',
    '-new',
    '-key',
    'sm2.key',
    '-sm3',
    '-sigopt',
    ID,
    '-subj',
    '/CN=SM2 Signer',
    '-days',
    '365',
  ],
  ...['-addext', 'keyUsage=critical,digitalSignature', '-outform', 'DER', '-out', 'sm2.der'],
);
openssl(folder, 'pkey', '-in', 'sm2.key', '-pubout', '-out', 'sm2.pub');
openssl(folder, 'pkey', '-in', 'sm2.key', '-pubout', '-outform', 'DER', '-out', 'sm2.pub.der');
const publicKey = readFileSync(file('sm2.pub.der')).subarray(-65);

/** What a token does: signs e as it is. */
function signDigest(e: Uint8Array): Uint8Array {
  return execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', file('sm2.key')], { input: e });
}

describe('SM2', () => {
  // Bug: Z or e is computed otherwise than GB/T 32918 says; or a changed message or signature passes.
  it('agrees with openssl on message digests and signatures', async () => {
    for (const text of ['', 'a', '安全'.repeat(500)]) {
      const message = Buffer.from(text);
      writeFileSync(file('m'), message);
      openssl(folder, 'dgst', '-sm3', '-sign', 'sm2.key', '-sigopt', ID, '-out', 's', 'm');
      const signature = readFileSync(file('s'));
      const e = await sm2Digest(publicKey, message);
      expect(sm2Verify(publicKey, e, signature)).toBe(true);
      expect(
        sm2Verify(publicKey, await sm2Digest(publicKey, Buffer.from(`${text}.`)), signature),
      ).toBe(false);
      expect(sm2Verify(publicKey, e, Buffer.concat([signature, Buffer.from([0])]))).toBe(false);
    }
  });

  // Bug: a package of an SM2 key is built with SHA-256, or asks for a signature that no PDF reader verifies.
  it('signs a package once, over attributes that openssl verifies', async () => {
    const prepared = await prepareExport({
      rows: makeBatches(30),
      meta: makeMeta(),
      stagingDir: file('staging'),
      certificates: [readFileSync(file('sm2.der'))],
      signal: new AbortController().signal,
    });
    expect(prepared.pdfDigest).toBeNull();
    const digest = await prepared.embedPdfSignature(null);
    const published = await prepared.finish(signDigest(digest), file('sm2.zip'));
    const report = await verifyPackage(published.path, { trustRoots: [] });
    expect(report.verdict).toBe('unknown-issuer');
    expect(report.signer?.algorithm).toBe('SM2');
    execFileSync('unzip', ['-q', published.path, '-d', file('p')]);
    const [, wrapped] = decodeAll(decodeOne(readFileSync(file('p/manifest.p7s'))).content);
    const infos = decodeAll(decodeOne(wrapped?.content ?? new Uint8Array()).content)[4];
    const [, , , attributes, , signature] = decodeAll(
      decodeOne(infos?.content ?? new Uint8Array()).content,
    );
    writeFileSync(
      file('attributes'),
      Buffer.concat([Buffer.from([0x31]), attributes?.raw.subarray(1) ?? Buffer.alloc(0)]),
    );
    writeFileSync(file('signature'), signature?.content ?? '');
    const check = () => {
      const by = ['-verify', 'sm2.pub', '-sigopt', ID, '-signature', 'signature', 'attributes'];
      return openssl(folder, 'dgst', '-sm3', ...by);
    };
    expect(check()).toContain('Verified OK');
    // What was signed names the manifest, by the digest that openssl finds.
    const said = openssl(folder, 'dgst', '-sm3', '-binary', '-out', 'digest', 'p/manifest.json');
    expect(said).toBe('');
    const signed = readFileSync(file('attributes'));
    const at = signed.indexOf(readFileSync(file('digest')));
    expect(at).toBeGreaterThan(0);
    signed[at] = (signed[at] ?? 0) ^ 1;
    writeFileSync(file('attributes'), signed);
    expect(check).toThrow();
  });
});
