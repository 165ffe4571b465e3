import { AppError } from '../../../shared/errors/app-error';
import type {
  StoreAnswer,
  StoreCallName,
  StoreCalls,
  StoreEvent,
  StoreRequest,
} from '../../store/protocol';
import { PendingCalls } from './pending-calls';
import type { ProcessLink, StartProcess } from './process-link';

/** What services know of the store. */
export interface StoreCaller {
  /** Rejects with documented codes; STORE_CRASHED when the process ends before the answer. */
  call<C extends StoreCallName>(call: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]>;
  /** Progress of a long call; answers how to unsubscribe. */
  onEvent(listener: (event: StoreEvent) => void): () => void;
}

const CLOSE_TIMEOUT_MS = 5_000;

/**
 * The store process: started at unlock, ended at lock. It is never restarted by itself, because it
 * holds keys only from an unlock: after a crash the desk locks and says so.
 */
export class StoreClient implements StoreCaller {
  private link: ProcessLink | null = null;
  private readonly calls = new PendingCalls();
  private readonly listeners = new Set<(event: StoreEvent) => void>();

  constructor(
    private readonly startProcess: StartProcess,
    /** The process ended without being told to. */
    private readonly onCrash: () => void,
  ) {}

  get isRunning(): boolean {
    return this.link !== null;
  }

  /** The running process, for handing it a port. */
  get process(): ProcessLink | null {
    return this.link;
  }

  start(): void {
    if (this.link !== null) return;
    const link = this.startProcess();
    this.link = link;
    link.onMessage((message) => this.receive(message as StoreAnswer | StoreEvent));
    link.onExit(() => this.ended(link));
  }

  async call<C extends StoreCallName>(call: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]> {
    const { link } = this;
    if (link === null) throw new AppError('LOCKED');
    return this.calls.start<StoreCalls[C][1]>((id) => {
      const request: StoreRequest<C> = { id, call, input };
      link.post(request);
    });
  }

  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Closes files and ends the process; a store that does not answer is killed. */
  async stop(): Promise<void> {
    const { link } = this;
    if (link === null) return;
    const closed = this.call('close', {}).catch(() => undefined);
    this.link = null;
    const timer = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref());
    await Promise.race([closed, timer]);
    this.calls.rejectAll(new AppError('LOCKED'));
    link.kill();
  }

  private receive(message: StoreAnswer | StoreEvent): void {
    if ('event' in message) {
      for (const listener of this.listeners) listener(message);
    } else if (!('id' in message)) {
      return;
    } else if (message.ok) {
      this.calls.resolve(message.id, message.data);
    } else {
      const { code, params, detail } = message.error;
      this.calls.reject(message.id, new AppError(code, params, detail));
    }
  }

  private ended(link: ProcessLink): void {
    this.calls.rejectAll(new AppError('STORE_CRASHED'));
    if (this.link !== link) return;
    this.link = null;
    this.onCrash();
  }
}
