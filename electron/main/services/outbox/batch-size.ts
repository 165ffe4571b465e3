/** A request takes about so long: a cut costs no more, and no bound of anybody's is near. */
const AIM_MS = 15_000;
/** Characters of one request at most, and where a line of unknown pace begins. */
const MOST = 1_500_000;
/** Below this a request's own overhead would be most of it. */
const LEAST = 24_000;

/**
 * How many characters of commands go in one request: by what the last ones took, halved when one did not arrive. A
 * single command goes whatever its size.
 */
export class BatchSize {
  private size = MOST;

  /** `bytesPerSecond` of what came down, where that is known: hardly any line carries more up. */
  most(bytesPerSecond: number | null): number {
    const likely = bytesPerSecond === null ? MOST : (bytesPerSecond * AIM_MS) / 1_000;
    return Math.min(this.size, Math.max(LEAST, likely));
  }

  /** So many characters were sent and answered in so long. */
  arrived(characters: number, ms: number): void {
    const likely = (characters / Math.max(1, ms)) * AIM_MS;
    this.size =
      ms > AIM_MS
        ? Math.max(LEAST, Math.min(this.size, likely))
        : Math.min(MOST, Math.max(this.size, Math.min(this.size * 2, likely)));
  }

  /** So many characters did not arrive. */
  failed(characters: number): void {
    this.size = Math.max(LEAST, Math.min(this.size, characters) / 2);
  }
}
