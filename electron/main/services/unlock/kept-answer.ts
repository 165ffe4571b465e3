import type { EnrolAnswer } from '../../../../shared/protocol/enrol';
import type { DeviceKey } from './device-keys';

const KEPT_MS = 15 * 60_000;

/** What the server answered to a code, and the keys that it certified. */
export interface KeptEnrolment {
  readonly device: Readonly<Record<string, DeviceKey>>;
  readonly answer: EnrolAnswer;
}

/**
 * The one answer to a code that was taken when something else was still missing: a stronger password, a U-Key. A
 * code works once; without this a person would need another one from the authority for a mistake of the form.
 * In memory only, and not for long.
 */
export class KeptAnswer<T extends KeptEnrolment> {
  private kept: { readonly code: string; readonly value: T } | null = null;
  private timer: NodeJS.Timeout | null = null;

  /** The answer to this code, if it is still kept; it stays kept until `forget`. */
  of(code: string): T | null {
    return this.kept?.code === code ? this.kept.value : null;
  }

  keep(code: string, value: T): void {
    if (this.kept?.value !== value) this.forget();
    this.kept = { code, value };
    this.timer ??= setTimeout(() => this.forget(), KEPT_MS);
    this.timer.unref();
  }

  /** Zeroes the private keys. Call once they are in the keyslots (as copies), or given up. */
  forget(): void {
    for (const key of Object.values(this.kept?.value.device ?? {})) key.privateDer.fill(0);
    this.kept = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
