import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { BackupThreadCalls } from '../backup-thread';
import type { CheckCalls } from '../check/calls';
import { Thread } from '../threads/thread';
import type { BackupCalls, BackupProgress } from './calls';
import type { BackupKeys } from './write-generation';

/**
 * The store's end of the backup thread. The thread is made at the first need; the keys of the open files are kept
 * here until the store closes and given to it for one run at a time.
 */
export class BackupRunner {
  private thread: Thread<BackupThreadCalls, BackupProgress> | undefined;
  private keys: BackupKeys | undefined;
  private running: Promise<unknown> | undefined;
  private holds = 0;

  constructor(
    private readonly dir: string,
    private readonly hooks: {
      readonly onProgress: (progress: BackupProgress) => void;
      readonly onEnd: (detail: string) => void;
    },
  ) {}

  /** Keeps copies of the keys of an open store. */
  learn(journal: Uint8Array, slice: Uint8Array | null): void {
    this.keys = { journal: journal.slice(), slice: slice?.slice() ?? null };
  }

  /** A file is under another key now. */
  relearn(changed: { readonly journal?: Uint8Array; readonly slice?: Uint8Array }): void {
    if (this.keys === undefined) return;
    const { journal, slice } = this.keys;
    const next = {
      journal: (changed.journal ?? journal).slice(),
      slice: (changed.slice ?? slice)?.slice() ?? null,
    };
    zero(this.keys);
    this.keys = next;
  }

  /** Ends what runs and refuses with BUSY until the answer is called. */
  async hold(): Promise<() => void> {
    this.holds++;
    await this.cancel();
    return () => {
      this.holds--;
    };
  }

  run(order: BackupCalls['backupRun'][0]): Promise<BackupCalls['backupRun'][1]> {
    return this.once((thread) => thread.call('run', { order, keys: this.copies() }));
  }

  verify(ref: BackupCalls['backupVerify'][0]): Promise<BackupCalls['backupVerify'][1]> {
    return this.once((thread) => thread.call('verify', { ref, keys: this.copies() }));
  }

  prune(order: BackupCalls['backupPrune'][0]): Promise<BackupCalls['backupPrune'][1]> {
    return this.once((thread) => thread.call('prune', { order, keys: this.copies() }));
  }

  /** The self-check: takes the place of a backup, because neither may outlive the files' keys. */
  check({ officeDir }: CheckCalls['checkPages'][0]): Promise<CheckCalls['checkPages'][1]> {
    return this.once((thread) => thread.call('check', { officeDir, keys: this.copies() }));
  }

  compare(input: BackupCalls['restoreCompare'][0]): Promise<BackupCalls['restoreCompare'][1]> {
    return this.once((thread) => thread.call('compare', input)).finally(() => zero(input.keys));
  }

  fill(order: BackupCalls['restoreFill'][0]): Promise<BackupCalls['restoreFill'][1]> {
    return this.once((thread) => thread.call('fill', order)).finally(() => zero(order.keys));
  }

  /** Stops what runs and waits for it: afterwards no file of the office is open here. */
  async cancel(): Promise<Record<string, never>> {
    const { thread, running } = this;
    if (thread !== undefined && running !== undefined) {
      await thread.call('cancel', {}).catch(() => undefined);
      await running.catch(() => undefined);
    }
    return {};
  }

  async close(): Promise<void> {
    await this.cancel();
    await this.thread?.terminate();
    this.thread = undefined;
    if (this.keys !== undefined) zero(this.keys);
    this.keys = undefined;
  }

  private copies(): BackupKeys {
    if (this.keys === undefined) throw new AppError('LOCKED');
    return { journal: this.keys.journal.slice(), slice: this.keys.slice?.slice() ?? null };
  }

  private async once<T>(
    act: (thread: Thread<BackupThreadCalls, BackupProgress>) => Promise<T>,
  ): Promise<T> {
    if (this.running !== undefined || this.holds > 0) throw new AppError('BUSY');
    this.thread ??= new Thread(join(this.dir, 'backup.cjs'), 'backup', this.hooks);
    const running = act(this.thread);
    this.running = running;
    try {
      return await running;
    } finally {
      this.running = undefined;
    }
  }
}

function zero(keys: BackupKeys): void {
  keys.journal.fill(0);
  keys.slice?.fill(0);
}
