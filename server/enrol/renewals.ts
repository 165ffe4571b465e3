import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../shared/kernel/result';
import { type RenewRequest, renewProofText } from '../../shared/protocol/renew';
import type { Authority } from '../keys/authority';
import { type Device, isKeyEnrolled, spkiHash } from '../store/devices';
import { keepNextTls } from '../store/next-tls';
import type { SqlClient } from '../store/sql-client';

export interface RenewalParts {
  readonly client: SqlClient;
  readonly authority: Authority;
  readonly nowMs: () => number;
}

/** A P-256 key whose holder signed for this device; undefined for anything else. */
function provenKey(device: string, { tlsKey, proof }: RenewRequest): Buffer | undefined {
  try {
    const der = Buffer.from(tlsKey, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined;
    const text = Buffer.from(renewProofText(device, tlsKey), 'utf8');
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
  const spki = provenKey(device.id, request);
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
