import { AppError } from '../../../shared/errors/app-error';
import type { Outcome } from '../../device/driver';
import type { DeviceAnswers, DeviceMessage, DeviceRequest } from '../../device/protocol';
import { DeviceSeal } from './device-seal';
import { PendingCalls } from './pending-calls';
import type { ProcessLink, StartProcess } from './process-link';

type Kind = DeviceRequest['kind'];
type Input<K extends Kind> = Omit<Extract<DeviceRequest, { kind: K }>, 'id' | 'kind'>;

/** What services know of the U-Key process. */
export interface DeviceCaller {
  /** Failures of tokens are values; rejects with DEVICE_CRASHED only. */
  call<K extends Kind>(kind: K, input: Input<K>): Promise<Outcome<DeviceAnswers[K]>>;
}

/**
 * The U-Key process: started at the first call, ended at lock. Vendor libraries crash: it is started
 * again at the next call, with its configuration, and what was under way fails as DEVICE_CRASHED.
 */
export class DeviceClient implements DeviceCaller {
  private link: ProcessLink | null = null;
  private seal = new DeviceSeal();
  private readonly calls = new PendingCalls();

  constructor(
    private readonly startProcess: StartProcess,
    private readonly configuration: () => Input<'configure'>,
    /** A token came or went. */
    private readonly onPresence: () => void,
  ) {}

  async call<K extends Kind>(kind: K, input: Input<K>): Promise<Outcome<DeviceAnswers[K]>> {
    if (this.link === null) {
      this.start();
      await this.send('configure', this.configuration());
    }
    return this.send(kind, input);
  }

  stop(): void {
    const { link } = this;
    this.link = null;
    link?.kill();
    this.seal.ready(null);
    this.calls.rejectAll(new AppError('CANCELLED'));
  }

  private start(): void {
    const link = this.startProcess();
    const seal = new DeviceSeal();
    this.link = link;
    this.seal = seal;
    link.onMessage((message) => this.receive(message as DeviceMessage, seal));
    link.onExit(() => {
      seal.ready(null);
      if (this.link !== link) return;
      this.link = null;
      this.calls.rejectAll(new AppError('DEVICE_CRASHED'));
      this.onPresence();
    });
  }

  private async send<K extends Kind>(kind: K, input: Input<K>): Promise<Outcome<DeviceAnswers[K]>> {
    const { link, seal } = this;
    if (link === null) throw new AppError('DEVICE_CRASHED');
    const fields = await seal.hide(input);
    if (this.link !== link) throw new AppError('DEVICE_CRASHED');
    return this.calls.start((id) => link.post({ kind, id, ...fields }));
  }

  private receive(message: DeviceMessage, seal: DeviceSeal): void {
    if (message.kind === 'answer') {
      const { kind: _kind, id, ...outcome } = message;
      this.calls.resolve(id, seal.show(outcome));
    } else if (message.kind === 'ready') {
      seal.ready(message.point ?? null);
    } else {
      this.onPresence();
    }
  }
}
