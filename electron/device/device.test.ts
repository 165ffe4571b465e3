import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDevice } from './device';
import { done, type TokenCertificate, type TokenDriver } from './driver';

const END_MS = Date.UTC(2026, 10, 28, 12, 0, 0);
const certificate = (bar: TokenCertificate['bar']): TokenCertificate => ({
  keyRef: 'k',
  der: new Uint8Array(),
  chainDer: [],
  subject: 'CN=W',
  commonName: 'W',
  organisation: '',
  issuer: '',
  serial: '1',
  notBeforeMs: 0,
  notAfterMs: END_MS,
  algorithm: 'ES256',
  isPractice: false,
  bar,
  canUnwrap: false,
  daysLeft: 0,
});

/** A token that signs whatever it is asked: what is looked at is what the device lets through to it. */
function willing() {
  const seen: string[] = [];
  const driver: TokenDriver = {
    id: 'training',
    list: async () =>
      done([
        {
          tokenId: 't',
          driver: 'training',
          label: '',
          serial: '',
          manufacturer: '',
          model: '',
          isPractice: false,
        },
      ]),
    certs: async () => done([certificate(Date.now() > END_MS ? 'expired' : null)]),
    pinStatus: async () => done({ state: 'ok', triesLeft: null }),
    openSigning: async () => {
      seen.push('login');
      return done({
        sign: async () => {
          seen.push('sign');
          return done(new Uint8Array(64));
        },
        close: async () => void seen.push('logout'),
      });
    },
    unwrap: async () => done(new Uint8Array()),
    close: async () => undefined,
  };
  return { driver, seen };
}

const calm = () => new AbortController().signal;
const use = () => ({ tokenId: 't', keyRef: 'k', pin: new Uint8Array([1]), signal: calm() });
const expired = { ok: false, failure: { kind: 'certificate-expired', notAfterMs: END_MS } };

describe('a certificate that ends meanwhile', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => vi.useRealTimers());

  // Bug: files are prepared before the end and signed after it, because it was looked at when the key was chosen.
  it('does not sign what was prepared before its end', async () => {
    vi.setSystemTime(END_MS - 1_000);
    const { driver, seen } = willing();
    const device = createDevice([driver]);
    expect((await device.certs('t')).ok).toBe(true);
    vi.setSystemTime(END_MS + 1_000);
    expect(await device.beginSigning(use())).toEqual(expired);
    expect(seen).toEqual([]);
  });

  // Bug: the first signature of a PIN entry is within the period, the manifest's after it.
  it('signs no second time at one PIN entry after its end, and is logged out', async () => {
    vi.setSystemTime(END_MS - 1_000);
    const { driver, seen } = willing();
    const device = createDevice([driver]);
    const begun = await device.beginSigning(use());
    if (!begun.ok) throw new Error(begun.failure.kind);
    expect((await device.signNext(begun.value, new Uint8Array(32), calm())).ok).toBe(true);
    vi.setSystemTime(END_MS + 1_000);
    expect(await device.signNext(begun.value, new Uint8Array(32), calm())).toEqual(expired);
    expect(seen).toEqual(['login', 'sign', 'logout']);
  });
});
