import type { Timing } from './timing';

/** Answers in a row that an endpoint began and did not bring to an end. */
const MOST_STUMBLES = 2;
/** How long another endpoint is used before the preferred one is asked again. */
const PREFER_AGAIN_MS = 10 * 60_000;

export interface EndpointView {
  readonly address: string;
  readonly state: 'used' | 'standby' | 'failed';
}

/** The office's endpoints: the preferred first, the one that answered last while that one does not. */
export class EndpointOrder {
  private used = 0;
  private leftPreferredMs = 0;
  private readonly broken = new Set<string>();
  /** By endpoint: paths whose answers it last broke off or failed at. */
  private readonly stumbles = new Map<string, readonly string[]>();

  constructor(
    private readonly endpoints: readonly string[],
    private readonly timing: Pick<Timing, 'nowMs'>,
  ) {}

  get count(): number {
    return this.endpoints.length;
  }

  get current(): string {
    return this.endpoints[this.used] ?? '';
  }

  /** Every endpoint once, the one to try first first. */
  tries(): readonly string[] {
    const awayMs = this.timing.nowMs() - this.leftPreferredMs;
    const from = this.used > 0 && awayMs >= PREFER_AGAIN_MS ? 0 : this.used;
    return [...this.endpoints.slice(from), ...this.endpoints.slice(0, from)];
  }

  /** The endpoint that is used, those that failed since they last answered, and the others. */
  view(): readonly EndpointView[] {
    return this.endpoints.map((address, index) => {
      const other = this.broken.has(address) ? 'failed' : 'standby';
      return { address, state: index === this.used && other !== 'failed' ? 'used' : other };
    });
  }

  /**
   * How an answer ended that an endpoint began: broken off, silent or its server's own failure, it is no answer. One
   * that answers small questions and nothing else is left all the same: only the same question answered makes up for it.
   */
  ended(endpoint: string, path: string, isWhole: boolean): void {
    const before = this.stumbles.get(endpoint) ?? [];
    const now = isWhole ? before.filter((one) => one !== path) : [...before, path];
    if (now.length < MOST_STUMBLES) {
      this.stumbles.set(endpoint, now);
      return;
    }
    this.stumbles.delete(endpoint);
    this.failed(endpoint);
  }

  /** It has begun to answer. */
  answered(endpoint: string): void {
    this.broken.delete(endpoint);
    this.used = Math.max(0, this.endpoints.indexOf(endpoint));
  }

  /** It did not answer, or broke off again and again; the next one is used from now on. */
  failed(endpoint: string): void {
    this.broken.add(endpoint);
    const at = this.endpoints.indexOf(endpoint);
    if (at === 0) this.leftPreferredMs = this.timing.nowMs();
    if (at === this.used && this.endpoints.length > 1) this.used = (at + 1) % this.endpoints.length;
  }
}
