import { describe, expect, it } from 'vitest';
import type { DirectiveStatement } from '../../../../shared/protocol/signed-statement';
import { refusalOf } from './apply-directives';
import { type ControlState, FIRST_STATE } from './control-state';
import { KEPT, withAct, withApplied } from './kept';

type Kept = Pick<ControlState, 'applied' | 'forgotten'>;
const order = (kind: DirectiveStatement['kind'], seq: number) => ({
  ...{ id: String(seq).padStart(26, '0'), kind, seq, reason: '查', atMs: seq },
  outcome: 'done' as const,
});
const listed = (orders: readonly ReturnType<typeof order>[]): Kept =>
  orders.reduce<Kept>((state, one) => withApplied(state, one), FIRST_STATE);
const marks = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => order(i % 2 === 0 ? 'mark' : 'lift-mark', from + i));

describe('orders that were carried out', () => {
  // Bugs: an order of an old stick that is carried out again once 200 marks and lifts came after it; a new one that is refused for it.
  it('are not carried out again when the list has forgotten them', () => {
    const state = listed([order('switch-endpoint', 7), order('lock', 9), ...marks(10, KEPT)]);
    expect(state.applied.length).toBe(KEPT);
    expect(state.forgotten).toEqual({ turn: 7, lock: 9 });
    const said = (seq: number) =>
      refusalOf({ kind: 'renew-lease', seq }, state.applied, 1, state.forgotten);
    expect([said(6), said(7), said(8), said(500)]).toEqual(['order', 'order', null, null]);
    const later = listed([order('lock', 3), ...marks(10, 3 * KEPT), order('renew-lease', 900)]);
    expect(later.forgotten).toEqual({ turn: 0, lock: 3 });
    expect(refusalOf({ kind: 'switch-endpoint', seq: 899 }, later.applied, 1)).toBe('order');
  });

  it('are all remembered while the list has room', () => {
    const state = listed([order('lock', 1), ...marks(2, KEPT - 1)]);
    expect(state.applied.length).toBe(KEPT);
    expect(state.forgotten).toBeUndefined();
  });
});

describe('acts that are still to be told', () => {
  type Told = ControlState['acts'][number]['act'];
  const act = (n: number, what: Pick<Told, 'act'> & Partial<Told>) => ({
    key: String(n).padStart(26, '0'),
    act: { directive: null, persons: [], atMs: n, ...what },
  });
  const bogus = (n: number) => act(n, { act: 'order-refused', kind: null, refused: 'signature' });
  const set = (n: number) => act(n, { act: 'level-set', persons: ['H1'], level: 1 });

  // Bug: sticks full of envelopes that are no orders push the head's own acts out before anybody told them.
  it('outlive whatever strange sticks bring', () => {
    let acts: ControlState['acts'] = [set(0), bogus(1), set(2)];
    for (let n = 3; n < 3 * KEPT; n++) acts = withAct(acts, bogus(n));
    expect(acts.length).toBe(KEPT);
    expect(acts.slice(0, 2)).toEqual([set(0), set(2)]);
    expect(acts.at(-1)).toEqual(bogus(3 * KEPT - 1));
    for (let n = 0; n < 2 * KEPT; n++) acts = withAct(acts, set(1_000 + n));
    expect(acts.map(({ act: { atMs } }) => atMs)).toEqual(
      Array.from({ length: KEPT }, (_, i) => 1_000 + KEPT + i),
    );
  });
});
