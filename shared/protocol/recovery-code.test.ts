import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPHABET } from './crockford';
import { formatRecoveryPart, parseRecoveryPart, type RecoveryPart } from './recovery-code';

const anyPart = fc.constantFrom<RecoveryPart>('a', 'b');
const anyBytes = fc.uint8Array({ minLength: 20, maxLength: 20 });
const placed = (groups: string[], at: number, group: string) =>
  groups.map((old, index) => (index === at ? group : old));
const typed = (text: string) => new TextEncoder().encode(text);

describe('recovery part', () => {
  // Would catch: a printed key that does not open, or one refused for its dress.
  it('reads back what is printed, as people type it', () => {
    fc.assert(
      fc.property(anyPart, anyBytes, (part, bytes) => {
        const groups = formatRecoveryPart(part, bytes);
        for (const text of [groups.join('-'), groups.join(' ').toLowerCase(), groups.join('')])
          expect(parseRecoveryPart(part, typed(text))).toEqual({ ok: true, value: bytes });
        const read = groups.join('').replaceAll('1', 'l').replaceAll('0', 'o');
        expect(parseRecoveryPart(part, typed(read))).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  // Would catch: a mistyped character that is found only when the whole key fails, or in the wrong group.
  it('names the group of every single slip', () => {
    fc.assert(
      fc.property(anyPart, anyBytes, fc.nat(39), fc.nat(30), (part, bytes, at, step) => {
        const text = formatRecoveryPart(part, bytes).join('');
        const right = ALPHABET.indexOf(text.charAt(at));
        const wrong = ALPHABET.charAt((right + 1 + step) % 32);
        const slip = text.slice(0, at) + wrong + text.slice(at + 1);
        const fault = { kind: 'group', group: Math.floor(at / 5) + 1 };
        expect(parseRecoveryPart(part, typed(slip))).toEqual({ ok: false, error: fault });
        const odd = `${text.slice(0, at)}!${text.slice(at + 1)}`;
        expect(parseRecoveryPart(part, typed(odd))).toEqual({ ok: false, error: fault });
      }),
    );
  });

  // Would catch: two groups typed in the wrong order, neighbours swapped, or the other person's part taken.
  it('notices groups, neighbours and parts in the wrong place', () => {
    fc.assert(
      fc.property(anyPart, anyBytes, fc.nat(6), (part, bytes, at) => {
        const groups = formatRecoveryPart(part, bytes);
        const [a, b] = [groups[at] ?? '', groups[at + 1] ?? ''];
        const swapped = placed(placed(groups, at, b), at + 1, a);
        expect(parseRecoveryPart(part, typed(swapped.join(''))).ok).toBe(false);
        const turned = `${a.charAt(1)}${a.charAt(0)}${a.slice(2)}`;
        if (turned !== a)
          expect(parseRecoveryPart(part, typed(placed(groups, at, turned).join('')))).toEqual({
            ok: false,
            error: { kind: 'group', group: at + 1 },
          });
        const other = part === 'a' ? 'b' : 'a';
        expect(parseRecoveryPart(other, typed(groups.join('')))).toEqual({
          ok: false,
          error: { kind: 'group', group: 1 },
        });
      }),
    );
    expect(parseRecoveryPart('a', typed(''))).toEqual({ ok: false, error: { kind: 'length' } });
  });
});
