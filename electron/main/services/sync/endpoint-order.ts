import type { Timing } from './timing';

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
