import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, textFromUtf8, utf8Bytes } from './bytes';

describe('bytes', () => {
  // Would catch: a part lost or out of place in what is hashed or framed.
  it('join as Node joins them and compare by content', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (parts) => {
        const all = concatBytes(parts);
        expect(equalBytes(all, Uint8Array.from(Buffer.concat(parts)))).toBe(true);
        expect(equalBytes(all, concatBytes([...parts, new Uint8Array(1)]))).toBe(false);
        all.forEach((byte, at) => {
          const changed = all.slice();
          changed[at] = byte ^ 1;
          expect(equalBytes(all, changed)).toBe(false);
        });
      }),
    );
  });

  // Would catch: malformed UTF-8 read as replacement characters, so that two inputs look alike.
  it('read UTF-8 strictly', () => {
    expect(textFromUtf8(utf8Bytes('\ufeff𠮷 张'))).toBe('\ufeff𠮷 张');
    expect(() => textFromUtf8(new Uint8Array([0xff]))).toThrow(TypeError);
  });
});
