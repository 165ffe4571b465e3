import { describe, expect, it } from 'vitest';
import type { CompactCode } from '../../../../shared/protocol/compact-code';
import type { CodeAnswer } from '../national/national';
import { codeFacts, codeVerdict } from './code-check';

const TODAY = 20_777;
const FRESH_DAYS = 7;
const codeOf = (claims: Partial<CompactCode['claims']> = {}) =>
  ({
    claims: {
      ...{ id: 7, name: '赵某', kind: 1, made: TODAY - 300 },
      ...{ validFrom: TODAY - 300, validTo: TODAY + 300, ...claims },
    },
  }) as CompactCode;
const heard = (day: number, status: 'clear' | 'listed' = 'clear') =>
  ({ state: 'genuine', status, day, issuer: { name: '某省' } }) as CodeAnswer;
const judge = (code: CompactCode, answer: CodeAnswer) =>
  codeVerdict(code, answer, TODAY, FRESH_DAYS);

describe('a signed code by keys and filter alone', () => {
  // Bug: a code reads "genuine, not revoked" by a filter that is months old, and a man whose certificate was revoked since goes in.
  it('is genuine only by a filter that the rules let one go by', () => {
    expect(judge(codeOf(), heard(TODAY))).toEqual({ verdict: 'genuine', reason: null });
    expect(judge(codeOf(), heard(TODAY - FRESH_DAYS)).verdict).toBe('genuine');
    for (const age of [FRESH_DAYS + 1, 200]) {
      const answer = heard(TODAY - age);
      expect(judge(codeOf(), answer)).toEqual({ verdict: 'must-ask', reason: 'old' });
      expect(codeFacts(codeOf(), answer, TODAY, FRESH_DAYS)).toMatchObject({
        isOld: true,
        asOfDay: TODAY - age,
      });
    }
  });

  // Bug: an old filter's hit, or dates that the code itself says, are lost behind "the list is old".
  it('says what is bad whatever the filter’s age is', () => {
    const old = TODAY - 200;
    expect(judge(codeOf(), heard(old, 'listed')).reason).toBe('listed');
    expect(judge(codeOf({ validTo: TODAY - 1 }), heard(old)).verdict).toBe('genuine-expired');
    expect(judge(codeOf({ validFrom: TODAY + 1 }), heard(old)).verdict).toBe('not-yet-valid');
  });
});
