import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../shared/kernel/result';
import {
  type ControlRenewRequest,
  controlRenewProofText,
  type RenewRequest,
  renewProofText,
} from '../../shared/protocol/renew';
import type { Authority } from '../keys/authority';
import { type Device, isKeyEnrolled, spkiHash } from '../store/devices';
import { keepNextControl } from '../store/next-control';
import { keepNextTls } from '../store/next-tls';
import type { SqlClient } from '../store/sql-client';

export interface RenewalParts {
  readonly client: SqlClient;
  readonly authority: Authority;
  readonly nowMs: () => number;
}

/** A P-256 key (SPKI DER, base64) whose holder signed the text; undefined for anything else. */
function provenKey(spki: string, proof: string, said: string): Buffer | undefined {
  try {
    const der = Buffer.from(spki, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined;
    const text = Buffer.from(said, 'utf8');
    const sig = Buffer.from(proof, 'base64');
    const isProven = verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, sig);
    return isProven ? key.export({ type: 'spki', format: 'der' }) : undefined;
  } catch {
    return undefined;
  }
}

/** A new certificate for a device that is known by its present one. The same key again gets another certificate. */
export async function renewDevice(
  { client, authority, nowMs }: RenewalParts,
  device: Device,
  request: RenewRequest,
): Promise<Result<string, 'bad-request'>> {
  const { tlsKey, proof } = request;
  const spki = provenKey(tlsKey, proof, renewProofText(device.id, tlsKey));
  if (spki === undefined) return err('bad-request');
  const certificate = await authority.issueDevice(device.id, spki, nowMs());
  const { serialNumber } = new X509Certificate(certificate);
  return client.transaction(async (runner) => {
    // A key that stands for a device already would let two certificates stand for one secret.
    if (await isKeyEnrolled(runner, [spkiHash(spki)])) return err('bad-request');
    await keepNextTls(runner, device.id, spkiHash(spki), serialNumber);
    return ok(certificate);
  });
}

/** A new certificate of a device's control channel, which is known by its present one. */
export async function renewControl(
  { client, authority, nowMs }: RenewalParts,
  device: Device,
  { controlKey, proof }: ControlRenewRequest,
): Promise<Result<string, 'bad-request'>> {
  const spki = provenKey(controlKey, proof, controlRenewProofText(device.id, controlKey));
  if (spki === undefined) return err('bad-request');
  const certificate = await authority.issueControl(device.id, spki, nowMs());
  return client.transaction(async (runner) => {
    if (await isKeyEnrolled(runner, [spkiHash(spki)])) return err('bad-request');
    await keepNextControl(runner, device.id, spki);
    return ok(certificate);
  });
}
