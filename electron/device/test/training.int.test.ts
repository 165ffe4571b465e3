import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDevice } from '../device';
import { MAX_PIN_TRIES } from '../drivers/training/key-file';
import { createTrainingDriver, createTrainingKey } from '../drivers/training/training-driver';
import { describeConformance } from './conformance';
import { openssl } from './softhsm-rig';

const directory = mkdtempSync(join(tmpdir(), 'fieldcert-training-'));
const file = join(directory, 'training-key.json');
const pinOf = (text: string) => new TextEncoder().encode(text);
const holder = { name: '王伟', badge: 'A-1024', office: '练习科' };
const driver = (isPracticeOffice = true) => createTrainingDriver({ directory, isPracticeOffice });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeConformance('training', async () => {
  await createTrainingKey({ directory, holder, pin: pinOf('135790'), nowMs: Date.now() });
  return {
    makeDriver: () => driver(),
    pin: '135790',
    wrongPin: '135791',
    keyRefs: ['training'],
    unplug: () => renameSync(file, `${file}.away`),
    replug: () => renameSync(`${file}.away`, file),
  };
});

describe('training key', () => {
  // Bug: a practice key signs in a real office.
  it('is refused outside the practice office', async () => {
    const { tokens, problems } = await createDevice([driver(false)]).list();
    expect(tokens).toEqual([]);
    expect(problems[0]?.failure.kind).toBe('practice-only');
  });

  // Bug: the practice certificate chains to nothing that openssl accepts, or lacks the policy that marks it.
  it('has a certificate that openssl reads, under its root, with the practice policy', async () => {
    const [token] = (await createDevice([driver()]).list()).tokens;
    const certs = await driver().certs(token?.tokenId ?? '');
    const [certificate] = certs.ok ? certs.value : [];
    expect(certificate?.isPractice).toBe(true);
    writeFileSync(join(directory, 'leaf.der'), certificate?.der ?? '');
    writeFileSync(join(directory, 'root.der'), certificate?.chainDer[0] ?? '');
    for (const name of ['leaf', 'root']) {
      openssl(directory, 'x509', '-inform', 'DER', '-in', `${name}.der`, '-out', `${name}.pem`);
    }
    expect(
      openssl(directory, 'verify', '-x509_strict', '-CAfile', 'root.pem', 'leaf.pem'),
    ).toContain('OK');
    const text = openssl(directory, 'x509', '-in', 'leaf.pem', '-noout', '-text');
    expect(text).toContain('2.25.298652265043720930532485791218750255590');
    expect(text).toContain('Digital Signature, Non Repudiation, Key Agreement');
  });

  // Bug: tries are counted in memory, so a restart gives them back; or the private key rests in plain.
  it('locks after the last try, across restarts, and then even for the right PIN', async () => {
    const made = await createTrainingKey({
      directory,
      holder,
      pin: pinOf('222222'),
      nowMs: Date.now(),
    });
    const tokenId = made.ok ? made.value.tokenId : '';
    const signal = new AbortController().signal;
    const kinds: string[] = [];
    for (let tries = 0; tries < MAX_PIN_TRIES; tries += 1) {
      const outcome = await driver().openSigning({
        tokenId,
        keyRef: 'training',
        pin: pinOf('000000'),
        signal,
      });
      kinds.push(outcome.ok ? 'opened' : outcome.failure.kind);
    }
    expect(kinds).toEqual([...Array(MAX_PIN_TRIES - 1).fill('pin-wrong'), 'pin-locked']);
    const right = await driver().openSigning({
      tokenId,
      keyRef: 'training',
      pin: pinOf('222222'),
      signal,
    });
    expect(right.ok ? 'opened' : right.failure.kind).toBe('pin-locked');
    expect(readFileSync(file, 'utf8')).not.toContain('MIGHAgEA');
  });
});
