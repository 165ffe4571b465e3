import { expect, it } from 'vitest';
import type { BatchRow } from '../../../../shared/domain/batch/read-row';
import type { ScanJudged } from '../../../store/scan-calls';
import { eitherMeaning, saysOf } from './meanings';

const nothing: ScanJudged = {
  ...{ verdict: 'not-in-slice', reason: null, certificates: [], holder: null, company: null },
};
const found = (...ids: number[]): ScanJudged => ({
  ...nothing,
  verdict: 'valid',
  certificates: ids.map((id) => ({
    ...{ id, kind: null, number: `N${id}`, status: 'valid', validTo: 20_900, rev: 1 },
  })),
});

// Would catch: the holder of a document not found because no certificate has its number, or one of two meanings chosen.
it('a number alone is what finds something, and never one of two', () => {
  expect(eitherMeaning(nothing, nothing)).toBe(nothing);
  const [byNumber, byDocument] = [found(1), found(2)];
  expect(eitherMeaning(nothing, byDocument)).toBe(byDocument);
  expect(eitherMeaning(byNumber, nothing)).toBe(byNumber);
  const both = eitherMeaning(byNumber, byDocument);
  expect(both).toMatchObject({ verdict: 'several', holder: null });
  expect(both.certificates.map(({ id }) => id)).toEqual([1, 2]);
  // A certificate whose number is its holder's document: all of the holder's speak.
  const all = found(1, 2);
  expect(eitherMeaning(byNumber, all)).toBe(all);
});

// Would catch: a passport, a permit or a cut ID number kept in plain in rosters, records and notes of questions.
it('what was said shows no number of a person', () => {
  const row: BatchRow = { name: null, idNumber: null, number: null, validTo: null, fault: null };
  const shown = (said: Partial<BatchRow>, isNumber = false) =>
    saysOf({ ...row, ...said }, isNumber).number;
  expect(shown({ idNumber: 'E12345678' })).toBe('E1*****78');
  expect(shown({ idNumber: '01234567' })).toBe('01****67');
  expect(shown({ idNumber: '11010519491231002X' })).toBe('110105********002X');
  expect(shown({ number: 'E12345678' })).toBe('E1*****78');
  expect(shown({ number: 'E12345678' }, true)).toBe('E12345678');
  expect(shown({ number: '110105491231002' }, true)).toBe('11***********02');
  expect(shown({ number: '1101051949123100' })).toBe('11************00');
  expect(shown({ number: '京建安C1(2015)0000001' })).toBe('京建安C1(2015)0000001');
  expect(saysOf({ ...row, name: '赵钱孙' }, false)).toMatchObject({ name: '赵*孙', number: null });
});
