import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64urlFromBytes } from '../kernel/codecs';
import {
  openStatement,
  type RoleStatement,
  RoleStatementSchema,
  type StatementTrust,
  signStatement,
  statementBytes,
} from './signed-statement';

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const spki = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
const signer = (bytes: Uint8Array) =>
  sign('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
const trust: StatementTrust = {
  keys: new Map([[kid, spki]]),
  verify: (der, bytes, signature) =>
    verify(
      'sha256',
      bytes,
      {
        key: createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }),
        dsaEncoding: 'ieee-p1363',
      },
      signature,
    ),
  nowMs: 1_000_000_000,
};
const role: RoleStatement = {
  type: 'role',
  serial: 'r-1',
  office: '650100',
  userId: 'u1',
  badge: 'X0001',
  name: '阿依古丽·买买提',
  role: 'inspector',
  regions: ['6501'],
  issuedMs: 900_000_000,
  expiresMs: 1_100_000_000,
};

/** A signed envelope around text that the signer should never have produced. */
function signedText(payload: string) {
  return {
    payload,
    alg: 'ES256',
    kid,
    sig: base64urlFromBytes(signer(statementBytes(kid, payload))),
  };
}

describe('signed statements', () => {
  // Would catch: a statement that its own schema or verifier refuses.
  it('opens what was signed', async () => {
    expect(
      await openStatement(await signStatement(kid, role, signer), RoleStatementSchema, trust),
    ).toEqual({ ok: true, value: role });
  });

  // Would catch: a promotion by editing the payload, or any envelope field that is not covered.
  it('refuses any altered character', async () => {
    const envelope = await signStatement(kid, role, signer);
    const promoted = { ...envelope, payload: envelope.payload.replace('inspector', 'head') };
    expect(await openStatement(promoted, RoleStatementSchema, trust)).toEqual({
      ok: false,
      error: 'signature-bad',
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('payload', 'sig', 'kid', 'alg'),
        fc.nat(),
        fc.constantFrom('A', '0', 'z', '"'),
        async (field, seed, letter) => {
          const text = envelope[field as keyof typeof envelope];
          const at = seed % text.length;
          fc.pre(text[at] !== letter);
          const altered = { ...envelope, [field]: text.slice(0, at) + letter + text.slice(at + 1) };
          expect((await openStatement(altered, RoleStatementSchema, trust)).ok).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });

  // Would catch: a truly signed text being read in two ways (duplicate keys), with extra fields, or out of its time.
  it('refuses signed payloads that are ambiguous, unknown or out of time', async () => {
    const canonical = (await signStatement(kid, role, signer)).payload;
    const doubled = canonical.replace('"role":"inspector"', '"role":"inspector","role":"head"');
    expect(await openStatement(signedText(doubled), RoleStatementSchema, trust)).toEqual({
      ok: false,
      error: 'not-canonical',
    });
    const lease = await signStatement(kid, { ...role, type: 'lease' }, signer);
    expect(await openStatement(lease, RoleStatementSchema, trust)).toEqual({
      ok: false,
      error: 'payload-bad',
    });
    const old = await signStatement(kid, { ...role, expiresMs: trust.nowMs }, signer);
    expect(await openStatement(old, RoleStatementSchema, trust)).toEqual({
      ok: false,
      error: 'expired',
    });
    const early = await signStatement(kid, { ...role, issuedMs: trust.nowMs + 600_001 }, signer);
    expect(await openStatement(early, RoleStatementSchema, trust)).toEqual({
      ok: false,
      error: 'not-yet-valid',
    });
    const foreign = { ...(await signStatement(kid, role, signer)), kid: '0'.repeat(16) };
    expect(await openStatement(foreign, RoleStatementSchema, trust)).toEqual({
      ok: false,
      error: 'key-unknown',
    });
  });
});
