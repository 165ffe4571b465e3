import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { err } from '../../kernel/result';
import { isOrganisationCode, makeUscc, parseUscc } from './uscc';

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const organisation8 = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 8, maxLength: 8 });

describe('parseUscc', () => {
  // Would catch: wrong weights or alphabet (the example of GB 32100).
  it('accepts the example of the standard, in any dress', () => {
    for (const text of [
      '91350100M000100Y43',
      "'91350100m000100y43 ",
      '\uff19\uff11350100M000100Y43',
    ])
      expect(parseUscc(text)).toEqual({
        ok: true,
        value: { code: '91350100M000100Y43', isChecksumOk: true, isOrganisationCodeOk: true },
      });
  });

  // Would catch: a really issued code with a bad check refused instead of warned about.
  it('warns of a bad check and rejects only what cannot be a code', () => {
    expect(parseUscc('91350100M000100Y44')).toMatchObject({
      ok: true,
      value: { isChecksumOk: false },
    });
    expect(parseUscc('')).toEqual(err('empty'));
    expect(parseUscc('91350100M000100Y4')).toEqual(err('length'));
    expect(parseUscc('91350100MO00100Y43')).toEqual(err('characters'));
  });

  // Would catch: generated companies that our own check warns about, or a slip that passes.
  it('reads back what the generator makes and sees every single slip', () => {
    fc.assert(
      fc.property(organisation8, fc.nat(17), fc.integer({ min: 1, max: 30 }), (body, at, step) => {
        const code = makeUscc('91', '330106', body);
        expect(parseUscc(code)).toMatchObject({
          ok: true,
          value: { code, isChecksumOk: true, isOrganisationCodeOk: true },
        });
        const other = alphabet[(alphabet.indexOf(code.charAt(at)) + step) % 31];
        expect(parseUscc(code.slice(0, at) + other + code.slice(at + 1))).toMatchObject({
          value: { isChecksumOk: false },
        });
      }),
    );
    expect(() => makeUscc('91', '3301', 'M000100Y')).toThrow(RangeError);
  });
});

describe('isOrganisationCode', () => {
  // Would catch: the 10 → X and 11 → 0 cases mixed up (the example of GB 11714 is D2143569-X).
  it('accepts the example of the standard', () => {
    expect(isOrganisationCode('D2143569-X')).toBe(true);
    expect(isOrganisationCode('D21435690')).toBe(false);
  });
});
