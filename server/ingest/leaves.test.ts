import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { leavesOf } from './leaves';

describe('leaves', () => {
  // Would catch: a keyed tag other than HMAC-SHA-256's first half, or one that leaks past the region's key.
  it('are what the protocol says, by the HMAC of Node itself', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string({ unit: 'grapheme-ascii' }),
        (key, text) => {
          const secret = { idType: 1, idNumber: text };
          const values = { name: '张三', sex: 1 };
          const tag = createHmac('sha256', key)
            .update(canonicalJson(secret))
            .digest()
            .subarray(0, 16);
          const head = Buffer.alloc(12);
          head.writeUInt32BE(77, 4);
          head.writeUInt32BE(2, 8);
          const inner = createHash('sha256').update(canonicalJson(values)).digest();
          const expected = createHash('sha256')
            .update(Buffer.concat([head, inner, tag]))
            .digest('hex');
          expect(Buffer.from(leavesOf(key)('person', 77, 2, values, secret)).toString('hex')).toBe(
            expected,
          );
        },
      ),
    );
  });
});
