import { describe, expect, it } from 'vitest';
import { dayFromIso } from '../../../shared/kernel/day';
import { judgeFound, unmetBy } from './judge-batch';
import type { Found } from './page-finds';

const of = (id: number, given: Partial<Found> = {}): Found => ({
  id,
  holder: id,
  name: '李四',
  status: 'valid',
  validTo: 20_900,
  number: `N${id}`,
  kind: null,
  ...given,
});

describe('a number that several people have', () => {
  const expired = of(1, { status: 'expired', validTo: 20_000 });
  const other = of(2, { name: '王五' });

  // Would catch: the expired certificate of the person that the paper names, called valid by that of another.
  it('is judged by the certificates of the person that the row names alone', () => {
    for (const all of [
      [expired, other],
      [other, expired],
    ]) {
      expect(judgeFound(all, { name: '李四', validTo: 20_900 }).verdict).toBe('date-mismatch');
      expect(judgeFound(all, { name: '李四', validTo: null })).toMatchObject({
        verdict: 'expired',
        certificateId: 1,
      });
      // Would catch: the right row of the second person refused by the name of the first.
      expect(judgeFound(all, { name: '王五', validTo: 20_900 })).toMatchObject({
        verdict: 'valid',
        certificateId: 2,
      });
      expect(judgeFound(all, { name: '赵六', validTo: null })).toMatchObject({
        verdict: 'name-mismatch',
        found: 2,
      });
    }
  });

  // Would catch: "valid" of a number of two people, without a word of whom.
  // Would catch: a signed code, which has the register's own dot, accused of another name than the register's.
  it('is the same person under each spelling of a name, on either side', () => {
    for (const given of ['买买提•吐尔逊', '买买提·吐尔逊', '买买提．吐尔逊 ', '买**•吐尔逊'])
      for (const stored of ['买买提•吐尔逊', '买买提・吐尔逊']) {
        const row = { name: given, validTo: null };
        expect(judgeFound([of(1, { name: stored })], row).verdict).not.toBe('name-mismatch');
      }
    const other = { name: '买买提•吐逊尔', validTo: null };
    expect(judgeFound([of(1, { name: '买买提·吐尔逊' })], other).verdict).toBe('name-mismatch');
  });
  it('is nobody’s where the row names nobody, also where all are in force', () => {
    expect(judgeFound([of(1), other], { name: null, validTo: null })).toMatchObject({
      verdict: 'several',
      found: 2,
      certificateId: null,
    });
    expect(judgeFound([of(1), of(3, { holder: 1 })], { name: null, validTo: null }).verdict).toBe(
      'valid',
    );
  });
});

// Would catch: a certificate of another region called "not this person's", in red, because he has one here too.
it('a number that is not here is nobody’s, also where the person is here', () => {
  expect(unmetBy([of(1)], [])).toMatchObject({ verdict: 'not-in-slice', reason: 'unknown-number' });
  expect(unmetBy([], [])).toMatchObject({ verdict: 'not-in-slice', reason: null });
  expect(unmetBy(null, [])).toMatchObject({ verdict: 'not-in-slice', reason: null });
  expect(unmetBy([], null)).toMatchObject({ verdict: 'not-in-slice', reason: null });
  for (const own of [[of(1)], []])
    expect(unmetBy(own, [of(2)])).toMatchObject({
      verdict: 'number-mismatch',
      reason: 'other-person',
    });
  expect(unmetBy([of(1), of(2)], [of(2)])).toBeNull();
  expect(unmetBy(null, [of(2)])).toBeNull();
  expect(unmetBy([of(1)], null)).toBeNull();
});

// Would catch: a month without a day held against one day of it, so that an honest list differs from the record.
it('a month alone fits any last day in it', () => {
  const validTo = dayFromIso('2027-12-15');
  const verdict = (iso: string, end?: 'month') =>
    judgeFound([of(1, { validTo })], {
      ...{ name: null, validTo: dayFromIso(iso) },
      ...(end === undefined ? {} : { end }),
    }).verdict;
  expect(verdict('2027-12-31', 'month')).toBe('valid');
  expect(verdict('2027-12-31')).toBe('date-mismatch');
  expect(verdict('2027-11-30', 'month')).toBe('date-mismatch');
  expect(verdict('2026-12-31', 'month')).toBe('date-mismatch');
});
