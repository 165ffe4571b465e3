import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromIso } from '../../kernel/day';
import { err } from '../../kernel/result';
import { NUMBER_FORMS } from '../model';
import { fragments, makeIdNumber, parseIdNumber } from './id-number';
import {
  maskCertificateNumber,
  maskEmbeddedIds,
  maskIdNumber,
  maskNumberRuns,
  maskPhone,
} from './masks';

const anyId = fc
  .record({
    region: fc.integer({ min: 110_000, max: 659_999 }),
    birthDay: fc.integer({ min: dayFromIso('1930-01-01'), max: dayFromIso('2008-12-31') }),
    sequence: fc.integer({ min: 0, max: 999 }),
  })
  .map((p) => ({ ...p, id: makeIdNumber(String(p.region), p.birthDay, p.sequence) }));

describe('parseIdNumber', () => {
  // Would catch: wrong weights or check characters (the standard's own two examples).
  it('accepts the examples of GB 11643', () => {
    expect(parseIdNumber('11010519491231002X')).toEqual({
      ok: true,
      value: {
        normalized: '11010519491231002X',
        regionCode: '110105',
        birthDay: dayFromIso('1949-12-31'),
        sex: 2,
        isUpgraded: false,
      },
    });
    expect(parseIdNumber('440524188001010014').ok).toBe(true);
  });

  // Would catch: a pasted number refused for its dress (full-width, spaces, Excel's apostrophe, x).
  it('reads numbers as people paste them', () => {
    const fullWidth = [...'11010519491231002X']
      .map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
      .join('');
    for (const text of [
      "'11010519491231002x",
      fullWidth,
      ' 110105 19491231 002X ',
      '\ufeff11010519491231002x',
    ])
      expect(parseIdNumber(text)).toMatchObject({
        ok: true,
        value: { normalized: '11010519491231002X' },
      });
    expect(parseIdNumber('110105491231002')).toMatchObject({
      ok: true,
      value: { normalized: '11010519491231002X', isUpgraded: true },
    });
  });

  // Would catch: a fault reported under another name, so that the operator mends the wrong thing.
  it('names the fault', () => {
    expect(parseIdNumber("  '")).toEqual(err('empty'));
    expect(parseIdNumber('1.10E+17')).toEqual(err('spreadsheet-number'));
    expect(parseIdNumber('1.10105194912310E+17')).toEqual(err('spreadsheet-number'));
    expect(parseIdNumber('11010519491231OO2X')).toEqual(err('characters'));
    expect(parseIdNumber('1101051949123100')).toEqual(err('length'));
    expect(parseIdNumber('110105194902300020')).toEqual(err('birth-date'));
    expect(parseIdNumber('110105194912310021')).toEqual(err('checksum'));
    expect(parseIdNumber('1'.repeat(100_000))).toEqual(err('length'));
  });

  // Would catch: any one mistyped digit or swapped neighbours passing the check (MOD 11-2 promises both).
  it('finds every single slip', () => {
    fc.assert(
      fc.property(anyId, fc.nat(16), fc.integer({ min: 1, max: 9 }), ({ id }, at, step) => {
        const digit = String((Number(id[at]) + step) % 10);
        expect(parseIdNumber(id.slice(0, at) + digit + id.slice(at + 1)).ok).toBe(false);
        const [a, b] = [id[at], id[at + 1]];
        if (a !== b)
          expect(parseIdNumber(id.slice(0, at) + b + a + id.slice(at + 2)).ok).toBe(false);
      }),
    );
  });

  // Would catch: generated people whose number says another day, region or sex.
  it('reads back what the generator makes', () => {
    fc.assert(
      fc.property(anyId, ({ id, region, birthDay, sequence }) => {
        const parsed = parseIdNumber(id);
        expect(parsed).toMatchObject({
          ok: true,
          value: {
            normalized: id,
            regionCode: String(region),
            birthDay,
            sex: sequence % 2 === 1 ? 1 : 2,
          },
        });
        const parts = fragments(id);
        expect(parts.region6 + parts.birth8 + parts.last4).toBe(id);
        expect(id.endsWith(parts.last6)).toBe(true);
      }),
    );
  });
});

describe('masks', () => {
  // Would catch: an ID number of the first generation, or one with a digit too few, too many or with hyphens, kept in plain.
  it('hide every run of digits that may be a person’s', () => {
    expect(maskNumberRuns('T11010519491231002X')).toBe('T110105********002X');
    expect(maskNumberRuns('110105491231002')).toBe('11***********02');
    expect(maskNumberRuns('11010519491231002')).toBe('11*************02');
    expect(maskNumberRuns('110105-19491231-002X')).toBe('110105********002X');
    expect(maskNumberRuns('A110105194912310021B')).toBe('A110105********0021B');
    expect(maskNumberRuns('京建安C1(2015)0000001')).toBe('京建安C1(2015)0000001');
    expect(maskNumberRuns('JY-2015-00001234')).toBe('JY-2015-00001234');
  });

  // Would catch: a mask that shows a birth digit, or hides others than policy says.
  it('hide the birth date or its month and day', () => {
    expect(maskIdNumber('11010519491231002X', 'birth-8')).toBe('110105********002X');
    expect(maskIdNumber('11010519491231002X', 'middle-4')).toBe('1101051949****002X');
    expect(maskIdNumber('E12345678', 'birth-8')).toBe('E1*****78');
    expect(maskIdNumber('H1234', 'birth-8')).toBe('*****');
    expect(maskPhone('13812341234')).toBe('138****1234');
    expect(maskPhone('021-5555123')).toBe('021****5123');
    expect(maskPhone('110')).toBe('***');
  });

  // Would catch: an ID number leaking through a certificate number of any form.
  it('never let a certificate number disclose the ID', () => {
    fc.assert(
      fc.property(anyId, fc.constantFrom(...Object.values(NUMBER_FORMS)), ({ id }, form) => {
        const shown = maskCertificateNumber(form, `T${id}`, maskIdNumber(id, 'birth-8'));
        expect(shown).not.toContain(fragments(id).birth8);
      }),
    );
    expect(maskCertificateNumber(NUMBER_FORMS.own, '京建安C1(2015)0000001', '')).toBe(
      '京建安C1(2015)0000001',
    );
    expect(maskCertificateNumber(NUMBER_FORMS['T-id'], undefined, '110105********002X')).toBe(
      'T110105********002X',
    );
    expect(maskEmbeddedIds('证T11010519491231002x号', 'middle-4')).toBe('证T1101051949****002x号');
  });
});
