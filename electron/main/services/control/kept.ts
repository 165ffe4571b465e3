import { hasTurn } from './apply-directives';
import type { ControlState } from './control-state';

/** Of orders, acts and receipts that the channel's file holds. */
export const KEPT = 200;

type Applied = ControlState['applied'][number];
type Act = ControlState['acts'][number];

/** The highest numbers of orders that are on the list no more: of those that go by turns, and of locks. */
export type Forgotten = NonNullable<ControlState['forgotten']>;
export const NONE_FORGOTTEN: Forgotten = { turn: 0, lock: 0 };

/**
 * The list with one more order. What falls off its end leaves its number: marks and lifts fill the list too, and an old stick's
 * order must not be carried out again because it is too old to be remembered.
 */
export function withApplied(
  { applied, forgotten = NONE_FORGOTTEN }: Pick<ControlState, 'applied' | 'forgotten'>,
  one: Applied,
): Pick<ControlState, 'applied' | 'forgotten'> {
  const all = [...applied, one];
  const gone = all.slice(0, -KEPT);
  const highest = (former: number, of: (one: Applied) => boolean): number =>
    Math.max(former, ...gone.filter(of).map(({ seq }) => seq));
  const turn = highest(forgotten.turn, hasTurn);
  const lock = highest(forgotten.lock, ({ kind }) => kind === 'lock');
  return { applied: all.slice(-KEPT), ...(turn + lock > 0 ? { forgotten: { turn, lock } } : {}) };
}

/** Acts with one more. Where there is no room, what came as an order and was none goes first: anybody can write such a stick. */
export function withAct(acts: readonly Act[], one: Act): Act[] {
  const all = [...acts, one];
  if (all.length <= KEPT) return all;
  const strange = all.findIndex(({ act }) => act.act === 'order-refused' && act.directive === null);
  all.splice(Math.max(0, strange), 1);
  return all;
}
