import { expect, test } from 'vitest';
import { again, answerTo, begun, type Held } from './answers';

const FAILURE = { code: 'BUSY', params: {}, ref: '' } as const;
const ready: Held<number, string> = {
  ...{ of: 'a', state: 'ready', data: 7, input: 'A', failure: null, former: null },
};

// Bug: what was answered to another question stands as the answer to this one, while it loads or after it failed.
test('an answer to another question is none', () => {
  const former = { data: 7, input: 'A' };
  expect(answerTo(ready, 'b')).toEqual({ ...begun('b'), former });
  expect(again(ready, 'b')).toEqual({ ...begun('b'), former });
  expect(again(again(ready, 'b'), 'c')).toEqual({ ...begun('c'), former });
  expect(answerTo({ ...ready, state: 'failed', failure: FAILURE }, 'b').failure).toBeNull();
  expect(answerTo(ready, null)).toEqual(begun(null));
});

// Bug: a page goes blank at each page of a synchronisation, or keeps the failure of before beside a new try.
test('the answer to the same question stays while it is asked again', () => {
  expect(again(ready, 'a')).toEqual({ ...ready, state: 'loading' });
  const failed: Held<number, string> = { ...ready, state: 'failed', failure: FAILURE };
  expect(again(failed, 'a')).toEqual({ ...ready, state: 'loading' });
  expect(answerTo(failed, 'a')).toBe(failed);
});
