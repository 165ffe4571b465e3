import type { ServerEnd } from './rpc';

const QUIET_MS = 2_000;

/** Does something once after calls, when none has come for a while: work that a caller would have to wait for. */
export class Quiet {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly act: () => void) {}

  /** The same port; what comes in is heard here as well. */
  heard(port: ServerEnd): ServerEnd {
    port.on('message', () => this.begin());
    return port;
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), QUIET_MS);
    // Nothing waits for it: the thread may end.
    this.timer.unref();
  }

  private rest(): void {
    try {
      this.act();
    } catch {
      // A disk that refuses: the next commit that needs it says so.
    }
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
