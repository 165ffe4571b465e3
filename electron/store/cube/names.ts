import { NameIndex, type NameRanks, type NameRow, RANKS } from './name-index';
import type { Steps } from './steps';

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

  private constructor(
    base: NameIndex,
    changed: ReadonlyMap<number, NameRow | null>,
    recent: NameIndex,
  ) {
    this.base = base;
    this.changed = changed;
    this.recent = recent;
  }

  /** Names of which none changed since their index was made. */
  static of(base: NameIndex): Names {
    return new Names(base, new Map(), NameIndex.of([]));
  }

  /** These names with the changes; null when an index of all names should be built instead. */
  *with(changes: ReadonlyMap<number, NameRow | null>): Steps<Names | null> {
    const changed = new Map([...this.changed, ...changes]);
    if (changed.size > MAX_CHANGED) return null;
    const rows = [...changed.values()].filter((row) => row !== null);
    return new Names(this.base, changed, yield* NameIndex.steps(rows));
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

  /** Up to `limit` names in order of rank, then of number. */
  best(
    { ranks, ids }: NameRanks,
    limit: number,
  ): readonly { readonly id: number; readonly text: string }[] {
    const found: { readonly id: number; readonly text: string }[] = [];
    for (let rank = 1; rank <= RANKS; rank++) {
      for (const id of ids) {
        if (ranks[id] !== rank) continue;
        const text = this.textOf(id);
        if (text !== undefined) found.push({ id, text });
        if (found.length === limit) return found;
      }
    }
    return found;
  }

  private textOf(id: number): string | undefined {
    const changed = this.changed.get(id);
    return changed === undefined ? this.base.textOf(id) : changed?.text;
  }

  private merged(find: (names: NameIndex) => NameRanks | null): NameRanks | null {
    const old = find(this.base);
    if (this.changed.size === 0) return old;
    const recent = find(this.recent);
    if (old === null) return recent;
    const ranks = new Uint8Array(Math.max(this.base.maxId, this.recent.maxId) + 1);
    ranks.set(old.ranks);
    // The small index knows nothing but changed names, and of those it knows all.
    const kept = old.ids.filter((id) => !this.changed.has(id));
    if (kept.length === 0) return recent;
    if (kept.length < old.ids.length)
      for (const id of old.ids) if (this.changed.has(id)) ranks[id] = 0;
    for (const id of recent?.ids ?? []) ranks[id] = recent?.ranks[id] ?? 0;
    const ids = recent === null ? kept : [...kept, ...recent.ids].sort((a, b) => a - b);
    return { ranks, ids };
  }
}
