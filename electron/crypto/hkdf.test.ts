import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hkdf } from './hkdf';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

// Would catch: keys derived otherwise than by RFC 5869, which would open nothing that was sealed before.
it('derives what OpenSSL derives', () => {
  fc.assert(
    fc.property(bytes(80), fc.string(), fc.integer({ min: 1, max: 200 }), bytes(140), (...of) => {
      const [secret, info, length, salt] = of;
      const wanted = Buffer.from(hkdfSync('sha256', secret, salt, info, length));
      expect(Buffer.from(hkdf(secret, info, length, salt)).equals(wanted)).toBe(true);
    }),
  );
});

// Would catch: an implementation that agrees with the library here only (RFC 5869, test case 3).
it('derives the published vector', () => {
  const made = hkdf(Buffer.alloc(22, 0x0b), '', 42);
  expect(Buffer.from(made).toString('hex')).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  );
});
