/**
 * What goes first on a narrow line: orders and revocations, then changes, then what somebody waits to see, then the bulk,
 * then the rest of the pictures. What goes up (`up`) waits for what matters more and keeps nobody waiting: revocations come
 * down in every class but that one and pictures'.
 */
export const PRIORITIES = ['directive', 'delta', 'view', 'up', 'segment', 'scan'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Requests under way at once, and how many of them a class may hold: room is left for what matters more. */
const AT_ONCE = 6;
const MOST: Readonly<Record<Priority, number>> = {
  directive: 6,
  delta: 5,
  view: 2,
  up: 2,
  segment: 4,
  scan: 1,
};

const UP = PRIORITIES.indexOf('up');

interface Waiting {
  readonly rank: number;
  readonly go: () => void;
}

/**
 * Lets requests onto the line by priority. A request that has begun goes on, but the bulk stands still
 * between two pieces while something that matters more is under way.
 */
export class PriorityGate {
  private readonly underWay = PRIORITIES.map(() => 0);
  private readonly waiting: Waiting[] = [];

  /** Resolves when the request may begin; call the answer once when it has ended. */
  async enter(priority: Priority, signal: AbortSignal): Promise<() => void> {
    const rank = PRIORITIES.indexOf(priority);
    while (!this.hasRoom(rank)) await this.wait(rank, signal);
    this.underWay[rank] = (this.underWay[rank] ?? 0) + 1;
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      this.underWay[rank] = (this.underWay[rank] ?? 1) - 1;
      this.wake();
    };
  }

  /** Resolves when a piece of the bulk may be read; at once for what matters. */
  async turn(priority: Priority, signal: AbortSignal): Promise<void> {
    const rank = PRIORITIES.indexOf(priority);
    while (rank >= 2 && this.isBusyAbove(rank)) await this.wait(rank, signal);
  }

  private isBusyAbove(rank: number): boolean {
    return this.underWay.some((count, other) => other < rank && other !== UP && count > 0);
  }

  private hasRoom(rank: number): boolean {
    const all = this.underWay.reduce((sum, count) => sum + count, 0);
    const own = MOST[PRIORITIES[rank] ?? 'scan'];
    const isNext = !this.waiting.some((other) => other.rank < rank && other.rank !== UP);
    return all < AT_ONCE && (this.underWay[rank] ?? 0) < own && isNext;
  }

  private wait(rank: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener('abort', abort);
        const at = this.waiting.indexOf(entry);
        if (at >= 0) this.waiting.splice(at, 1);
      };
      const abort = () => {
        leave();
        reject(signal.reason);
        this.wake();
      };
      const entry: Waiting = {
        rank,
        go: () => {
          leave();
          resolve();
        },
      };
      this.waiting.push(entry);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Everybody looks again, the most important first. */
  private wake(): void {
    for (const { go } of [...this.waiting].sort((a, b) => a.rank - b.rank)) go();
  }
}
