import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';

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

/** A PKCS#8 DER key as node:crypto's own object, without a copy that nobody clears. */
export function privateKeyOf(privateDer: Uint8Array): KeyObject {
  const key = Buffer.from(privateDer.buffer, privateDer.byteOffset, privateDer.byteLength);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** ES256 (RFC 7518 section 3.4: r ‖ s, 64 bytes) by a PKCS#8 DER key. */
export function signEs256(privateDer: Uint8Array, bytes: Uint8Array): Buffer {
  const key = privateKeyOf(privateDer);
  return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
}

/** SPKI DER of a PKCS#8 DER key. */
export function publicOf(privateDer: Uint8Array): Buffer {
  return createPublicKey(privateKeyOf(privateDer)).export({ type: 'spki', format: 'der' });
}
