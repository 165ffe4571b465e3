import { networkInterfaces } from 'node:os';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import { HealthSchema, PATHS } from '../../../../shared/protocol/endpoints';
import type { Line } from './line';
import { systemTiming, type Timing, within } from './timing';

export type Connection = SyncStatus['connection'];

const PROBE_EVERY_MS = 30_000;
/** On a line that is paid for, a question costs more than it tells; requests and the network's own changes tell too. */
const PROBE_METERED_EVERY = 10;
/** A health answer is a few dozen bytes: a line that needs longer is of no use to anybody. */
const PROBE_TIMEOUT_MS = 5_000;
const NETWORK_LOOK_MS = 3_000;
const MAX_HEALTH_BYTES = 4_096;

/**
 * Whether the server can be reached now. It is asked every half minute, at once when this machine's
 * addresses change and whenever somebody's request failed; every other request that ends tells it too.
 */
export class ConnectionWatch {
  private state: Connection = 'unknown';
  private line: Line | null = null;
  private ending = new AbortController();
  private addresses = '';
  private probing: AbortController | null = null;

  constructor(
    private readonly onChange: (state: Connection) => void,
    /** While requests are under way they tell more than a probe that waits behind them. */
    private readonly isBusy: () => boolean,
    private readonly timing: Timing = systemTiming,
    private readonly isMetered: () => boolean = () => false,
  ) {}

  get current(): Connection {
    return this.state;
  }

  start(line: Line): void {
    this.stop();
    this.line = line;
    this.addresses = ownAddresses();
    const { signal } = this.ending;
    let nth = 0;
    void this.repeat(PROBE_EVERY_MS, signal, () => {
      nth++;
      // Who is offline wants to know of the line's return, whatever it costs.
      if (this.isMetered() && this.state === 'online' && nth % PROBE_METERED_EVERY !== 0) return;
      void this.check();
    });
    void this.repeat(NETWORK_LOOK_MS, signal, () => this.lookAtNetwork());
    void this.check();
  }

  stop(): void {
    this.ending.abort();
    this.ending = new AbortController();
    this.probing?.abort();
    this.probing = null;
    this.line = null;
    this.state = 'unknown';
  }

  private async repeat(everyMs: number, signal: AbortSignal, act: () => void): Promise<void> {
    try {
      for (;;) {
        await this.timing.sleep(everyMs, signal);
        act();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Some request has shown how it stands. */
  learn(state: Connection): void {
    if (state === this.state) return;
    this.state = state;
    this.onChange(state);
  }

  /** Asks the server now. Never rejects. */
  async check(): Promise<void> {
    const { line } = this;
    if (line === null || this.probing !== null || this.isBusy()) return;
    const abort = new AbortController();
    this.probing = abort;
    const asked = isHealthy(line, abort.signal);
    const isReached = await within(this.timing, PROBE_TIMEOUT_MS, asked, tooLate).catch(
      () => false,
    );
    abort.abort();
    if (this.probing !== abort) return;
    this.probing = null;
    this.learn(isReached ? 'online' : 'offline');
  }

  private lookAtNetwork(): void {
    const addresses = ownAddresses();
    if (addresses === this.addresses) return;
    this.addresses = addresses;
    void this.check();
  }
}

const tooLate = () => new Error('no health answer in time');

async function isHealthy(line: Line, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await line.json(
      { path: PATHS.health, signal, priority: 'directive' },
      MAX_HEALTH_BYTES,
    );
    return HealthSchema.safeParse(answer).success;
  } catch {
    // Whatever the reason: no request of this device can succeed now, and a run will name it.
    return false;
  }
}

/** This machine's addresses outside itself; changes when it comes onto another network. */
export function ownAddresses(): string {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
