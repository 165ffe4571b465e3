import { describe, expect, it } from 'vitest';
import type { Validity } from '../../lib/status';
import { clockStates } from './clock-states';

const BASE: Validity = {
  status: 'valid',
  colour: 'green',
  stage: null,
  daysLeft: 900,
  deciding: 'validity',
  soon: { validity: false, review: false },
  validFrom: 19_000,
  validTo: 21_000,
  reviewDue: null,
};

describe('clockStates', () => {
  // Bug: an earlier review that was done hides that the open one is overdue: a green tick beside 逾期未复审.
  it('never calls an open review done', () => {
    const late: Validity = {
      ...BASE,
      status: 'review-overdue',
      deciding: 'review',
      reviewDue: 20_090,
      daysLeft: -10,
    };
    expect(clockStates(late, 19_500).review).toBe('late');
    expect(clockStates({ ...late, status: 'valid', daysLeft: 10 }, 19_500).review).toBe('open');
  });

  // Bug: the clock that does not decide is called fine, with a green tick, in the month in which it ends; a review to be done
  // now reads as one whose time has not come.
  it('says of each clock what it is, whichever decides', () => {
    const late: Validity = { ...BASE, status: 'review-overdue', deciding: 'review' };
    const both = { ...late, reviewDue: 20_090, daysLeft: -10, validTo: 20_110 };
    expect(clockStates({ ...both, soon: { validity: true, review: false } }, null)).toMatchObject({
      period: 'soon',
      review: 'late',
    });
    const due: Validity = { ...BASE, status: 'expiring', validTo: 20_110, reviewDue: 20_115 };
    expect(
      clockStates({ ...due, daysLeft: 10, soon: { validity: true, review: true } }, null),
    ).toMatchObject({ period: 'soon', review: 'now' });
  });

  // Bug: after the only review is done the page says that none is needed.
  it('shows the review that was done', () => {
    expect(clockStates(BASE, 20_000)).toMatchObject({ review: 'done', reviewDay: 20_000 });
    expect(clockStates(BASE, null).review).toBeNull();
  });

  // Bug: a page clock that was set back calls the period of an expired certificate fine.
  it('uses the day of the status, not the clock of the page', () => {
    expect(clockStates({ ...BASE, status: 'expired', daysLeft: -3 }, null)).toMatchObject({
      day: 21_003,
      period: 'over',
    });
  });

  // Bug: a green tick for a certificate that has not begun, or that was revoked.
  it('gives no all-clear before the start or under a base status', () => {
    const early: Validity = { ...BASE, status: 'not-yet-valid', daysLeft: 2_010 };
    expect(clockStates(early, null).period).toBe('not-begun');
    const revoked: Validity = { ...BASE, status: 'revoked', deciding: 'base' };
    expect(clockStates(revoked, null).isOverridden).toBe(true);
  });
});
