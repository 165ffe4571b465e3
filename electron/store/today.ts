import { dayInShanghai } from '../../shared/kernel/day';

/**
 * The day that statuses are for: what main says, and from there on with the calendar, so that a desk
 * that stays open over midnight does not show yesterday's statuses. It never goes back by itself. Where the wall clock
 * shows another day than main, it is known to be wrong and turns nothing: main tells (main/services/day).
 */
export class Today {
  private known: number;
  private seen: number;

  /** `nowMs`: the wall clock, UTC ms. */
  constructor(private readonly nowMs: () => number) {
    this.seen = dayInShanghai(nowMs());
    this.known = this.seen;
  }

  get day(): number {
    return this.known;
  }

  set(day: number): void {
    this.known = day;
    this.seen = dayInShanghai(this.nowMs());
  }

  /** True when a new day has begun in Shanghai since the last look. */
  turns(): boolean {
    const now = dayInShanghai(this.nowMs());
    if (this.seen !== this.known || now <= this.seen) return false;
    this.seen = now;
    this.known = now;
    return true;
  }
}
