import { concatBytes, utf8Bytes } from '../kernel/bytes';
import { bytesFromBase64url } from '../kernel/codecs';
import { err, ok, type Result } from '../kernel/result';

/**
 * Sealed box: bytes that only the holder of one P-256 private key can read (key delivery, outbox
 * payloads, bundles). The sender stays anonymous; who said it is a signature's matter.
 *
 *   u8 version = 1 | ephemeral public point, uncompressed (65) | AES-256-GCM ciphertext ‖ tag (16)
 *
 *   z    = ECDH(ephemeral, recipient), the x coordinate (SP 800-56A section 5.7.1.2)
 *   okm  = HKDF-SHA-256(ikm = z, salt = ephemeral point ‖ recipient point, info = INFO, 44 bytes) (RFC 5869)
 *   key  = okm[0..32), iv = okm[32..44): both are new with every ephemeral key, so no iv repeats
 *   aad  = version byte ‖ UTF-8 of the caller's context, which both sides must name alike
 */
export const SEALED_BOX_OVERHEAD_BYTES = 1 + 65 + 16;

const VERSION = 1;
const POINT_BYTES = 65;
const INFO = utf8Bytes('fieldcert sealed box v1');
const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const MAX_BOX_BYTES = 256 * 1024 * 1024;

interface EcdhParams<K> {
  name: 'ECDH';
  public: K;
}
interface HkdfParams {
  name: 'HKDF';
  hash: 'SHA-256';
  salt: Uint8Array;
  info: Uint8Array;
}
interface GcmParams {
  name: 'AES-GCM';
  iv: Uint8Array;
  additionalData: Uint8Array;
  tagLength: 128;
}

/**
 * What is used of WebCrypto's SubtleCrypto, `K` being its CryptoKey: pass `globalThis.crypto.subtle`, or
 * `webcrypto.subtle` of node:crypto where that global is absent (Node 18).
 */
export interface BoxSubtle<K> {
  generateKey(
    algorithm: typeof CURVE,
    extractable: boolean,
    usages: ['deriveBits'],
  ): Promise<{ readonly publicKey: K; readonly privateKey: K }>;
  importKey(
    format: 'spki' | 'pkcs8' | 'raw',
    data: Uint8Array,
    algorithm: typeof CURVE | 'HKDF' | 'AES-GCM',
    extractable: boolean,
    usages: ('deriveBits' | 'encrypt' | 'decrypt')[],
  ): Promise<K>;
  exportKey(format: 'raw' | 'jwk', key: K): Promise<unknown>;
  deriveBits(algorithm: EcdhParams<K> | HkdfParams, key: K, length: number): Promise<ArrayBuffer>;
  encrypt(algorithm: GcmParams, key: K, data: Uint8Array): Promise<ArrayBuffer>;
  decrypt(algorithm: GcmParams, key: K, data: Uint8Array): Promise<ArrayBuffer>;
}

/**
 * Seals bytes to a P-256 public key (SPKI DER, uncompressed point). `context` binds the box to its use, for
 * example `region-keys|<deviceId>`; it is not secret and not carried. Rejects when the key is no P-256 SPKI.
 */
export async function sealBox<K>(
  subtle: BoxSubtle<K>,
  recipientSpki: Uint8Array,
  bytes: Uint8Array,
  context: string,
): Promise<Uint8Array> {
  const recipient = await subtle.importKey('spki', recipientSpki, CURVE, true, []);
  const recipientPoint = await rawPoint(subtle, recipient);
  const ephemeral = await subtle.generateKey(CURVE, true, ['deriveBits']);
  const point = await rawPoint(subtle, ephemeral.publicKey);
  const { key, iv } = await deriveKey(
    subtle,
    ephemeral.privateKey,
    recipient,
    point,
    recipientPoint,
  );
  const sealed = await subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: aad(context), tagLength: 128 },
    key,
    bytes,
  );
  return concatBytes([Uint8Array.of(VERSION), point, new Uint8Array(sealed)]);
}

/** Contexts that both ends name alike. */
export const boxContext = {
  pageSecret: 'page-secret',
  regionKeys: (deviceId: string) => `region-keys|${deviceId}`,
  /** Key of a salvaged journal. */
  salvage: (deviceId: string) => `salvage|${deviceId}`,
  outbox: (deviceId: string, commandKey: string) => `outbox|${deviceId}|${commandKey}`,
} as const;

export type BoxFault = 'malformed' | 'version-unknown' | 'not-opened';

/**
 * Opens a box with the private key (PKCS#8 DER). `not-opened`: made for another key or context, or altered.
 * Rejects only when the private key itself is unusable.
 */
export async function openBox<K>(
  subtle: BoxSubtle<K>,
  privatePkcs8: Uint8Array,
  box: Uint8Array,
  context: string,
): Promise<Result<Uint8Array, BoxFault>> {
  if (box.length < SEALED_BOX_OVERHEAD_BYTES || box.length > MAX_BOX_BYTES) return err('malformed');
  if (box[0] !== VERSION) return err('version-unknown');
  const own = await subtle.importKey('pkcs8', privatePkcs8, CURVE, true, ['deriveBits']);
  const recipientPoint =
    pointOfPkcs8(privatePkcs8) ?? pointOfJwk(await subtle.exportKey('jwk', own));
  const point = box.slice(1, 1 + POINT_BYTES);
  const sender = await importPoint(subtle, point);
  if (sender === undefined) return err('malformed');
  const { key, iv } = await deriveKey(subtle, own, sender, point, recipientPoint);
  try {
    const opened = await subtle.decrypt(
      { name: 'AES-GCM', iv, additionalData: aad(context), tagLength: 128 },
      key,
      box.slice(1 + POINT_BYTES),
    );
    return ok(new Uint8Array(opened));
  } catch {
    return err('not-opened');
  }
}

async function deriveKey<K>(
  subtle: BoxSubtle<K>,
  own: K,
  other: K,
  point: Uint8Array,
  recipientPoint: Uint8Array,
) {
  const z = new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: other }, own, 256));
  const secret = await subtle.importKey('raw', z, 'HKDF', false, ['deriveBits']);
  const salt = concatBytes([point, recipientPoint]);
  const okm = new Uint8Array(
    await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: INFO }, secret, 44 * 8),
  );
  const key = await subtle.importKey('raw', okm.slice(0, 32), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
  const iv = okm.slice(32);
  z.fill(0);
  okm.fill(0);
  return { key, iv };
}

function aad(context: string): Uint8Array {
  return concatBytes([Uint8Array.of(VERSION), utf8Bytes(context)]);
}

async function rawPoint<K>(subtle: BoxSubtle<K>, key: K): Promise<Uint8Array> {
  const raw = await subtle.exportKey('raw', key);
  if (!(raw instanceof ArrayBuffer) || raw.byteLength !== POINT_BYTES)
    throw new TypeError('sealed box: not a P-256 key');
  return new Uint8Array(raw);
}

/** A point that is not on the curve is refused by importKey (SP 800-56A section 5.6.2.3.4). */
async function importPoint<K>(subtle: BoxSubtle<K>, point: Uint8Array): Promise<K | undefined> {
  try {
    return await subtle.importKey('raw', point, CURVE, false, []);
  } catch {
    return undefined;
  }
}

/** DER before the public point of an ECPrivateKey that carries it (RFC 5915, [1] BIT STRING of 66 bytes). */
const PUBLIC_KEY_MARK = [0xa1, 0x44, 0x03, 0x42, 0x00];

/**
 * The public point at the end of a private key as OpenSSL and BoringSSL write it; undefined where it is left
 * out. Asking WebCrypto instead makes a JWK: the private key as a text that nobody can clear.
 */
function pointOfPkcs8(pkcs8: Uint8Array): Uint8Array | undefined {
  const at = pkcs8.length - POINT_BYTES;
  const isThere = PUBLIC_KEY_MARK.every(
    (byte, i) => pkcs8[at - PUBLIC_KEY_MARK.length + i] === byte,
  );
  return isThere && pkcs8[at] === 4 ? pkcs8.slice(at) : undefined;
}

function pointOfJwk(jwk: unknown): Uint8Array {
  const { x, y } = jwk as { readonly x?: unknown; readonly y?: unknown };
  const left = typeof x === 'string' ? bytesFromBase64url(x) : undefined;
  const right = typeof y === 'string' ? bytesFromBase64url(y) : undefined;
  if (!left?.ok || !right?.ok || left.value.length !== 32 || right.value.length !== 32)
    throw new TypeError('sealed box: not a P-256 key');
  return concatBytes([Uint8Array.of(4), left.value, right.value]);
}
