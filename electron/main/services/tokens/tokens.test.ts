import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SigningChoice, seenOnce, withoutTwins } from './tokens';

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
