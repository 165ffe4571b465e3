import { itemsOf, type Posting, postingSteps } from './posting';
import type { Steps } from './steps';

/** Rows noted beside the index; beyond it the index is better made anew. */
const MAX_LATER = 65_536;

/**
 * Rows by the value of one column, so that a question about few names or one company does not pass over a
 * million rows. May name rows that have another value by now: whoever asks looks at the column as well.
 */
export class RowsBy {
  private readonly posting: Posting;
  private readonly later = new Map<number, number[]>();
  private laterCount = 0;

  private constructor(posting: Posting) {
    this.posting = posting;
  }

  /** The first `count` rows of a column, which must not change before the last step. */
  static *steps(column: Uint32Array, count: number): Steps<RowsBy> {
    let last = 0;
    for (let i = 0; i < count; i++) last = Math.max(last, column[i] ?? 0);
    yield;
    return new RowsBy(yield* postingSteps(count, last + 1, (i, tell) => tell(column[i] ?? 0)));
  }

  /** So many rows are noted beside the index that it should be made anew. */
  get isDue(): boolean {
    return this.laterCount > MAX_LATER;
  }

  /** Row i has this value from now on. */
  add(value: number, i: number): void {
    this.laterCount++;
    const rows = this.later.get(value);
    if (rows === undefined) this.later.set(value, [i]);
    else rows.push(i);
  }

  /** Overwrites what it holds. */
  zero(): void {
    this.posting.starts.fill(0);
    this.posting.items.fill(0);
    for (const rows of this.later.values()) rows.fill(0);
    this.later.clear();
  }

  /** At most so many rows have the value. */
  countOf(value: number): number {
    return this.sortedRows(value).length + (this.later.get(value)?.length ?? 0);
  }

  private sortedRows(value: number): Uint32Array {
    return value + 1 < this.posting.starts.length
      ? itemsOf(this.posting, value)
      : new Uint32Array(0);
  }

  /** The rows that may have one of the values, ascending, each once; null where they are more than `limit`. */
  rowsOf(values: Iterable<number>, limit: number): Uint32Array | null {
    let most = 0;
    const known: number[] = [];
    for (const value of values) {
      most += this.countOf(value);
      if (most > limit) return null;
      known.push(value);
    }
    const rows = new Uint32Array(most);
    let at = 0;
    for (const value of known) {
      const sorted = this.sortedRows(value);
      rows.set(sorted, at);
      at += sorted.length;
      for (const i of this.later.get(value) ?? []) rows[at++] = i;
    }
    rows.sort();
    let count = 0;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] ?? 0;
      if (k === 0 || row !== rows[k - 1]) rows[count++] = row;
    }
    return rows.subarray(0, count);
  }
}
