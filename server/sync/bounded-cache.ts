interface Kept<T> {
  readonly value: Promise<T>;
  /** Known once the value is. */
  bytes: number;
}

/**
 * Answers that many ask for at the same moment, made once. Keys name everything that an answer depends on, so nothing in
 * here is ever out of date; whoever was asked for longest ago goes first. A failure is told to all who wait, and not kept.
 */
export class BoundedCache<T> {
  private readonly kept = new Map<string, Kept<T>>();
  private bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly bytesOf: (value: T) => number,
  ) {}

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known !== undefined) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known.value;
    }
    const entry: Kept<T> = { value: make(), bytes: 0 };
    this.kept.set(key, entry);
    entry.value.then(
      (value) => this.weigh(key, entry, this.bytesOf(value)),
      () => this.drop(key, entry),
    );
    return entry.value;
  }

  private weigh(key: string, entry: Kept<T>, bytes: number): void {
    if (this.kept.get(key) !== entry) return;
    entry.bytes = bytes;
    this.bytes += bytes;
    for (const [oldest, old] of this.kept) {
      if (this.bytes <= this.maxBytes) return;
      // What is still being made weighs nothing, and somebody waits for it.
      if (old.bytes > 0) this.drop(oldest, old);
    }
  }

  private drop(key: string, entry: Kept<T>): void {
    if (this.kept.get(key) !== entry) return;
    this.kept.delete(key);
    this.bytes -= entry.bytes;
  }
}
