import { expect, it } from 'vitest';
import { BASE_STATUSES } from '../../shared/domain/model';
import { answerOf } from './lookup';

const row = (reviewDue: number | null, validFrom = 19_000) => ({
  name: '李四',
  baseStatus: BASE_STATUSES.valid,
  numberForm: 0,
  validFrom,
  validTo: 21_000,
  reviewDue,
});

// Would catch: of two certificates alike but for an overdue review the reviewed one answered for both.
it('calls certificates one only where everything that makes their status is the same', () => {
  expect(answerOf([row(20_000), row(20_500)], null)).toEqual({ found: 'several' });
  expect(answerOf([row(null), row(20_500)], '李四')).toEqual({ found: 'several' });
  expect(answerOf([row(null), row(null, 20_999)], null)).toEqual({ found: 'several' });
  expect(answerOf([row(20_500), row(20_500)], null)).toMatchObject({
    found: 'one',
    reviewDue: 20_500,
  });
});
