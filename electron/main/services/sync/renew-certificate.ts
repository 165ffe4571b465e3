import { AppError } from '../../../../shared/errors/app-error';
import { PATHS } from '../../../../shared/protocol/endpoints';
import { RenewAnswerSchema, renewProofText } from '../../../../shared/protocol/renew';
import { mayRotate } from '../rotation/next-keys';
import { makeDeviceKey, signEs256 } from '../unlock/device-keys';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import { certificateFor } from '../unlock/tls-certificate';
import type { Line } from './line';
import { demandOurs, endsSoon } from './own-certificate';

const MAX_ANSWER_BYTES = 16 * 1024;

export interface RenewParts {
  readonly session: OpenSession;
  /** As the device holds it now. */
  readonly office: OfficeFile;
  readonly line: Line;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Puts both certificates into office.json. */
  saveCertificates(present: string, next: string): Promise<void>;
}

/**
 * A new key and certificate for the connection, where the present one ends soon and this person's keys reach every
 * slot. The key is made here and never leaves; the request goes over the old certificate, which is good until the new
 * one was used. First the certificate is kept beside the old one, then the key changes in every slot in one write:
 * whatever is cut off in between, the key on the disk has its certificate. True when renewed. Throws codes of the line
 * and of the keyslots.
 */
export async function renewCertificate(parts: RenewParts): Promise<boolean> {
  const { session, office, line, nowMs, signal } = parts;
  const key = session.keys.peek('deviceTls');
  if (key === undefined || !mayRotate(session.keys)) return false;
  const present = certificateFor(office, key);
  if (!endsSoon(present, nowMs)) return false;
  const made = makeDeviceKey();
  try {
    const { publicText: tlsKey, privateDer } = made;
    const text = Buffer.from(renewProofText(office.deviceId, tlsKey), 'utf8');
    const proof = signEs256(privateDer, text).toString('base64');
    const body = { tlsKey, proof };
    const answer = RenewAnswerSchema.safeParse(
      await line.json({ method: 'POST', path: PATHS.renew, body, signal }, MAX_ANSWER_BYTES),
    );
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'renewal answer');
    const { tlsCertificate: next } = answer.data;
    demandOurs(next, office.ca, office.deviceId, tlsKey);
    await parts.saveCertificates(present, next);
    await session.keyslots.changeKeys(session.keys, { deviceTls: privateDer });
    return true;
  } finally {
    made.privateDer.fill(0);
  }
}
