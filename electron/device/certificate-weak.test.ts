import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { toTokenCertificate } from './certificate';
import { createDevice } from './device';
import { done, type TokenDriver } from './driver';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-weak-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A certificate of openssl, which is its own issuer: what is looked at is key and digest. */
function issued(kind: string, digest: string): Uint8Array {
  const out = join(folder, `${kind.replaceAll(/\W/gu, '-')}-${digest}.der`);
  const request = ['req', '-x509', '-newkey', ...kind.split(' '), '-nodes', `-${digest}`];
  const rest = ['-subj', '/CN=W', '-days', '30', '-outform', 'DER', '-out', out];
  const key = ['-keyout', join(folder, 'key'), '-addext', 'keyUsage=digitalSignature'];
  execFileSync('openssl', [...request, ...rest, ...key], { stdio: 'ignore' });
  return new Uint8Array(readFileSync(out));
}

/** A token that would sign with any key. */
function willing(der: Uint8Array, seen: string[]): TokenDriver {
  const names = { tokenId: 't', label: '', serial: '', manufacturer: '', model: '' };
  return {
    id: 'pkcs11',
    list: async () => done([{ ...names, driver: 'pkcs11', isPractice: false }]),
    certs: async () => done([toTokenCertificate('k', der, [], true, Date.now())]),
    pinStatus: async () => done({ state: 'ok', triesLeft: null }),
    openSigning: async () => {
      seen.push('login');
      return done({ sign: async () => done(new Uint8Array(256)), close: async () => undefined });
    },
    unwrap: async () => done(new Uint8Array()),
    close: async () => undefined,
  };
}

// Bug: a key that can be computed, or a certificate that can be forged, signs an export like any other.
it.each([
  ['rsa:1024', 'sha256', 'weak'],
  ['rsa:2048', 'sha1', 'weak'],
  ['rsa:2048', 'sha256', null],
  ['ec -pkeyopt ec_paramgen_curve:secp224r1', 'sha256', 'weak'],
  ['ec -pkeyopt ec_paramgen_curve:P-256', 'sha1', 'weak'],
  ['ec -pkeyopt ec_paramgen_curve:P-256', 'sha256', null],
] as const)('a key of %s, issued with %s, has the bar %s', async (kind, digest, bar) => {
  const seen: string[] = [];
  const device = createDevice([willing(issued(kind, digest), seen)]);
  await device.list();
  const listed = await device.certs('t');
  expect(listed.ok && listed.value.map((one) => one.bar)).toEqual([bar]);
  const pin = new TextEncoder().encode('246810');
  const { signal } = new AbortController();
  const use = { tokenId: 't', keyRef: 'k', pin, signal };
  const outcome = await device.sign(use, [new Uint8Array(32)]);
  if (bar === null) expect(seen).toEqual(['login']);
  else {
    expect(outcome).toEqual({
      ok: false,
      failure: { kind: 'unsupported', what: 'weak key or certificate' },
    });
    // The PIN of a refused key never reaches the token.
    expect(seen).toEqual([]);
  }
});
