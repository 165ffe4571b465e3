import { networkInterfaces } from 'node:os';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import { HealthSchema, PATHS } from '../../../../shared/protocol/endpoints';
import type { Line } from './line';

export type Connection = SyncStatus['connection'];

const PROBE_EVERY_MS = 30_000;
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
  private timers: NodeJS.Timeout[] = [];
  private addresses = '';
  private probing: AbortController | null = null;

  constructor(
    private readonly onChange: (state: Connection) => void,
    /** While requests are under way they tell more than a probe that waits behind them. */
    private readonly isBusy: () => boolean,
  ) {}

  get current(): Connection {
    return this.state;
  }

  start(line: Line): void {
    this.stop();
    this.line = line;
    this.addresses = ownAddresses();
    this.timers = [
      setInterval(() => void this.check(), PROBE_EVERY_MS),
      setInterval(() => this.lookAtNetwork(), NETWORK_LOOK_MS),
    ];
    for (const timer of this.timers) timer.unref();
    void this.check();
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    this.probing?.abort();
    this.probing = null;
    this.line = null;
    this.state = 'unknown';
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
    const timer = setTimeout(() => abort.abort(), PROBE_TIMEOUT_MS);
    const isReached = await isHealthy(line, abort.signal);
    clearTimeout(timer);
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

async function isHealthy(line: Line, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await line.json({ path: PATHS.health, signal }, MAX_HEALTH_BYTES);
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
