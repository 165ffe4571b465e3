import { type Transferable, Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors/app-error';
import type { ThreadProgress } from './calls';
import { type CallMapOf, PendingCalls, type WireAnswer } from './rpc';

/** What a thread may take for objects that were just made; by itself the runtime gives each three times as much, and keeps it. */
const YOUNG_MB = 16;

/** Our end of a worker thread. Its unexpected end fails every waiting call and is told once. */
export class Thread<C extends CallMapOf<C>, P = ThreadProgress['progress']> {
  private readonly worker: Worker;
  private readonly calls = new PendingCalls();
  private isEnding = false;

  constructor(
    file: string,
    role: string,
    hooks: {
      readonly onEnd: (detail: string) => void;
      readonly onProgress: (progress: P) => void;
    },
    /** Presses that it makes way for. */
    presses?: SharedArrayBuffer,
  ) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
    this.worker = new Worker(file, { workerData: { role, presses }, resourceLimits });
    this.worker.on('message', (message: WireAnswer | { readonly progress: P }) => {
      if ('progress' in message) hooks.onProgress(message.progress);
      else this.calls.settle(message);
    });
    const end = (detail: string): void => {
      this.calls.abandon(new AppError('STORE_CRASHED', {}, detail));
      if (!this.isEnding) hooks.onEnd(`${role}: ${detail}`);
      this.isEnding = true;
    };
    this.worker.on('error', (error: unknown) =>
      end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    this.worker.on('exit', (code) => end(`exit ${code}`));
  }

  /** Calls the thread; what is in `transfer` moves there and is empty here afterwards. */
  call<N extends keyof C & string>(
    name: N,
    input: C[N][0],
    transfer: readonly Transferable[] = [],
  ): Promise<C[N][1]> {
    return this.calls.start((id) =>
      this.worker.postMessage({ id, call: name, input }, transfer),
    ) as Promise<C[N][1]>;
  }

  async terminate(): Promise<void> {
    this.isEnding = true;
    await this.worker.terminate();
  }
}
