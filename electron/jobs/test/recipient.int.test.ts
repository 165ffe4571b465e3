import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../device/certificate';
import { issueIdentity, openssl } from '../../device/test/softhsm-rig';
import { encryptFile } from '../package/recipient/envelope';
import { wrapAesKey } from '../package/recipient/key-wrap';
import { readEnvelope } from '../package/recipient/read-envelope';
import { recipientFault } from '../package/recipient/recipient';
import { makePackageRig } from './package-rig';

const rig = makePackageRig();
const file = (name: string) => join(rig.folder, name);
const der = (name: string) => new Uint8Array(readFileSync(file(`${name}.der`)));
const usage = 'keyEncipherment,keyAgreement';
issueIdentity(rig.folder, { name: 'box', subject: '/CN=EC Box', usage: 'keyAgreement' });
make384();
issueIdentity(rig.folder, { name: 'rsa', subject: '/CN=RSA Box', usage });
issueIdentity(rig.folder, { name: 'old', subject: '/CN=Old', usage, isExpired: true });
issueIdentity(rig.folder, { name: 'signer', subject: '/CN=Signer', usage: 'digitalSignature' });
afterAll(() => rig.remove());
const never = new AbortController().signal;

/** A recipient on P-384, by openssl alone. */
function make384(): void {
  openssl(rig.folder, 'ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', 'box384.key');
  openssl(
    rig.folder,
    ...['req', '-x509', '-new', '-key', 'box384.key', '-subj', '/CN=EC Box 384'],
    ...['-addext', 'keyUsage=keyAgreement', '-out', 'box384.pem'],
  );
  openssl(rig.folder, 'x509', '-in', 'box384.pem', '-outform', 'DER', '-out', 'box384.der');
}

/** What openssl makes of the file with the recipient's key. */
function decrypt(name: string): Buffer {
  rmSync(file('open'), { force: true });
  openssl(
    rig.folder,
    ...['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', 'sealed.p7m'],
    ...['-recip', `${name}.pem`, '-inkey', `${name}.key`, '-out', 'open'],
  );
  return readFileSync(file('open'));
}

async function seal(plain: Uint8Array, name: string): Promise<void> {
  writeFileSync(file('plain'), plain);
  rmSync(file('sealed.p7m'), { force: true });
  await encryptFile(file('plain'), file('sealed.p7m'), der(name), never);
}

describe('a file for one recipient', () => {
  // Bug: a length, an identifier or the key derivation is ours alone, and nobody else's program opens the file.
  it.each(['box', 'box384', 'rsa'])('is opened by openssl with the key of %s', async (name) => {
    for (const size of [0, 1, 15, 127, 128, 65_500, (1 << 20) + 7, 3 << 20]) {
      const plain = randomBytes(size);
      await seal(plain, name);
      expect(decrypt(name).equals(plain)).toBe(true);
    }
  });

  // Bug: the verifier does not know an encrypted package from rubbish, or names another certificate.
  it('says for which certificate it is', async () => {
    for (const name of ['box', 'box384', 'rsa']) {
      const plain = randomBytes(70_000);
      await seal(plain, name);
      const { issuer, serial } = readCertificate(der(name));
      expect(await readEnvelope(file('sealed.p7m'))).toEqual({ issuer, serial, isWhole: true });
      writeFileSync(file('cut.p7m'), readFileSync(file('sealed.p7m')).subarray(0, -1));
      expect(await readEnvelope(file('cut.p7m'))).toEqual({ issuer, serial, isWhole: false });
    }
    for (const other of [Buffer.alloc(0), Buffer.from('PK'), randomBytes(5_000)]) {
      writeFileSync(file('other'), other);
      expect(await readEnvelope(file('other'))).toBeUndefined();
    }
    // Whatever stands in it, it is an answer.
    const sealed = readFileSync(file('sealed.p7m'));
    for (let at = 0; at < 600; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ (1 + (at % 255));
      writeFileSync(file('other'), altered);
      await readEnvelope(file('other'));
    }
  });

  // Bug: another's key opens it, or an altered file is opened without complaint.
  it('is opened by nobody else and not when altered', async () => {
    await seal(Buffer.from('certificates'.repeat(500)), 'box');
    expect(() => decrypt('rsa')).toThrow();
    const sealed = readFileSync(file('sealed.p7m'));
    for (const at of [sealed.length - 1, sealed.length - 40, sealed.length - 3_000]) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      writeFileSync(file('sealed.p7m'), altered);
      expect(() => decrypt('box')).toThrow();
    }
    expect(sealed.includes('certificates')).toBe(false);
  });

  // Bug: a file is encrypted to a key that nobody can use, or no longer may.
  it('is refused for certificates that cannot receive', () => {
    const nowMs = Date.now();
    const fault = (name: string, atMs = nowMs) => recipientFault(readCertificate(der(name)), atMs);
    expect(['box', 'box384', 'rsa'].map((name) => fault(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(fault('old')).toBe('expired');
    expect(fault('box', nowMs - 400 * 86_400_000)).toBe('not-yet-valid');
    expect(fault('signer')).toBe('usage');
    const make = (...args: string[]) => openssl(rig.folder, ...args);
    const weak = ['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-subj', '/CN=Weak'];
    make(...weak, '-keyout', 'weak.key', '-outform', 'DER', '-out', 'weak.der');
    expect(fault('weak')).toBe('weak');
    make('ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', 'sm.key');
    make(
      'req',
      '-x509',
      '-new',
      '-key',
      'sm.key',
      '-sm3',
      '-subj',
      '/CN=SM',
      '-outform',
      'DER',
      '-out',
      'sm.der',
    );
    expect(fault('sm')).toBe('sm2');
  });

  // Bug: what was cancelled goes on writing, or overwrites a file that is there.
  it('is left alone when cancelled, and never written over another', async () => {
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    writeFileSync(file('plain'), 'x');
    rmSync(file('sealed.p7m'), { force: true });
    await expect(
      encryptFile(file('plain'), file('sealed.p7m'), der('box'), cancelled),
    ).rejects.toThrow('cancelled');
    writeFileSync(file('there'), 'mine');
    await expect(encryptFile(file('plain'), file('there'), der('box'), never)).rejects.toThrow(
      'EEXIST',
    );
    expect(readFileSync(file('there'), 'utf8')).toBe('mine');
    expect(existsSync(file('plain'))).toBe(true);
  });
});

describe('AES key wrap', () => {
  // Bug: the step counter or the order of registers differs from RFC 3394 (vector of §4.6).
  it('gives the vector of the standard', () => {
    const kek = Buffer.from(
      '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F',
      'hex',
    );
    const key = Buffer.from(
      '00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F',
      'hex',
    );
    expect(Buffer.from(wrapAesKey(kek, key)).toString('hex').toUpperCase()).toBe(
      '28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21',
    );
  });
});
