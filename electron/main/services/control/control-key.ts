import { AppError } from '../../../../shared/errors/app-error';
import { type ControlReceipt, receiptBytes } from '../../../../shared/protocol/control';
import { Line, type LineSetup } from '../sync/line';
import { signEs256 } from '../unlock/device-keys';
import type { OfficeFile } from '../unlock/office-file';
import { certificateFor } from '../unlock/tls-certificate';
import type { MachineSeal } from './machine-seal';

export const CONTROL_KEY_USE = 'control-key';

/** The control channel's private key while it is in use. It opens the control paths and no data. */
export class ControlKey {
  private constructor(private readonly privateDer: Uint8Array) {}

  /** Null where the device has none. Throws KEYSLOTS_DAMAGED for one that does not open on this machine. */
  static async open(seal: MachineSeal, path: string): Promise<ControlKey | null> {
    const found = await seal.read(path, CONTROL_KEY_USE);
    if (found === 'absent') return null;
    if (found === 'altered') throw new AppError('KEYSLOTS_DAMAGED', {}, 'control key altered');
    return new ControlKey(found);
  }

  /** The certificate that belongs to this key: while it is being renewed, office.json names two. */
  certificate({ controlCertificate, nextControlCertificate }: OfficeFile): string | null {
    if (controlCertificate === undefined) return null;
    const tlsCertificate = controlCertificate;
    return nextControlCertificate === undefined
      ? tlsCertificate
      : certificateFor(
          { tlsCertificate, nextTlsCertificate: nextControlCertificate },
          this.privateDer,
        );
  }

  /** The line with the control certificate; the caller closes it. Null where the office gave none. */
  line(office: OfficeFile, setup?: LineSetup): Line | null {
    const { endpoints, ca } = office;
    const certificate = this.certificate(office);
    if (certificate === null) return null;
    return new Line({ endpoints, ca, certificate, key: this.privateDer }, setup);
  }

  /** A receipt that anybody can hand in, because it names the device by this key's signature. */
  sign(said: Omit<ControlReceipt, 'sig'>): ControlReceipt {
    return { ...said, sig: signEs256(this.privateDer, receiptBytes(said)).toString('base64url') };
  }

  zero(): void {
    this.privateDer.fill(0);
  }
}
