/** A count of one person's day with when it began and ended. */
export interface Tally {
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Adds to a tally of a map; makes it where there is none. */
export function tally(tallies: Map<number, Tally>, day: number, atMs: number, by = 1): void {
  const known = tallies.get(day);
  if (known === undefined) {
    tallies.set(day, { count: by, firstMs: atMs, lastMs: atMs });
    return;
  }
  known.count += by;
  known.firstMs = Math.min(known.firstMs, atMs);
  known.lastMs = Math.max(known.lastMs, atMs);
}

/** The largest number of different things within a stretch of time, as time goes on. Times that go back empty it. */
export class Window {
  private readonly entries: { readonly atMs: number; readonly what: string }[] = [];
  private readonly held = new Map<string, number>();
  private begin = 0;
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly lengthMs: number) {}

  /** Takes one in; answers how many different ones the stretch has now, and when it begins. */
  add(what: string, atMs: number): { readonly different: number; readonly firstMs: number } {
    if (atMs < this.lastMs) this.clear();
    this.lastMs = atMs;
    this.entries.push({ atMs, what });
    this.held.set(what, (this.held.get(what) ?? 0) + 1);
    for (;;) {
      const oldest = this.entries[this.begin];
      if (oldest === undefined || oldest.atMs > atMs - this.lengthMs) break;
      const left = (this.held.get(oldest.what) ?? 1) - 1;
      if (left === 0) this.held.delete(oldest.what);
      else this.held.set(oldest.what, left);
      this.begin++;
    }
    // What went out of it is let go of now and then, not one by one.
    if (this.begin > 1_000) {
      this.entries.splice(0, this.begin);
      this.begin = 0;
    }
    return { different: this.held.size, firstMs: this.entries[this.begin]?.atMs ?? atMs };
  }

  private clear(): void {
    this.entries.length = 0;
    this.held.clear();
    this.begin = 0;
  }
}
