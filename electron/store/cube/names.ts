import { NameIndex, type NameRanks, type NameRow, RANKS } from './name-index';

/** Changed names beside the large index; beyond it is better built anew. */
const MAX_CHANGED = 8_192;

/**
 * All names: one large index, and beside it a small one of those that pages brought since. A page that
 * brings ten persons then costs ten names, not half a million. Never changed, only replaced.
 */
export class Names {
  private readonly base: NameIndex;
  /** By id; null for a name that is gone. */
  private readonly changed: ReadonlyMap<number, NameRow | null>;
  private readonly recent: NameIndex;

  constructor(base: NameIndex, changed: ReadonlyMap<number, NameRow | null> = new Map()) {
    this.base = base;
    this.changed = changed;
    this.recent = NameIndex.of([...changed.values()].filter((row) => row !== null));
  }

  /** These names with the changes; null when an index of all names should be built instead. */
  with(changes: ReadonlyMap<number, NameRow | null>): Names | null {
    const changed = new Map([...this.changed, ...changes]);
    return changed.size > MAX_CHANGED ? null : new Names(this.base, changed);
  }

  byText(text: string): NameRanks | null {
    return this.merged((names) => names.byText(text));
  }

  byPinyin(letters: string): NameRanks | null {
    return this.merged((names) => names.byPinyin(letters));
  }

  byMixed(text: string): NameRanks | null {
    return this.merged((names) => names.byMixed(text));
  }

  byTypo(text: string): NameRanks | null {
    return this.merged((names) => names.byTypo(text));
  }

  byPinyinTypo(letters: string): NameRanks | null {
    return this.merged((names) => names.byPinyinTypo(letters));
  }

  /** Up to `limit` names in order of rank. */
  best(ranks: NameRanks, limit: number): readonly { readonly id: number; readonly text: string }[] {
    const found: { readonly id: number; readonly text: string }[] = [];
    for (let rank = 1; rank <= RANKS && found.length < limit; rank++) {
      found.push(
        ...this.base.ranked(ranks, rank, limit - found.length, (id) => this.changed.has(id)),
        ...this.recent.ranked(ranks, rank, limit - found.length, () => false),
      );
    }
    return found.slice(0, limit);
  }

  private merged(find: (names: NameIndex) => NameRanks | null): NameRanks | null {
    const old = find(this.base);
    if (this.changed.size === 0) return old;
    const recent = find(this.recent);
    const ranks = new Uint8Array(Math.max(this.base.maxId, this.recent.maxId) + 1);
    if (old !== null) ranks.set(old);
    // The small index knows nothing but changed names, and of those it knows all.
    for (const id of this.changed.keys()) {
      if (id < ranks.length) ranks[id] = recent?.[id] ?? 0;
    }
    return ranks.some((rank) => rank > 0) ? ranks : null;
  }
}
