import { AppError } from '../../../shared/errors/app-error';
import type { DeviceListing } from '../../device/device';
import type { Outcome } from '../../device/driver';
import type { DeviceAnswers, DeviceMessage, DeviceRequest } from '../../device/protocol';
import { DeviceSeal } from './device-seal';
import { LibrarySuspects } from './library-suspects';
import { PendingCalls } from './pending-calls';
import type { ProcessLink, StartProcess } from './process-link';

type Kind = DeviceRequest['kind'];
type Input<K extends Kind> = Omit<Extract<DeviceRequest, { kind: K }>, 'id' | 'kind'>;

/** What services know of the U-Key process. */
export interface DeviceCaller {
  /** Failures of tokens are values; rejects with DEVICE_CRASHED only. */
  call<K extends Kind>(kind: K, input: Input<K>): Promise<Outcome<DeviceAnswers[K]>>;
}

/** How long main waits for the process to answer at all. */
export interface SilenceLimits {
  readonly readMs: number;
  readonly useMs: number;
  /** How long a vendor's library may take to load. */
  readonly loadMs: number;
}

/** Above what the process allows its own calls (15 s, and 60 s for a use of a key) with a list before them. */
const SILENCE_LIMITS: SilenceLimits = { readMs: 45_000, useMs: 110_000, loadMs: 20_000 };

const USES: ReadonlySet<Kind> = new Set([
  'sign',
  'beginSigning',
  'signNext',
  'unwrap',
  'makeTrainingKey',
]);

/**
 * The U-Key process: started at the first call, ended at lock. Vendor libraries crash: it is started
 * again at the next call, with its configuration, and what was under way fails as DEVICE_CRASHED. They hang too: a
 * process that answers nothing in time, or whose key use timed out with a call of the library still under way, is ended.
 * A library that hangs or crashes while it is loaded is left out by the next process, and who only read is answered by it.
 */
export class DeviceClient implements DeviceCaller {
  private link: ProcessLink | null = null;
  private seal = new DeviceSeal();
  private readonly calls = new PendingCalls();
  private readonly suspects: LibrarySuspects;

  constructor(
    private readonly startProcess: StartProcess,
    private readonly configuration: () => Input<'configure'>,
    /** A token came or went. */
    private readonly onPresence: () => void,
    private readonly limits: SilenceLimits = SILENCE_LIMITS,
  ) {
    this.suspects = new LibrarySuspects(limits.loadMs);
  }

  async call<K extends Kind>(kind: K, input: Input<K>): Promise<Outcome<DeviceAnswers[K]>> {
    const known = this.suspects.count;
    try {
      return await this.callOnce(kind, input);
    } catch (error) {
      // Each time one library fewer, so this ends; a use of a key is never repeated by itself.
      const isOfLoad = this.suspects.count > known && isCrash(error);
      if (!isOfLoad || USES.has(kind)) throw error;
      return this.call(kind, input);
    }
  }

  private async callOnce<K extends Kind>(
    kind: K,
    input: Input<K>,
  ): Promise<Outcome<DeviceAnswers[K]>> {
    if (this.link === null) {
      this.start();
      await this.send('configure', this.suspects.without(this.configuration()));
    }
    const outcome = await this.send(kind, input);
    return kind === 'list' ? (this.withSuspects(outcome) as typeof outcome) : outcome;
  }

  /** A list with the libraries that were left out. */
  private withSuspects(outcome: Outcome<unknown>): Outcome<unknown> {
    if (!outcome.ok || this.suspects.count === 0) return outcome;
    const { problems, ...rest } = outcome.value as DeviceListing;
    const left = this.suspects.problems(this.configuration());
    return { ok: true, value: { ...rest, problems: [...problems, ...left] } };
  }

  stop(): void {
    const { link } = this;
    this.link = null;
    this.suspects.forget();
    link?.kill();
    this.seal.ready(null);
    this.calls.rejectAll(new AppError('CANCELLED'));
  }

  private start(): void {
    const link = this.startProcess();
    const seal = new DeviceSeal();
    this.link = link;
    this.seal = seal;
    link.onMessage((message) => this.receive(message as DeviceMessage, seal, link));
    link.onExit(() => {
      seal.ready(null);
      if (this.link === link) this.suspects.exited();
      this.ended(link);
    });
  }

  private async send<K extends Kind>(kind: K, input: Input<K>): Promise<Outcome<DeviceAnswers[K]>> {
    const { link, seal } = this;
    if (link === null) throw new AppError('DEVICE_CRASHED');
    const isUse = USES.has(kind);
    const timer = setTimeout(() => this.end(link), isUse ? this.limits.useMs : this.limits.readMs);
    try {
      const fields = await seal.hide(input);
      if (this.link !== link) throw new AppError('DEVICE_CRASHED');
      const outcome = await this.calls.start<Outcome<DeviceAnswers[K]>>((id) =>
        link.post({ kind, id, ...fields }),
      );
      // The library's call still runs and holds the token: only the end of the process frees it.
      if (isUse && !outcome.ok && outcome.failure.kind === 'timeout') this.end(link);
      return outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends a process that hangs; the next call starts another. */
  private end(link: ProcessLink): void {
    link.kill();
    this.ended(link);
  }

  private ended(link: ProcessLink): void {
    if (this.link !== link) return;
    this.link = null;
    this.suspects.forget();
    this.seal.ready(null);
    this.calls.rejectAll(new AppError('DEVICE_CRASHED'));
    this.onPresence();
  }

  private receive(message: DeviceMessage, seal: DeviceSeal, link: ProcessLink): void {
    if (message.kind === 'answer') {
      const { kind: _kind, id, ...outcome } = message;
      this.calls.resolve(id, seal.show(outcome));
    } else if (message.kind === 'ready') {
      seal.ready(message.point ?? null);
    } else if (message.kind === 'library-loading' || message.kind === 'library-loaded') {
      if (this.link === link) this.suspects.heard(message, () => this.end(link));
    } else {
      this.onPresence();
    }
  }
}

const isCrash = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'DEVICE_CRASHED';
