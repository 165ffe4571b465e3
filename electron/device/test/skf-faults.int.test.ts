import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDevice, type Device } from '../device';
import { createSkfDriver } from '../drivers/skf/skf-driver';
import { wrapForToken } from '../key-wrap';
import { makeSkfToken } from './skf/rig';

const rig = makeSkfToken(4, 'FAULTS1');
const { keys } = rig;
const tokenId = 'skf:FAULTS1';
const calm = () => new AbortController().signal;
const pinOf = (text: string) => new TextEncoder().encode(text);
const use = (keyRef: string, pin = rig.pin, signal = calm()) => ({
  tokenId,
  keyRef,
  pin: pinOf(pin),
  signal,
});
const digests = [randomBytes(32)];
const kind = (outcome: { ok: boolean; failure?: { kind: string } }) =>
  outcome.ok ? 'done' : outcome.failure?.kind;

let device: Device;
beforeAll(() => {
  device = createDevice([createSkfDriver({ profile: rig.profile })]);
});
afterEach(() => {
  rig.misbehave();
  rig.setTries(6);
});
afterAll(async () => {
  await device.close();
  rig.remove();
});

describe('skf: what a token holds', () => {
  // Bug: a certificate of the encryption pair can be chosen for signing, one whose key is another's too; or a bar hides it.
  it('lists every certificate with what its key may do', async () => {
    const certs = await device.certs(tokenId);
    const seen = certs.ok
      ? certs.value.map((entry) => [entry.keyRef, [entry.bar, entry.canUnwrap, entry.algorithm]])
      : [];
    expect(Object.fromEntries(seen)).toEqual({
      [keys.sm2]: [null, false, 'SM2'],
      [keys.sm2Enc]: ['usage', true, 'SM2'],
      [keys.rsa]: [null, false, 'RS256'],
      [keys.rsaEnc]: ['usage', false, 'RS256'],
      [keys.expired]: ['expired', false, 'SM2'],
      [keys.noSign]: ['usage', false, 'SM2'],
      [keys.foreign]: ['no-key', false, 'SM2'],
    });
  });

  // Bug: texts of a token in GBK come out as question marks; a Chinese container name cannot be opened again.
  it('reads texts in GBK and UTF-8', async () => {
    const [token] = (await device.list()).tokens;
    expect(token).toMatchObject({
      tokenId,
      manufacturer: '软件',
      label: '测试',
      serial: 'FAULTS1',
    });
    expect(kind(await device.sign(use(keys.sm2), digests))).toBe('done');
  });

  // Bug: a barred key signs when a page asks for it by name.
  it('refuses keys that may not sign, without asking for the PIN', async () => {
    for (const [keyRef, failure] of [
      [keys.sm2Enc, 'certificate-usage'],
      [keys.expired, 'certificate-expired'],
      [keys.noSign, 'certificate-usage'],
      [keys.foreign, 'key-missing'],
      ['sign:eA:eA', 'certificate-missing'],
      ['sign:../x:y', 'certificate-missing'],
    ] as const) {
      expect(kind(await device.sign(use(keyRef, '000000'), digests))).toBe(failure);
    }
    expect(rig.triesLeft()).toBe(6);
  });
});

describe('skf: the PIN', () => {
  // Bug: the tries left are guessed; the last try is not announced; a locked token is asked once more.
  it('tells the tries left down to the lock, and then does not ask', async () => {
    expect(await device.pinStatus(tokenId)).toEqual({
      ok: true,
      value: { state: 'ok', triesLeft: 6 },
    });
    for (const [left, state] of [
      [5, 'low'],
      [4, 'low'],
      [3, 'low'],
      [2, 'low'],
      [1, 'last'],
    ] as const) {
      const outcome = await device.sign(use(keys.sm2, '000000'), digests);
      expect(outcome).toEqual({ ok: false, failure: { kind: 'pin-wrong', triesLeft: left } });
      expect(await device.pinStatus(tokenId)).toEqual({
        ok: true,
        value: { state, triesLeft: left },
      });
    }
    expect(kind(await device.sign(use(keys.sm2, '000000'), digests))).toBe('pin-locked');
    expect(kind(await device.sign(use(keys.sm2), digests))).toBe('pin-locked');
    expect(kind(await device.unwrap(use(keys.sm2Enc), randomBytes(200)))).toBe('pin-locked');
  });

  // Bug: a PIN that cannot be right costs a try; one with a NUL is cut off there and its first half tried.
  it('refuses PINs of a wrong form before they cost a try', async () => {
    for (const pin of ['12345', '1'.repeat(17), `${rig.pin}\0more`, `\0${rig.pin}`]) {
      expect(kind(await device.sign(use(keys.sm2, pin), digests))).toBe('pin-length');
    }
    expect(rig.triesLeft()).toBe(6);
  });

  // Bug: the token stays logged in after the signature, and another program signs with it.
  it('logs out after each use, whatever happened', async () => {
    rig.wasCleared();
    expect(kind(await device.sign(use(keys.sm2), digests))).toBe('done');
    expect(rig.wasCleared()).toBe(true);
    rig.misbehave('code', 0x0a000001);
    expect(kind(await device.sign(use(keys.sm2), digests))).toBe('failed');
    expect(rig.wasCleared()).toBe(true);
  });
});

describe('skf: a token that leaves, waits or lies', () => {
  // Bug: a token pulled in the middle is a "general failure", or its last answer is believed.
  it('tells a token that is pulled while it signs or unwraps', async () => {
    const certs = await device.certs(tokenId);
    const der = certs.ok && certs.value.find((entry) => entry.keyRef === keys.sm2Enc)?.der;
    const wrapped = wrapForToken(der || new Uint8Array(), randomBytes(32));
    for (const work of [
      () => device.sign(use(keys.sm2), digests),
      () => device.sign(use(keys.rsa), digests),
      () => device.unwrap(use(keys.sm2Enc), wrapped),
    ]) {
      rig.misbehave('pull');
      expect(kind(await work())).toBe('token-removed');
      rig.misbehave();
      rig.replug();
      await device.list();
      expect(kind(await device.sign(use(keys.sm2), digests))).toBe('done');
    }
  });

  // Bug: while a finger is awaited the token reads as removed, or the wait cannot be given up.
  it('still lists a token that waits for a finger, and gives up at once', async () => {
    await device.list();
    rig.misbehave('slow', 3_000);
    const controller = new AbortController();
    const signing = device.sign(use(keys.sm2, rig.pin, controller.signal), digests);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await device.list()).tokens.map((token) => token.tokenId)).toEqual([tokenId]);
    controller.abort();
    expect(kind(await signing)).toBe('cancelled');
    rig.misbehave();
    expect(kind(await device.sign(use(keys.sm2), digests))).toBe('done');
  });

  // Bug: another token in the same reader between two looks signs in the name of the first.
  it('does not take another token for the one that was chosen', async () => {
    await device.list();
    writeFileSync(join(rig.folder, 'token', 'serial'), 'OTHER');
    try {
      expect(kind(await device.sign(use(keys.sm2), digests))).toBe('no-token');
      expect((await device.list()).tokens.map((token) => token.tokenId)).toEqual(['skf:OTHER']);
    } finally {
      writeFileSync(join(rig.folder, 'token', 'serial'), 'FAULTS1');
      rig.unplug();
      await device.list();
      rig.replug();
      await device.list();
    }
  });

  // Bug: a signature of another key, or zeros, goes into a package and is found out by the receiver.
  it('gives out no signature that does not verify', async () => {
    for (const lie of ['foreign-signature', 'empty-signature']) {
      rig.misbehave(lie);
      const outcome = await device.sign(use(keys.sm2), digests);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'failed', layer: 'library' } });
    }
  });

  // Bug: a slot is made for a token that cannot open it; the reason reads as a wrong PIN.
  it('says what a token without SM4, or an RSA pair, cannot do', async () => {
    const certs = await device.certs(tokenId);
    const der = certs.ok && certs.value.find((entry) => entry.keyRef === keys.sm2Enc)?.der;
    const wrapped = wrapForToken(der || new Uint8Array(), randomBytes(32));
    rig.misbehave('no-sm4');
    expect(await device.unwrap(use(keys.sm2Enc), wrapped)).toEqual({
      ok: false,
      failure: { kind: 'unsupported', what: 'SKF_ImportSessionKey' },
    });
    rig.misbehave();
    expect(kind(await device.unwrap(use(keys.rsaEnc), randomBytes(256)))).toBe('unsupported');
    expect(kind(await device.unwrap(use(keys.sm2), wrapped))).toBe('unsupported');
  });

  // Bug: a length that cannot be true is believed: memory beyond a buffer is read, or gigabytes are allocated.
  it('survives every lie about lengths, numbers and codes', async () => {
    const certs = await device.certs(tokenId);
    const der = certs.ok && certs.value.find((entry) => entry.keyRef === keys.sm2Enc)?.der;
    const wrapped = wrapForToken(der || new Uint8Array(), randomBytes(32));
    const lies = fc.constantFrom(
      'list-length',
      'certificate-length',
      'public-key-length',
      'container-type',
      'tries-left',
      'signature-length',
      'plain-length',
      'code',
    );
    const number = fc.oneof(
      fc.constantFrom(0, 1, 2, 31, 33, 127, 132, 136, 255, 256, 65_535, 65_536, 0x7fffffff),
      fc.constantFrom(0x80000000, 0xfffffffe, 0xffffffff, 0x0a000005, 0x0a000023, 0x0a000024),
      fc.integer({ min: 0, max: 0xffffffff }),
    );
    await fc.assert(
      fc.asyncProperty(lies, number, async (lie, value) => {
        rig.misbehave(lie, value);
        const outcomes = [
          await device.sign(use(keys.sm2), digests),
          await device.sign(use(keys.rsa), digests),
          await device.unwrap(use(keys.sm2Enc), wrapped),
          await device.pinStatus(tokenId),
          await device.certs(tokenId),
        ];
        for (const outcome of outcomes) {
          if (!outcome.ok) expect(outcome.failure).not.toMatchObject({ layer: 'driver' });
        }
        rig.misbehave();
        rig.setTries(6);
        await device.list();
        expect(kind(await device.sign(use(keys.sm2), digests))).toBe('done');
      }),
      { numRuns: 60 },
    );
  });

  // Bug: fields without a NUL run into what stands behind them.
  it('cuts texts that no NUL ends', async () => {
    rig.misbehave('endless-text');
    const other = createDevice([createSkfDriver({ profile: rig.profile })]);
    const [token] = (await other.list()).tokens;
    expect(token?.serial).toBe('Z'.repeat(32));
    expect(token?.label).toBe('Z'.repeat(32));
    await other.close();
  });
});

describe('skf: the library', () => {
  const driverFor = (libraryPath: string) =>
    createSkfDriver({ profile: { ...rig.profile, libraryPath } });

  // Bug: a missing, foreign or wrongly built library reads as "no token": the complaint "works elsewhere, here no card".
  it('names why a library cannot be used', async () => {
    const image = Buffer.from(readFileSync(rig.profile.libraryPath));
    const arm = join(rig.folder, 'arm64.so');
    image.writeUInt16LE(183, 18);
    writeFileSync(arm, image);
    const text = join(rig.folder, 'text.so');
    writeFileSync(text, 'no library at all');
    const { problems } = await createDevice([
      driverFor(join(rig.folder, 'absent.so')),
      driverFor(arm),
      driverFor(text),
      driverFor('libc.so.6'),
    ]).list();
    expect(problems.map(({ failure }) => failure.kind)).toEqual([
      'library-missing',
      'library-unusable',
      'library-unusable',
      'library-unusable',
    ]);
    const [, wrong] = problems;
    expect(JSON.stringify(wrong)).toContain(
      `architecture: the library is for arm64, this program is ${process.arch}`,
    );
  });

  // Bug: a library that is installed later is found only after a restart.
  it('finds a library that is installed later', async () => {
    const later = join(rig.folder, 'token', 'later.so');
    const other = createDevice([driverFor(later)]);
    expect((await other.list()).problems).toHaveLength(1);
    writeFileSync(later, readFileSync(rig.profile.libraryPath));
    expect((await other.list()).tokens.map((token) => token.tokenId)).toEqual([tokenId]);
    await other.close();
  });

  // Bug: the digest of the digest is signed, which only this program's own checker would accept.
  it('signs the 32 bytes it is given', async () => {
    const e = createHash('sha256').update('e').digest();
    const both = await device.sign(use(keys.rsa), [e, e]);
    if (!both.ok) throw new Error(both.failure.kind);
    expect(Buffer.from(both.value[0] ?? []).equals(Buffer.from(both.value[1] ?? []))).toBe(true);
  });
});
