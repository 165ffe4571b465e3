import { describe, expect, it } from 'vitest';
import { BATCH_VERDICTS } from '../batch/verdicts';
import { needsRectification, rectificationRate, type SitePerson, sitePile } from './visit';

const person = (dueDay: number | null, doneDay: number | null): SitePerson => ({
  n: 1,
  atMs: 1,
  name: null,
  number: null,
  company: null,
  verdict: 'expired',
  certificates: [],
  dueDay,
  doneDay,
});

describe('a site visit', () => {
  // Bug: somebody without a certificate in force counts as good, or a stranger's "not here" as a violation.
  it('sorts every verdict', () => {
    for (const verdict of BATCH_VERDICTS)
      expect(sitePile(verdict)).toMatch(/^(good|soon|bad|unclear)$/u);
    expect(sitePile('genuine')).toBe('good');
    for (const bad of ['missing', 'expired', 'revoked', 'genuine-expired'])
      expect(needsRectification(bad)).toBe(true);
    for (const open of [
      'not-in-slice',
      'must-ask',
      'name-mismatch',
      'code-altered',
      'valid',
      'expiring',
    ])
      expect(needsRectification(open)).toBe(false);
  });

  // Bug: the due day itself counts as overdue, what is late counts as in time, or nothing due is a rate of zero.
  it('counts what was put right in time', () => {
    expect(rectificationRate([], 100).onTimePercent).toBeNull();
    expect(rectificationRate([person(100, null)], 100)).toMatchObject({
      overdue: 0,
      onTimePercent: null,
    });
    const people = [
      person(100, 100),
      person(100, 101),
      person(99, null),
      person(null, null),
      person(101, null),
    ];
    expect(rectificationRate(people, 100)).toEqual({
      total: 4,
      done: 2,
      overdue: 1,
      onTimePercent: 33,
    });
  });
});
