import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOneTypoText } from './edit-distance';
import { TextPack } from './text-pack';

/** Slow and plain: everything one edit away from a text, and the text itself. */
function within1(a: string, b: string): boolean {
  if (a === b) return true;
  const x = [...a];
  const y = [...b];
  const same = (p: string[], q: string[]): boolean =>
    p.join('') === q.join('') && p.length === q.length;
  for (let i = 0; i <= x.length; i++) {
    if (i < x.length && same([...x.slice(0, i), ...x.slice(i + 1)], y)) return true;
    if (i < y.length && same(x, [...y.slice(0, i), ...y.slice(i + 1)])) return true;
    if (
      i < x.length &&
      x.length === y.length &&
      same([...x.slice(0, i), y[i] ?? '', ...x.slice(i + 1)], y)
    )
      return true;
    if (
      i + 1 < x.length &&
      same([...x.slice(0, i), x[i + 1] ?? '', x[i] ?? '', ...x.slice(i + 2)], y)
    )
      return true;
  }
  return false;
}

const text = fc
  .array(fc.constantFrom('王', '伟', '小', '𠮷', '·', 'a', 'b'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));

const lookup = fc.constantFrom('characters', 'beginnings', 'none' as const);

describe('TextPack', () => {
  // Would catch: a name missed or invented by the packed search, by a look-up, its prefilter or surrogate pairs.
  it('finds what a plain loop finds', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), text, lookup, (names, typed, how) => {
        const pack = TextPack.of(names, how);
        const found = (find: (tell: (i: number) => void) => void): number[] => {
          const hits = new Set<number>();
          find((i) => hits.add(i));
          return [...hits].sort((a, b) => a - b);
        };
        const plain = (test: (name: string) => boolean): number[] =>
          names.flatMap((name, i) => (test(name) ? [i] : []));
        expect(found((tell) => pack.eachEqual(typed, tell))).toEqual(
          plain((name) => name === typed),
        );
        expect(found((tell) => pack.eachPrefix(typed, tell))).toEqual(
          plain((name) => name.startsWith(typed)),
        );
        expect(found((tell) => pack.eachContaining(typed, tell))).toEqual(
          plain((name) => name.includes(typed)),
        );
        expect(found((tell) => pack.eachTypo(typed, tell))).toEqual(
          plain((name) => within1(typed, name)),
        );
      }),
      { numRuns: 500 },
    );
  });

  // Would catch: a swap or a missing first character taken for two edits.
  it('knows one typo', () => {
    for (const [a, b, is] of [
      ['张小三', '张三小', true],
      ['小三', '张小三', true],
      ['张小三', '张大四', false],
      ['', '张', true],
    ] as const) {
      expect(isOneTypoText(a, b)).toBe(is);
    }
  });
});
