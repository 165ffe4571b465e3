import { execFileSync } from 'node:child_process';
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSm2Wrapped, readSm2Wrapped, wrapSm2 } from '../key-wrap-sm2';
import { ecdsaRawToDer } from '../signature-format';
import { openssl } from './softhsm-rig';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-wrap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
openssl(folder, 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', 'key');
openssl(folder, 'pkey', '-in', 'key', '-pubout', '-outform', 'DER', '-out', 'public');
const publicKey = readFileSync(join(folder, 'public')).subarray(-65);

/** SM2Ciphertext of GM/T 0009: SEQUENCE{x, y, hash, cipher}. */
function ciphertextDer(raw: Uint8Array): Buffer {
  const numbers = Buffer.from(ecdsaRawToDer(raw.subarray(0, 64))).subarray(2);
  const strings = Buffer.concat([
    Buffer.from([4, 32]),
    raw.subarray(64, 96),
    Buffer.from([4, raw.length - 96]),
    raw.subarray(96),
  ]);
  const body = Buffer.concat([numbers, strings]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** What a token does, by the openssl program: SM2 decryption, then SM4-ECB. */
function seedByOpenssl(wrapped: Uint8Array): Buffer {
  const parts = readSm2Wrapped(wrapped);
  if (parts === undefined) throw new Error('not of the form');
  writeFileSync(join(folder, 'cipher'), ciphertextDer(parts.sessionKey));
  const options = { cwd: folder, stdio: 'pipe' } as const;
  const key = execFileSync(
    'openssl',
    ['pkeyutl', '-decrypt', '-inkey', 'key', '-in', 'cipher'],
    options,
  );
  return execFileSync('openssl', ['enc', '-d', '-sm4-ecb', '-nopad', '-K', key.toString('hex')], {
    ...options,
    input: parts.block,
  });
}

describe('wrapping to an SM2 key', () => {
  // Bug: only this program's own SM2 and SM4 open what they wrapped; a real token does not.
  it('is opened by openssl, of every length', () => {
    for (const length of [1, 16, 32, 64]) {
      const secret = randomBytes(length);
      const wrapped = wrapSm2(publicKey, secret);
      const opened = openSm2Wrapped(wrapped, seedByOpenssl(wrapped));
      expect(Buffer.from(opened ?? []).equals(secret)).toBe(true);
    }
  });

  // Bug: the form is not what its comment says, and nobody can open old slots by it.
  it('seals by AES-256-GCM as described', () => {
    const secret = randomBytes(32);
    const wrapped = Buffer.from(wrapSm2(publicKey, secret));
    const head = wrapped.subarray(0, 145);
    const info = 'fieldcert token wrap sm2 v1';
    const key = Buffer.from(hkdfSync('sha256', seedByOpenssl(wrapped), head, info, 32));
    const gcm = createDecipheriv('aes-256-gcm', key, wrapped.subarray(145, 157));
    gcm.setAAD(head).setAuthTag(wrapped.subarray(-16));
    const opened = Buffer.concat([gcm.update(wrapped.subarray(157, -16)), gcm.final()]);
    expect(opened.equals(secret)).toBe(true);
  });

  // Bug: a changed bit anywhere, or a shorter box, still opens or throws.
  it('opens nothing that was altered', () => {
    const wrapped = wrapSm2(publicKey, randomBytes(32));
    const seed = seedByOpenssl(wrapped);
    for (let at = 0; at < wrapped.length; at += 1) {
      const altered = Uint8Array.from(wrapped);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(openSm2Wrapped(altered, seed)).toBeUndefined();
    }
    for (const length of [0, 1, 145, 172, 173]) {
      expect(readSm2Wrapped(wrapped.subarray(0, length))).toBeUndefined();
    }
  });
});
