import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sm2 } from 'sm-crypto-v2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readCertificate } from '../certificate';
import { createDevice, type Device } from '../device';
import type { SignatureAlgorithm, TokenCertificate, TokenDriver, TokenInfo } from '../driver';
import { wrapForToken } from '../key-wrap';
import { watchTokens } from '../presence';

/** A real token that the suite may use, unplug and plug again. */
export interface ConformanceRig {
  makeDriver(): TokenDriver;
  readonly pin: string;
  readonly wrongPin: string;
  /** Keys to sign with. */
  readonly keyRefs: readonly string[];
  /** Keys to unwrap with, where they are others. */
  readonly unwrapRefs?: readonly string[];
  /** Its keys sign digests of SHA-384. */
  readonly isLong?: boolean;
  unplug(): void | Promise<void>;
  replug(): void | Promise<void>;
}

const pinOf = (text: string) => new TextEncoder().encode(text);
const calm = () => new AbortController().signal;

/** What every driver must do, on a real token; each signature is verified by the `openssl` program. */
export function describeConformance(name: string, prepare: () => Promise<ConformanceRig>): void {
  describe(`driver conformance: ${name}`, () => {
    let rig: ConformanceRig;
    let device: Device;
    let token: TokenInfo;
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-conf-'));

    beforeAll(async () => {
      rig = await prepare();
      await reopen();
    });
    afterAll(async () => {
      await device.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function reopen(): Promise<void> {
      device = createDevice([rig.makeDriver()]);
      // A card that was put in just now is seen when its reader has woken it up.
      await vi.waitFor(
        async () => {
          const { tokens, problems } = await device.list();
          expect(problems).toEqual([]);
          const [first] = tokens;
          if (first === undefined) throw new Error('the rig has no token');
          token = first;
        },
        { timeout: 30_000, interval: 200 },
      );
    }

    async function certificateOf(keyRef: string): Promise<TokenCertificate> {
      const certs = await device.certs(token.tokenId);
      const found = certs.ok ? certs.value.find((entry) => entry.keyRef === keyRef) : undefined;
      if (found === undefined) throw new Error(`no certificate ${keyRef}`);
      return found;
    }

    const anyDigest = () => randomBytes(rig.isLong === true ? 48 : 32);
    const use = (keyRef: string, pin: Uint8Array, signal = calm()) => ({
      tokenId: token.tokenId,
      keyRef,
      pin,
      signal,
    });

    // Bug: a signature in the token's raw form, or over the digest's digest, passes our own code but no other.
    it('signs two digests at one PIN entry and openssl verifies both', async () => {
      for (const keyRef of rig.keyRefs) {
        const { der, algorithm } = await certificateOf(keyRef);
        const messages = [randomBytes(100), randomBytes(5_000)];
        const digests = messages.map((message) =>
          algorithm === 'SM2' ? sm2Digest(der, message) : plainDigest(algorithm, message),
        );
        const pin = pinOf(rig.pin);
        const outcome = await device.sign(use(keyRef, pin), digests);
        if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
        for (const [index, signature] of outcome.value.entries()) {
          const message = messages[index] ?? Buffer.alloc(0);
          expect(opensslVerifies(folder, der, message, signature)).toBe(true);
          const altered = Buffer.concat([message.subarray(1), Buffer.from([0])]);
          expect(() => opensslVerifies(folder, der, altered, signature)).toThrow();
        }
        expect([...pin].every((byte) => byte === 0)).toBe(true);
      }
    });

    // Bug: the second digest of an export depends on the first signature; a one-shot login would ask for the PIN twice.
    it('keeps a token open for a digest that is known only after the first signature', async () => {
      const [keyRef = ''] = rig.keyRefs;
      const begun = await device.beginSigning(use(keyRef, pinOf(rig.pin)));
      if (!begun.ok) throw new Error(begun.failure.kind);
      const busy = await device.beginSigning(use(keyRef, pinOf(rig.pin)));
      expect(busy).toEqual({ ok: false, failure: { kind: 'busy' } });
      const first = await device.signNext(begun.value, anyDigest(), calm());
      if (!first.ok) throw new Error(first.failure.kind);
      const second = await device.signNext(
        begun.value,
        plainDigest(rig.isLong === true ? 'ES384' : 'ES256', first.value),
        calm(),
      );
      expect(second.ok).toBe(true);
      await device.endSigning(begun.value);
      const after = await device.signNext(begun.value, anyDigest(), calm());
      expect(after.ok).toBe(false);
    });

    // Bug: a wrong PIN is retried, kept, or reported as something else; the next right one must work.
    it('names a wrong PIN, zeroes it, and does not spoil the next try', async () => {
      const [keyRef = ''] = rig.keyRefs;
      const pin = pinOf(rig.wrongPin);
      const outcome = await device.sign(use(keyRef, pin), [anyDigest()]);
      expect(outcome.ok ? 'signed' : outcome.failure.kind).toBe('pin-wrong');
      expect([...pin].every((byte) => byte === 0)).toBe(true);
      const status = await device.pinStatus(token.tokenId);
      expect(status.ok && status.value.state !== 'locked').toBe(true);
      expect((await device.sign(use(keyRef, pinOf(rig.pin)), [anyDigest()])).ok).toBe(true);
    });

    // Bug: a secret wrapped to the certificate cannot be opened by the token, or an altered one opens.
    it('unwraps what was wrapped to its certificate and refuses what was altered', async () => {
      for (const keyRef of rig.unwrapRefs ?? rig.keyRefs) {
        const { der } = await certificateOf(keyRef);
        const secret = randomBytes(32);
        const wrapped = wrapForToken(der, secret);
        const opened = await device.unwrap(use(keyRef, pinOf(rig.pin)), wrapped);
        if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
        expect(Buffer.from(opened.value).equals(secret)).toBe(true);
        const altered = Uint8Array.from(wrapped);
        altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
        const refused = await device.unwrap(use(keyRef, pinOf(rig.pin)), altered);
        expect(refused.ok && Buffer.from(refused.value).equals(secret)).toBe(false);
      }
    });

    // Bug: an aborted signing still signs, or is reported as a failure of the token.
    it('answers cancelled before anything is signed', async () => {
      const [keyRef = ''] = rig.keyRefs;
      const controller = new AbortController();
      controller.abort();
      const pin = pinOf(rig.pin);
      const outcome = await device.sign(use(keyRef, pin, controller.signal), [anyDigest()]);
      expect(outcome).toEqual({ ok: false, failure: { kind: 'cancelled' } });
      expect([...pin].every((byte) => byte === 0)).toBe(true);
    });

    // Bug: a key reference of another token, or none at all, reaches C_Sign.
    it('names an unknown token and an unknown key', async () => {
      const [keyRef = ''] = rig.keyRefs;
      const elsewhere = { ...use(keyRef, pinOf(rig.pin)), tokenId: `${token.driver}:NOWHERE` };
      const noToken = await device.sign(elsewhere, [anyDigest()]);
      expect(noToken.ok ? '' : noToken.failure.kind).toBe('no-token');
      const noKey = await device.sign(use('ffff', pinOf(rig.pin)), [anyDigest()]);
      expect(noKey.ok ? '' : noKey.failure.kind).toBe('certificate-missing');
    });

    // Bug: a token pulled between two signatures still signs from a cache, or is reported as "cancelled".
    it('answers token-removed when pulled while open, and knows the token again on return', async () => {
      const [keyRef = ''] = rig.keyRefs;
      const events: string[] = [];
      const watch = watchTokens(
        async () => (await device.list()).tokens,
        (event) => events.push(event.kind),
        60_000,
      );
      await watch.poll();
      const begun = await device.beginSigning(use(keyRef, pinOf(rig.pin)));
      if (!begun.ok) throw new Error(begun.failure.kind);
      expect((await device.signNext(begun.value, anyDigest(), calm())).ok).toBe(true);
      await rig.unplug();
      try {
        const outcome = await device.signNext(begun.value, anyDigest(), calm());
        expect(outcome).toMatchObject({ ok: false, failure: { kind: 'token-removed' } });
        await watch.poll();
      } finally {
        await rig.replug();
      }
      // A card that was put back is seen when its reader has woken it up.
      await expect
        .poll(
          async () => {
            await watch.poll();
            return events;
          },
          { timeout: 10_000 },
        )
        .toEqual(['token-added', 'token-removed', 'token-added']);
      watch.stop();
      const before = token.tokenId;
      await device.close();
      await reopen();
      expect(token.tokenId).toBe(before);
      expect((await device.sign(use(keyRef, pinOf(rig.pin)), [anyDigest()])).ok).toBe(true);
    });
  });
}

function plainDigest(algorithm: SignatureAlgorithm | null, message: Uint8Array): Uint8Array {
  return createHash(algorithm === 'ES384' ? 'sha384' : 'sha256')
    .update(message)
    .digest();
}

/** e = SM3(Z ‖ M) with the default ID (GB/T 32918.2). */
function sm2Digest(certificateDer: Uint8Array, message: Uint8Array): Uint8Array {
  const point = Buffer.from(readCertificate(certificateDer).publicKey).toString('hex');
  return Buffer.from(sm2.getHash(Uint8Array.from(message), point), 'hex');
}

const DIGEST_OPTIONS: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  ES256: ['-sha256'],
  ES384: ['-sha384'],
  RS256: ['-sha256'],
  SM2: ['-sm3', '-sigopt', 'distid:1234567812345678'],
};

/** Asks the openssl program whether the signature is the certificate's over the message; it fails where it is not. */
export function opensslVerifies(
  folder: string,
  certificateDer: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('c.der'), certificateDer);
  writeFileSync(file('m.bin'), message);
  writeFileSync(file('s.bin'), signature);
  const run = (...args: string[]) =>
    execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
  run('x509', '-inform', 'DER', '-in', file('c.der'), '-pubkey', '-noout', '-out', file('p.pem'));
  const answer = run(
    'dgst',
    ...DIGEST_OPTIONS[readCertificate(certificateDer).algorithm ?? 'ES256'],
    '-verify',
    file('p.pem'),
    '-signature',
    file('s.bin'),
    file('m.bin'),
  );
  return answer.includes('Verified OK');
}
