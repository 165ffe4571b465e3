import { AppError, type ErrorCode } from '../../../shared/errors/app-error';
import type { StoreClient as StoreProcess } from '../../store/launcher';
import type { StoreCallName, StoreCalls, StoreEvent } from '../../store/protocol';

/** What services know of the store. */
export interface StoreCaller {
  /** Rejects with documented codes; STORE_CRASHED when the process ends before the answer. */
  call<C extends StoreCallName>(call: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]>;
  /** Progress of a long call; answers how to unsubscribe. */
  onEvent(listener: (event: StoreEvent) => void): () => void;
}

/** A started store process. */
export interface StartedStore {
  readonly process: StoreProcess;
  /** Hands the process a page's port; null where a port cannot reach it (Node child). */
  readonly givePagePort: ((port: unknown) => void) | null;
}

/** A killed process is gone within moments, unless the kernel holds it in a broken disk. */
const GONE_MS = 2_000;

/** Their failures are told to whoever asked. */
const ON_SHUT_FILES: readonly StoreCallName[] = [
  'open',
  'diagnose',
  'salvage',
  'renewJournal',
  'setAsideSlice',
];

/**
 * The store process over the sessions: started at unlock, ended at lock. It is never restarted by
 * itself, because it holds keys only from an unlock: after a crash the desk locks and says so.
 */
export class StoreClient implements StoreCaller {
  private started: StartedStore | null = null;
  private readonly listeners = new Set<(event: StoreEvent) => void>();

  constructor(
    private readonly startProcess: () => StartedStore,
    /** The process ended without being told to. */
    private readonly onCrash: () => void,
    /** A call on open files failed. */
    private readonly onFailure: (code: ErrorCode, file: string) => void,
  ) {}

  /** The running process; null while locked. */
  get running(): StartedStore | null {
    return this.started;
  }

  start(): void {
    if (this.started !== null) return;
    const started = this.startProcess();
    this.started = started;
    started.process.onEvent((event) => {
      for (const listener of this.listeners) listener(event);
    });
    started.process.onExit(() => {
      if (this.started !== started) return;
      this.started = null;
      this.onCrash();
    });
  }

  call<C extends StoreCallName>(call: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]> {
    if (this.started === null) return Promise.reject(new AppError('LOCKED'));
    return this.started.process.call(call, input).catch((error: unknown) => {
      if (error instanceof AppError && !ON_SHUT_FILES.includes(call))
        this.onFailure(error.code, String(error.params.file ?? ''));
      throw error;
    });
  }

  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Closes files and ends the process; one that does not answer within `graceMs` is killed, which its files
   * survive. Resolves when it is gone.
   */
  async stop(graceMs = 5_000): Promise<void> {
    const { started } = this;
    this.started = null;
    if (started === null) return;
    const gone = new Promise<void>((resolve) => started.process.onExit(() => resolve()));
    if (graceMs > 0) {
      const closed = started.process.call('close', {}).catch(() => undefined);
      await Promise.race([closed, after(graceMs)]);
    }
    started.process.kill();
    await Promise.race([gone, after(GONE_MS)]);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
