import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalString } from './canonical-json';

const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;
const point = fc.oneof(fc.nat(0x24f), fc.nat(0x10ffff), fc.integer({ min: 0x300, max: 0x36f }));
const anyText = fc
  .array(point.filter((p) => !isSurrogate(p)))
  .map((points) => String.fromCodePoint(...points));

describe('canonicalJson', () => {
  // Would catch: any departure from the standard's own worked example (RFC 8785 section 3.2.4).
  it('writes the example of RFC 8785', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  // Would catch: sorting by code point or locale instead of UTF-16 units (RFC 8785 section 3.2.3).
  it('sorts by UTF-16 code units', () => {
    const value = { '\u20ac': 1, '\r': 2, '\u05d3': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    const keys = Object.keys(JSON.parse(canonicalJson(value))).filter((k) => k !== '1');
    expect(keys).toEqual(['\r', '\u0080', 'ö', '\u05d3', '€', '😀']);
    expect(canonicalJson({ '\ue000': 1, '😀': 2 })).toBe('{"😀":2,"\ue000":1}');
  });

  // Would catch: equal text in two normal forms giving two digests, or the fast path changing text.
  it('normalises text and matches JSON for it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(canonicalString(text)).toBe(JSON.stringify(text.normalize('NFC')));
      }),
      { numRuns: 2000 },
    );
    expect(canonicalJson('e\u0301')).toBe('"é"');
    expect(canonicalJson('か\u3099')).toBe('"が"');
  });

  // Would catch: key order or an absent field leaking into a digest.
  it('does not depend on key order and parses back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string())), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
    expect(canonicalJson({ b: undefined, a: -0 })).toBe('{"a":0}');
  });

  // Would catch: a value silently written as null or {}.
  it('refuses what JSON cannot express', () => {
    for (const value of [
      NaN,
      Infinity,
      '\ud800',
      [undefined],
      1n,
      new Date(0),
      new Map(),
      undefined,
    ])
      expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson({ é: 1, 'e\u0301': 2 })).toThrow('duplicate key');
    const ring: unknown[] = [];
    ring.push(ring);
    expect(() => canonicalJson(ring)).toThrow('too deep');
  });
});
