import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

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

/** ES256 (RFC 7518 section 3.4: r ‖ s, 64 bytes) by a PKCS#8 DER key. */
export function signEs256(privateDer: Uint8Array, bytes: Uint8Array): Buffer {
  const key = { key: Buffer.from(privateDer), format: 'der', type: 'pkcs8' } as const;
  return sign('sha256', bytes, { ...key, dsaEncoding: 'ieee-p1363' });
}

/** SPKI DER of a PKCS#8 DER key. */
export function publicOf(privateDer: Uint8Array): Buffer {
  const key = { key: Buffer.from(privateDer), format: 'der', type: 'pkcs8' } as const;
  return createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
}

/** PEM of a PKCS#8 DER key, as TLS takes it. */
export function pemOfKey(privateDer: Uint8Array): string {
  const body = Buffer.from(privateDer)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n');
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
}
