import { describe, expect, it } from 'vitest';
import type { AdminAct, AdminPart } from '../../../../shared/protocol/admin-acts';
import { type HandedIn, Unanswered } from './unanswered';

const ORDER: AdminAct = {
  ...{ kind: 'directive', office: '330600', order: 'practise', reason: '演练' },
};
const handed = (id: string, part: AdminPart, act: AdminAct = ORDER, text = 'first'): HandedIn =>
  ({ draft: { id, act }, part, text, signed: { intent: text } }) as unknown as HandedIn;

function kept() {
  const clock = { nowMs: 1_000_000 };
  return { clock, unanswered: new Unanswered(() => clock.nowMs) };
}

describe('signatures whose answer did not arrive', () => {
  // Would catch: a second signature for an act that was signed, which the centre tells is gone, so that a code is never seen.
  it('are found by what was asked for and by what was decided on, each by its own', () => {
    const { unanswered } = kept();
    unanswered.keep(handed('A', 'request'));
    unanswered.keep(handed('B', 'countersign'));
    unanswered.keep(handed('C', 'refuse'));
    // The same act, its keys in another order.
    const same = { reason: '演练', order: 'practise', office: '330600', kind: 'directive' };
    expect(unanswered.requestOf(same as AdminAct)?.draft.id).toBe('A');
    expect(unanswered.decisionOn('B')?.part).toBe('countersign');
    expect(unanswered.decisionOn('C')?.part).toBe('refuse');
    // Would catch: a decision taken for the request of the same words, and a request handed in as somebody's decision.
    expect(unanswered.decisionOn('A')).toBeNull();
    expect(unanswered.requestOf({ ...ORDER, reason: '另一次' })).toBeNull();
    unanswered.settle('A');
    expect(unanswered.requestOf(ORDER)).toBeNull();
  });

  // Would catch: a time that begins anew with each try, so that one is handed in after the centre has forgotten its answer; and one
  // signature that takes the place of another that the centre has.
  it('are kept from the first time on, as they were then, and no longer than the centre keeps its answer', () => {
    const { clock, unanswered } = kept();
    unanswered.keep(handed('A', 'request'));
    clock.nowMs += 9 * 60_000;
    unanswered.keep(handed('A', 'request', ORDER, 'second'));
    expect(unanswered.requestOf(ORDER)?.text).toBe('first');
    clock.nowMs += 60_000;
    expect(unanswered.requestOf(ORDER)).toBeNull();
    unanswered.keep(handed('B', 'countersign'));
    clock.nowMs += 10 * 60_000;
    expect(unanswered.decisionOn('B')).toBeNull();
  });

  // Would catch: what one person signed, handed in by whoever unlocks after him.
  it('are forgotten with the session', () => {
    const { unanswered } = kept();
    unanswered.keep(handed('A', 'request'));
    unanswered.keep(handed('B', 'refuse'));
    unanswered.forget();
    expect([unanswered.requestOf(ORDER), unanswered.decisionOn('B')]).toEqual([null, null]);
  });
});
