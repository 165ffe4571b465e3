/** So long after the last command nobody is taken to be in the middle of something that is done in several. */
const QUIET_MS = 10 * 60_000;

/**
 * Commands of pages that run, and when the last one ended. What the program does by itself at rest waits for it: restoring,
 * recovering and enrolling are commands of people who are not logged in.
 */
export class CommandActivity {
  private running = 0;
  private lastMs = Number.NEGATIVE_INFINITY;

  /** `nowMs`: of a clock that nobody sets, in ms. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  async during<T>(act: () => T | Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await act();
    } finally {
      this.running -= 1;
      this.lastMs = this.nowMs();
    }
  }

  get isQuiet(): boolean {
    return this.running === 0 && this.nowMs() - this.lastMs >= QUIET_MS;
  }
}
