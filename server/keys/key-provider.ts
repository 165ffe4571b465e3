import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  webcrypto,
} from 'node:crypto';
import { type BoxSubtle, openBox } from '../../shared/protocol/sealed-box';
import type { SecretPlace } from './secret-place';

export type SigningRole = 'ca' | 'statement';
export type KeyRole = SigningRole | 'tls' | 'box';

/**
 * The server's keys, by use. An HSM stands behind the same interface: nothing but the TLS key ever
 * leaves it, and that only because Node's TLS takes no other.
 */
export interface KeyProvider {
  /** SPKI DER of a P-256 key. */
  publicKey(role: KeyRole): Buffer;
  /** ES256, 64 bytes r ‖ s. */
  sign(role: SigningRole, bytes: Uint8Array): Promise<Buffer>;
  /** HMAC-SHA-256 under a key of its own per purpose (cursors, enrolment codes). */
  mac(purpose: string, bytes: Uint8Array): Buffer;
  /** Wraps key material for rest; `context` must be the same at unwrap. */
  wrap(bytes: Uint8Array, context: string): Buffer;
  /** Throws when altered or of another context. */
  unwrap(bytes: Uint8Array, context: string): Buffer;
  /** Opens a sealed box made for the `box` key; undefined when it was not. */
  openBox(box: Uint8Array, context: string): Promise<Uint8Array | undefined>;
  /** PEM, for the TLS listener alone. */
  tlsPrivateKey(): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

function keyOf(place: SecretPlace, role: KeyRole): KeyObject {
  const name = `${role}.key.pem`;
  const kept = place.read(name);
  if (kept !== undefined) return createPrivateKey(kept);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  place.write(name, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  return privateKey;
}

function masterOf(place: SecretPlace): Buffer {
  const kept = place.read('master.bin');
  if (kept !== undefined) return kept;
  const master = randomBytes(32);
  place.write('master.bin', master);
  return master;
}

/** Keys in files (or memory), made at first use. */
export function fileKeys(place: SecretPlace): KeyProvider {
  const keys: Record<KeyRole, KeyObject> = {
    ca: keyOf(place, 'ca'),
    statement: keyOf(place, 'statement'),
    tls: keyOf(place, 'tls'),
    box: keyOf(place, 'box'),
  };
  const master = masterOf(place);
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, '', `fieldcert central ${purpose}`, 32));
  const wrapKey = derived('wrap');
  return {
    publicKey: (role) => createPublicKey(keys[role]).export({ type: 'spki', format: 'der' }),
    sign: async (role, bytes) =>
      sign('sha256', bytes, { key: keys[role], dsaEncoding: 'ieee-p1363' }),
    mac: (purpose, bytes) =>
      createHmac('sha256', derived(`mac ${purpose}`))
        .update(bytes)
        .digest(),
    wrap: (bytes, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', wrapKey, iv).setAAD(
        Buffer.from(context, 'utf8'),
      );
      const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return Buffer.concat([iv, body, cipher.getAuthTag()]);
    },
    unwrap: (bytes, context) => {
      const all = Buffer.from(bytes);
      const decipher = createDecipheriv('aes-256-gcm', wrapKey, all.subarray(0, IV_BYTES));
      decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(all.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(all.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    },
    openBox: async (box, context) => {
      const pkcs8 = keys.box.export({ type: 'pkcs8', format: 'der' });
      const opened = await openBox(boxSubtle, new Uint8Array(pkcs8), box, context);
      return opened.ok ? opened.value : undefined;
    },
    tlsPrivateKey: () => keys.tls.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Node's WebCrypto as the sealed box wants it. */
export const boxSubtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;
