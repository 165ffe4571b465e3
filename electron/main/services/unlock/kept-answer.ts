import type { EnrolAnswer } from '../../../../shared/protocol/enrol';
import type { DeviceKey } from './device-keys';

const KEPT_MS = 15 * 60_000;

/** Keys that a code is asked with, and what the server answered; null while no answer arrived. */
export interface KeptEnrolment<K extends Readonly<Record<string, DeviceKey>>> {
  readonly device: K;
  readonly answer: EnrolAnswer | null;
}

/** Where the keys outlive the program (enrol-keys-file.ts). */
interface KeysFile<K> {
  read(code: string): Promise<K | null>;
  keep(code: string, device: K): Promise<void>;
  destroy(): Promise<void>;
  /** Destroys what is too old; how long what stays has left, ms. */
  expire(): Promise<number | null>;
}

/**
 * The keys of a device that enrols, kept before the server is asked, and the one answer to its code. A code works once: where the answer
 * was lost on the way, or the program ended, the same keys ask again and get it; where something else was still missing (a stronger
 * password, a U-Key) it is here. Without this a person would need another code from the authority for a broken line or a mistake of the
 * form. In memory not for long; on the disk sealed, and not for long either.
 */
export class KeptAnswer<K extends Readonly<Record<string, DeviceKey>>> {
  private kept: { readonly code: string; readonly value: KeptEnrolment<K> } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private sweeping: NodeJS.Timeout | null = null;

  constructor(private readonly file: KeysFile<K> | null = null) {}

  /** The keys of this code, made where there are none, and its answer, if it is kept; they stay until `done`. Throws codes of the disk. */
  begin(code: string, make: () => K): Promise<KeptEnrolment<K>> {
    const turn = this.last.then(() => this.beginNow(code, make));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async beginNow(code: string, make: () => K): Promise<KeptEnrolment<K>> {
    if (this.kept?.code !== code) {
      this.forget();
      const before = (await this.file?.read(code)) ?? null;
      const device = before ?? make();
      if (before === null) await this.file?.keep(code, device);
      this.kept = { code, value: { device, answer: null } };
      await this.sweepNow();
    }
    // Anew with every try: keys must not be zeroed under the one that uses them.
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.forget(), KEPT_MS);
    this.timer.unref();
    return this.kept.value;
  }

  /** Destroys keys on the disk of an enrolment that was given up, now or once their time is over; for the start of the program. */
  sweep(): Promise<void> {
    const turn = this.last.then(() => this.sweepNow());
    this.last = turn;
    return turn;
  }

  private async sweepNow(): Promise<void> {
    if (this.sweeping !== null) clearTimeout(this.sweeping);
    this.sweeping = null;
    // What a disk does not let go of is tried again when the program starts.
    const leftMs = await this.file?.expire().catch(() => null);
    if (leftMs == null) return;
    this.sweeping = setTimeout(() => void this.sweep(), leftMs);
    this.sweeping.unref();
  }

  /** The server's answer for the keys of this code. */
  answered(code: string, answer: EnrolAnswer): void {
    if (this.kept?.code === code) this.kept = { code, value: { ...this.kept.value, answer } };
  }

  /** Zeroes and destroys the private keys: they are in the keyslots (as copies), or an office is here. */
  async done(): Promise<void> {
    this.forget();
    // What a disk does not let go of is tried again when the program starts.
    await this.file?.destroy().catch(() => undefined);
  }

  private forget(): void {
    for (const key of Object.values(this.kept?.value.device ?? {})) key.privateDer.fill(0);
    this.kept = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
