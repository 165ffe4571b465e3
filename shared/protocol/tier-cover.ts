import type { TierRef } from './manifest';

/**
 * A tier holds the net changes between two states of a region: every row that changed at its last
 * value, every row that left as an exit. It may be applied to any state from its beginning on, not
 * only to the one at `from`:
 * - whole rows replace, exits of rows that are not there do nothing;
 * - a patch has every column that changed since `from`, so it is right on any revision between its
 *   base and its result.
 * Its parts are ordered by the rows' last change, so those that end at or before a complete state
 * hold nothing new for it.
 */

/** What another request costs, in bytes: a cover of few objects is worth a little repetition. */
const REQUEST_BYTES = 2_000;

/** Parts of a tier that a slice complete up to `state` lacks. */
export function missingParts(tier: TierRef, state: number): TierRef['parts'] {
  return tier.parts.filter(({ to }) => to > state);
}

const bytesFrom = (tier: TierRef, state: number): number =>
  missingParts(tier, state).reduce((sum, { bytes }) => sum + bytes + REQUEST_BYTES, 0);

/** Where a slice stands: whole up to `whole`; some rows may be newer already, up to `position`. */
export interface Standing {
  readonly whole: number;
  readonly position: number;
}

/**
 * The tiers that lead a slice to the newest end of any tier for the fewest bytes, in the order of
 * application. Empty where nothing is newer, or where no tier reaches back that far: then live pages,
 * which have no such limit, do it alone.
 */
export function shortestCover(
  tiers: readonly TierRef[],
  { whole: state, position }: Standing,
): readonly TierRef[] {
  const end = Math.max(0, ...tiers.map(({ to }) => to));
  // Tiers only lead forwards: with the ends in order, one pass settles every state before it is left.
  const ends = [...new Set(tiers.map(({ to }) => to))].sort((a, b) => a - b);
  const best = new Map<number, { readonly bytes: number; readonly path: readonly TierRef[] }>([
    [state, { bytes: 0, path: [] }],
  ]);
  for (const at of [state, ...ends.filter((to) => to > state)]) {
    const here = best.get(at);
    if (here === undefined) continue;
    for (const tier of tiers) {
      // A first tier that ended before the newest row of an unfinished delta would take that row back.
      if (tier.from > at || tier.to <= at || tier.to < position) continue;
      const bytes = here.bytes + bytesFrom(tier, at);
      const known = best.get(tier.to);
      if (known === undefined || bytes < known.bytes)
        best.set(tier.to, { bytes, path: [...here.path, tier] });
    }
  }
  return best.get(end)?.path ?? [];
}
