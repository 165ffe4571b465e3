import { AppError } from '../../../shared/errors/app-error';
import { HandoverEnd, sealTo } from '../../crypto/handover';
import type { SealedAnswer, SealedFields } from '../../device/sealed-port';

type Fields = Readonly<Record<string, unknown>>;

/** PINs on their way to one U-Key process, and token secrets on their way back: only ciphertext is posted. */
export class DeviceSeal {
  private readonly own = new HandoverEnd();
  private point: Uint8Array | null = null;
  private tell: (point: Uint8Array | null) => void = () => undefined;
  private readonly told = new Promise<Uint8Array | null>((resolve) => {
    this.tell = resolve;
  });

  /** What is posted in the place of `fields`. The PIN stays the caller's. Rejects with DEVICE_CRASHED. */
  async hide(fields: Fields): Promise<Fields> {
    const { pin, ...rest } = fields;
    if (!(pin instanceof Uint8Array)) return fields;
    // The caller may clear its own before the process is there.
    const copy = pin.slice();
    try {
      const point = this.point ?? (await this.told);
      if (point === null) throw new AppError('DEVICE_CRASHED');
      const hidden: SealedFields = {
        sealed: sealTo(point, { pin: copy }),
        replyTo: this.own.point,
      };
      return { ...rest, ...hidden };
    } finally {
      copy.fill(0);
    }
  }

  /** An answer as the process gave it. */
  show(answer: object): object {
    if (!('sealed' in answer)) return answer;
    const { sealed, ...rest } = answer as SealedAnswer;
    return { ...rest, value: this.own.open(sealed).value };
  }

  /** The process listens; null: it never will. */
  ready(point: Uint8Array | null): void {
    this.point ??= point;
    this.tell(point);
  }
}
