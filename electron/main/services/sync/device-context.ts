import { randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { privateKeyOf } from '../unlock/device-keys';

export interface DeviceIdentity {
  /** PEM of the only authority trusted. */
  readonly ca: string;
  /** PEM. */
  readonly certificate: string | undefined;
  /** PKCS#8 DER; stays the caller's. */
  readonly key: Uint8Array | undefined;
}

/**
 * TLS 1.3 with the device's certificate. Node takes a private key as PEM alone and keeps copies of that text
 * that nobody clears, so it gets it encrypted under a phrase made for this call (PKCS#8, PBES2): the scalar
 * is in the clear only where the TLS library keeps it, and that is cleansed when the context is collected. (To
 * close it by hand would end the process as soon as a waiting request still took it.)
 */
export function deviceContext({ ca, certificate, key }: DeviceIdentity): SecureContext {
  const common = { ca, minVersion: 'TLSv1.3' } as const;
  if (certificate === undefined || key === undefined) return createSecureContext(common);
  const passphrase = randomBytes(32).toString('base64');
  const pem = privateKeyOf(key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase,
  });
  return createSecureContext({ ...common, cert: certificate, key: pem, passphrase });
}
