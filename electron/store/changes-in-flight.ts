/**
 * Changes of rows that are under way: the file has them first, the columns in memory a moment later, and until then an
 * answer may be of either, or of both.
 */
export class ChangesInFlight {
  private readonly running = new Set<Promise<unknown>>();
  private count = 0;

  /** Does a change; it is under way until `work` has ended, however it did. */
  during<T>(work: () => Promise<T>): Promise<T> {
    this.count += 1;
    const change = work();
    this.running.add(change);
    const end = () => void this.running.delete(change);
    change.then(end, end);
    return change;
  }

  /** Resolves when none is under way, with how many there have been. */
  async settled(): Promise<number> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
    return this.count;
  }
}
