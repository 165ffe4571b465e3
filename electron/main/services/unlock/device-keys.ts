import { generateKeyPairSync, sign } from 'node:crypto';

/** One P-256 key of the device. */
export interface DeviceKey {
  /** PKCS#8 DER; goes into the keyslots. */
  readonly privateDer: Buffer;
  /** SPKI DER, base64, as the server takes it. */
  readonly publicText: string;
}

/** Makes a P-256 key pair. */
export function makeDeviceKey(): DeviceKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    privateDer: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicText: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** ES256 (RFC 7518 section 3.4: r ‖ s) by a PKCS#8 DER key, base64. */
export function signEs256(privateDer: Uint8Array, text: string): string {
  const key = { key: Buffer.from(privateDer), format: 'der', type: 'pkcs8' } as const;
  return sign('sha256', Buffer.from(text, 'utf8'), { ...key, dsaEncoding: 'ieee-p1363' }).toString(
    'base64',
  );
}

/** PEM of a PKCS#8 DER key, as TLS takes it. */
export function pemOfKey(privateDer: Uint8Array): string {
  const body = Buffer.from(privateDer)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n');
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
}
