import { expect, test } from 'vitest';
import { isSameName } from './same-name';

// Bug: a person is accused of another name for a dot, a blank or a full-width letter, at the desk or at the centre; or a mask fits
// whoever has as many characters.
test('is the same in every spelling, and another where a shown character differs', () => {
  for (const given of ['买买提•吐尔逊', '买买提 · 吐尔逊', '买买提．吐尔逊', '买**•吐尔逊'])
    expect(isSameName(given, '买买提・吐尔逊')).toBe(true);
  for (const given of ['买买提•吐逊尔', '买*提•吐尔', '王**•吐尔逊'])
    expect(isSameName(given, '买买提・吐尔逊')).toBe(false);
});
