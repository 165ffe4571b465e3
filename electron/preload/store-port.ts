import type { PortAnswer, PortRequest } from '../../shared/ipc/events';

type Refusal = 'LOCKED' | 'STORE_CRASHED';
type Settle = (answer: unknown) => void;

const refused = (code: Refusal) => ({ ok: false, error: { code, params: {}, ref: '' } });

/**
 * The page's end of the port to the store. Main grants a port after each unlock and tells when it
 * ends; calls made in the moment before the port arrives wait for it, all others are refused.
 */
export class StorePort {
  private port: MessagePort | null = null;
  private nextId = 1;
  private readonly pending = new Map<number, Settle>();
  private waiting: { route: string; input: unknown; settle: Settle }[] = [];

  /** Takes a new port; whatever waited goes out over it. */
  attach(port: MessagePort): void {
    this.end('LOCKED');
    this.port = port;
    port.onmessage = (event: MessageEvent<PortAnswer>) => {
      const settle = this.pending.get(event.data.id);
      this.pending.delete(event.data.id);
      settle?.(event.data.answer);
    };
    const waiting = this.waiting;
    this.waiting = [];
    for (const call of waiting) this.send(call.route, call.input, call.settle);
  }

  /** The port is gone; every open call is answered with the reason. */
  end(code: Refusal): void {
    this.port?.close();
    this.port = null;
    const open = [...this.pending.values()];
    this.pending.clear();
    for (const settle of open) settle(refused(code));
  }

  invoke(route: string, input: unknown): Promise<unknown> {
    return new Promise((settle) => {
      if (this.port !== null) this.send(route, input, settle);
      else this.wait(route, input, settle);
    });
  }

  private wait(route: string, input: unknown, settle: Settle): void {
    const call = { route, input, settle };
    this.waiting.push(call);
    setTimeout(() => {
      if (!this.waiting.includes(call)) return;
      this.waiting = this.waiting.filter((other) => other !== call);
      settle(refused('LOCKED'));
    }, 2_000);
  }

  private send(route: string, input: unknown, settle: Settle): void {
    const id = this.nextId++;
    this.pending.set(id, settle);
    const request: PortRequest = { id, route, input };
    this.port?.postMessage(request);
  }
}
