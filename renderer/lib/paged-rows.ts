import type { Answer } from '../../shared/ipc/define';
import type { Failure } from './desk';

interface Page<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

interface Parts<T> {
  readonly size: number;
  ask(offset: number, limit: number): Promise<Answer<Page<T>>>;
  /** What there is has changed. */
  changed(): void;
}

/**
 * The rows of one question, by the page, as a table needs them. Another question has rows of its own: what comes late is
 * never put among them. A page that could not be had is asked for again when it is needed again.
 */
export class PagedRows<T> {
  total = 0;
  failure: Failure | null = null;
  /** The first answer is there. */
  isThere = false;
  private readonly pages = new Map<number, readonly T[]>();
  private readonly asked = new Set<number>();
  private isOver = false;
  /** What the table shows: it says so once. */
  private shown: readonly [number, number] = [0, 0];

  constructor(private readonly parts: Parts<T>) {}

  /** The table asks and is told from now on. */
  begin(): void {
    this.isOver = false;
    this.need(0, 0);
  }

  need(first: number, last: number): void {
    this.shown = [first, last];
    const { size } = this.parts;
    for (let page = Math.floor(first / size); page <= Math.floor(last / size); page++)
      if (!this.asked.has(page)) void this.load(page);
  }

  rowAt(index: number): T | null {
    const { size } = this.parts;
    return this.pages.get(Math.floor(index / size))?.[index % size] ?? null;
  }

  /** Asks once more for what is shown and could not be had. */
  again(): void {
    this.failure = null;
    this.parts.changed();
    this.need(...this.shown);
  }

  /** Another question took its place: nothing is told any more. */
  end(): void {
    this.isOver = true;
  }

  private async load(page: number): Promise<void> {
    const { size, ask, changed } = this.parts;
    this.asked.add(page);
    const answer = await ask(page * size, size);
    if (this.isOver) return;
    if (answer.ok) {
      this.pages.set(page, answer.data.rows);
      this.total = answer.data.total;
      this.failure = null;
      this.isThere = true;
    } else {
      this.asked.delete(page);
      this.failure = answer.error;
    }
    changed();
  }
}
