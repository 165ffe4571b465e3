import { AppError } from '../../../../shared/errors/app-error';
import { CONTROL_NAME_PREFIX } from '../../../../shared/protocol/control';
import { PATHS } from '../../../../shared/protocol/endpoints';
import { ControlRenewAnswerSchema, controlRenewProofText } from '../../../../shared/protocol/renew';
import type { Line } from '../sync/line';
import { demandOurs, endsSoon } from '../sync/own-certificate';
import { makeDeviceKey, signEs256 } from '../unlock/device-keys';
import type { OfficeFile } from '../unlock/office-file';
import { CONTROL_KEY_USE, ControlKey } from './control-key';
import type { MachineSeal } from './machine-seal';

const MAX_ANSWER_BYTES = 16 * 1024;

export interface ControlRenewal {
  readonly key: ControlKey;
  readonly office: OfficeFile;
  readonly line: Line;
  readonly seal: MachineSeal;
  /** Where the key lies sealed. */
  readonly path: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Puts both certificates into office.json. */
  saveCertificates(present: string, next: string): Promise<void>;
}

/**
 * A new key and certificate of the control channel, where the present one ends soon; locked or not, nobody is needed for
 * it. As with the device's other key: both certificates are kept first, then the key is replaced in one write, so
 * whatever is cut off in between, the key on the disk has its certificate. Null where nothing was due. Throws codes of
 * the line and of the disk.
 */
export async function renewControl(parts: ControlRenewal): Promise<ControlKey | null> {
  const { key, office, line, seal, path, nowMs, signal } = parts;
  const present = key.certificate(office);
  if (present === null || !endsSoon(present, nowMs)) return null;
  const { publicText: controlKey, privateDer } = makeDeviceKey();
  try {
    const text = Buffer.from(controlRenewProofText(office.deviceId, controlKey), 'utf8');
    const body = { controlKey, proof: signEs256(privateDer, text).toString('base64') };
    const ask = { method: 'POST', path: PATHS.controlRenew, body, signal } as const;
    const answer = ControlRenewAnswerSchema.safeParse(await line.json(ask, MAX_ANSWER_BYTES));
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'control renewal answer');
    const { controlCertificate: next } = answer.data;
    demandOurs(next, office.ca, `${CONTROL_NAME_PREFIX}${office.deviceId}`, controlKey);
    await parts.saveCertificates(present, next);
    await seal.write(path, CONTROL_KEY_USE, privateDer);
    return await ControlKey.open(seal, path);
  } finally {
    privateDer.fill(0);
  }
}
