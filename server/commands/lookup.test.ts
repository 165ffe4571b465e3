import { expect, it } from 'vitest';
import { BASE_STATUSES } from '../../shared/domain/model';
import { answerOf } from './lookup';

const NOBODY = { name: null, idNumber: null, number: null };
const row = (reviewDue: number | null, validFrom = 19_000) => ({
  holder: 'E1234567',
  name: '李四',
  baseStatus: BASE_STATUSES.valid,
  numberForm: 0,
  validFrom,
  validTo: 21_000,
  reviewDue,
});

// Would catch: of two certificates alike but for an overdue review the reviewed one answered for both.
it('calls certificates one only where everything that makes their status is the same', () => {
  expect(answerOf([row(20_000), row(20_500)], NOBODY)).toEqual({ found: 'several' });
  expect(answerOf([row(null), row(20_500)], { ...NOBODY, name: '李四' })).toEqual({
    found: 'several',
  });
  expect(answerOf([row(null), row(null, 20_999)], NOBODY)).toEqual({ found: 'several' });
  expect(answerOf([row(20_500), row(20_500)], NOBODY)).toMatchObject({
    found: 'one',
    reviewDue: 20_500,
  });
});

// Would catch: "valid" for a paper with somebody's ID number and another person's certificate number.
it('answers a number and an ID number only by certificates that have both', () => {
  const of = (holder: string) => ({ ...row(20_500), holder });
  const ask = (idNumber: string | null, ...rows: ReturnType<typeof of>[]) =>
    answerOf(rows, { ...NOBODY, idNumber, number: 'N1' }).found;
  expect(ask('E9999999', of('E1234567'))).toBe('number-differs');
  expect(ask('11010519491231002X', of('11010519491231002x'))).toBe('one');
  // Of two people under one number the one who is asked for.
  expect(ask('E9999999', of('E1234567'), of('E9999999'))).toBe('one');
  expect(ask('E9999999')).toBe('none');
  // Would catch: two people's certificates alike in all days called one.
  expect(ask(null, of('E1234567'), of('E9999999'))).toBe('several');
});

// Would catch: a passport number typed alone, asked as both, held against the holders of certificates of that number.
it('takes a number that is asked as both by either meaning, and by none where they are two', () => {
  const of = (holder: string, validFrom = 19_000) => ({ ...row(20_500, validFrom), holder });
  const ask = (...rows: ReturnType<typeof of>[]) =>
    answerOf(rows, { name: null, idNumber: 'E1234567', number: 'e1234567' }).found;
  expect(ask(of('E9999999'))).toBe('one');
  expect(ask(of('E1234567'))).toBe('one');
  expect(ask(of('E9999999'), of('E1234567'))).toBe('several');
  expect(ask()).toBe('none');
});
