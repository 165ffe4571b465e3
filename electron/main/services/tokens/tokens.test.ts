import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenCertificateSchema } from '../../../../shared/ipc/routes/signing';
import type { CertificateBar, TokenCertificate } from '../../../device/driver';
import type { DeviceCaller } from '../../clients/device-client';
import { type SigningChoice, seenOnce, signingChoices, withoutTwins } from './tokens';

const DRIVERS = ['pkcs11', 'skf', 'pcsc-piv', 'ccid-piv', 'training'] as const;
const choice = (driver: (typeof DRIVERS)[number], certificate: number): SigningChoice => ({
  shown: {
    tokenId: `${driver}:${certificate}`,
    keyRef: '9c',
    driver,
    tokenLabel: 'PIV',
    serialTail: '0001',
    subject: 'CN=Li Na',
    holder: 'Li Na',
    organisation: '',
    algorithm: 'ES256',
    notBeforeMs: 1,
    notAfterMs: 2,
    daysLeft: 40,
    state: 'usable',
    triesLeft: 3,
    isPinLocked: false,
    isPractice: false,
  },
  chain: [Uint8Array.of(certificate)],
});
const isOurs = ({ shown }: SigningChoice) => shown.driver.endsWith('-piv');

// Would catch: one card listed twice where OpenSC's module is configured too, or a card that is listed by neither way.
it('a card is listed once, by the library that was configured for it', () => {
  const items = fc.array(
    fc
      .tuple(fc.constantFrom(...DRIVERS), fc.integer({ min: 0, max: 3 }))
      .map(([a, b]) => choice(a, b)),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(items, (all) => {
      const left = withoutTwins(all);
      const of = (list: readonly SigningChoice[]) =>
        new Set(list.map(({ chain }) => chain[0]?.[0]));
      expect(of(left)).toEqual(of(all));
      expect(left.filter((one) => !isOurs(one))).toEqual(all.filter((one) => !isOurs(one)));
      for (const ours of left.filter(isOurs))
        expect(all.some((one) => !isOurs(one) && one.chain[0]?.[0] === ours.chain[0]?.[0])).toBe(
          false,
        );
    }),
  );
});

// Would catch: a keyslot offered by the way that may be gone tomorrow, a key offered twice or by no way, and two keys of
// one card taken for one because they share nothing but the card.
it('a key for a slot is listed once, by our own reader where it has one', () => {
  const items = fc.array(
    fc
      .tuple(fc.constantFrom(...DRIVERS), fc.integer({ min: 0, max: 3 }))
      .map(([a, b]) => choice(a, b)),
    { maxLength: 8 },
  );
  const parts = ({ shown, chain }: SigningChoice) => ({ driver: shown.driver, ders: chain });
  fc.assert(
    fc.property(items, (all) => {
      const left = seenOnce(all, parts, 'reader');
      const of = (list: readonly SigningChoice[]) =>
        new Set(list.map(({ chain }) => chain[0]?.[0]));
      expect(of(left)).toEqual(of(all));
      expect(left.filter(isOurs)).toEqual(all.filter(isOurs));
      for (const other of left.filter((one) => !isOurs(one)))
        expect(all.some((one) => isOurs(one) && one.chain[0]?.[0] === other.chain[0]?.[0])).toBe(
          false,
        );
    }),
  );
});

// Would catch: a key that is too weak or of an unknown kind, missing from the window without a word, or called one for other uses.
it('whatever keeps a certificate from signing is said beside it', async () => {
  const token = {
    tokenId: 't',
    driver: 'skf',
    label: 'K',
    serial: '0001',
    manufacturer: '',
    model: '',
    isPractice: false,
  };
  const of = (bar: CertificateBar | null): TokenCertificate => ({
    keyRef: String(bar),
    der: Uint8Array.of(1),
    chainDer: [],
    subject: 'CN=Li Na',
    commonName: 'Li Na',
    organisation: '',
    issuer: 'CN=Root',
    serial: '01',
    notBeforeMs: 1,
    notAfterMs: 2,
    algorithm: bar === 'weak' || bar === 'algorithm' ? null : 'RS256',
    isPractice: false,
    bar,
    canUnwrap: false,
    daysLeft: 12,
  });
  const bars = [null, 'expired', 'not-yet-valid', 'usage', 'algorithm', 'weak', 'no-key'] as const;
  const answers: Record<string, unknown> = {
    list: { tokens: [token], problems: [], helped: [] },
    certs: bars.map(of),
    pinStatus: { state: 'ok', triesLeft: 3 },
  };
  const device = { call: async (kind: string) => ({ ok: true, value: answers[kind] }) };
  const { items, problem } = await signingChoices(device as unknown as DeviceCaller);
  expect(problem).toBeNull();
  expect(items.map(({ shown }) => TokenCertificateSchema.parse(shown).state)).toEqual([
    'usable',
    'expired',
    'not-yet-valid',
    'wrong-usage',
    'unknown-kind',
    'weak',
    'wrong-usage',
  ]);
});
