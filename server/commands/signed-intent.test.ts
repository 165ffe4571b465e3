import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  intentMessage,
  intentText,
  openIntent,
  type SignedIntent,
} from '../../shared/protocol/intents';
import { verifyIntent } from './signed-intent';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-intent-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openssl = (...args: readonly string[]) =>
  execFileSync('openssl', [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
const TEXT = intentText({
  type: 'login-intent',
  office: '330100',
  device: 'D1',
  userId: 'u1',
  badge: '1001',
  name: '李娜',
  atMs: 1_800_000_000_000,
  challenge: 'c'.repeat(64),
});

const KEYS = {
  ES256: { make: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], digest: 'sha256' },
  ES384: { make: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], digest: 'sha384' },
  RS256: { make: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], digest: 'sha256' },
  SM2: { make: ['SM2'], digest: 'sm3' },
} as const satisfies Record<SignedIntent['alg'], unknown>;

/** A signature that the openssl program made, under a certificate that it made. */
function signedBy(alg: SignedIntent['alg']): SignedIntent {
  const { make, digest } = KEYS[alg];
  const id = alg === 'SM2' ? ['-sigopt', 'distid:1234567812345678'] : [];
  openssl('genpkey', '-algorithm', ...make, '-out', `${alg}.key`);
  const files = ['-key', `${alg}.key`, '-out', `${alg}.pem`, '-subj', '/CN=Li Na'];
  openssl('req', '-x509', '-new', '-days', '9000', ...files, `-${digest}`, ...id);
  const pem = readFileSync(join(folder, `${alg}.pem`), 'latin1');
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/gu, ''), 'base64');
  const sha256 = createHash('sha256').update(der).digest('hex');
  writeFileSync(join(folder, 'message'), intentMessage(sha256, TEXT));
  const sig = openssl('dgst', `-${digest}`, '-sign', `${alg}.key`, ...id, 'message');
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  return { intent: TEXT, alg, certificates: [base64(der)], sig: base64(sig) };
}

describe('a signed intent at the centre', () => {
  // Would catch: a kind of key whose signatures the centre refuses, or takes whatever they say. openssl makes them.
  it.each(Object.keys(KEYS) as SignedIntent['alg'][])(
    'of %s holds, and of nothing else',
    async (alg) => {
      const signed = signedBy(alg);
      expect(await openIntent('login', signed, verifyIntent)).toMatchObject({ ok: true });
      const bad = { ok: false, error: 'signature-bad' };
      const altered = signed.intent.replace('cccc', 'cccd');
      expect(await openIntent('login', { ...signed, intent: altered }, verifyIntent)).toEqual(bad);
      const flipped = Buffer.from(signed.sig, 'base64');
      flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
      const sig = flipped.toString('base64');
      expect(await openIntent('login', { ...signed, sig }, verifyIntent)).toEqual(bad);
      for (const other of Object.keys(KEYS) as SignedIntent['alg'][]) {
        if (other === alg) continue;
        expect(await openIntent('login', { ...signed, alg: other }, verifyIntent)).toEqual(bad);
      }
      // A second certificate of the same key is another signer.
      const renewed = ['-key', `${alg}.key`, '-subj', '/CN=Wang Wei', '-out', 'other.pem'];
      const { digest } = KEYS[alg];
      const id = alg === 'SM2' ? ['-sigopt', 'distid:1234567812345678'] : [];
      openssl('req', '-x509', '-new', '-days', '10', ...renewed, `-${digest}`, ...id);
      const other = readFileSync(join(folder, 'other.pem'), 'latin1');
      const certificates = [other.replace(/-----[^-]+-----|\s/gu, '')];
      expect(await openIntent('login', { ...signed, certificates }, verifyIntent)).toEqual(bad);
    },
  );

  // Would catch: a centre that falls over a certificate that is none.
  it('is refused under anything that is no certificate', async () => {
    const signed = signedBy('ES256');
    for (const junk of ['AAAA', Buffer.alloc(4_000, 0x30).toString('base64')])
      expect(await openIntent('login', { ...signed, certificates: [junk] }, verifyIntent)).toEqual({
        ok: false,
        error: 'signature-bad',
      });
    expect(
      new X509Certificate(Buffer.from(signed.certificates[0] ?? '', 'base64')).subject,
    ).toContain('Li Na');
  });
});
