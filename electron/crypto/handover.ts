import { createECDH, type ECDH } from 'node:crypto';
import { openGcm, sealGcm } from './aead';
import { hkdf } from './hkdf';

/**
 * Keys on their way from one of our processes to another. Channels between processes copy every message
 * into buffers that nobody clears, so only ciphertext goes over them: the receiver makes a key pair for its
 * one life and sends the public half, the sender seals to it.
 *
 *   box   = sender's ephemeral P-256 point, uncompressed (65) | AES-256-GCM: iv(12) ‖ ciphertext ‖ tag(16)
 *   key   = HKDF-SHA-256(ECDH x coordinate, salt = sender point ‖ receiver point, info = INFO)
 *   plain = for each part: u8 length of its name | name, ASCII | u16be length | bytes
 *
 * The channel itself is trusted (nobody but our parent is at its other end): this hides, it does not
 * authenticate.
 */
const CURVE = 'prime256v1';
const POINT_BYTES = 65;
const INFO = 'fieldcert handover v1';

/** Named secrets. */
export type SecretParts = Readonly<Record<string, Uint8Array>>;

/** The receiving end. */
export class HandoverEnd {
  private readonly ecdh: ECDH = createECDH(CURVE);
  /** Uncompressed point, to be sent to who will seal. */
  readonly point: Uint8Array<ArrayBuffer>;

  constructor() {
    this.point = Uint8Array.from(this.ecdh.generateKeys());
  }

  /** Opens a box; the caller zeroes the parts. Throws when it was sealed to another end or altered. */
  open(box: Uint8Array): Record<string, Uint8Array> {
    const sender = box.subarray(0, POINT_BYTES);
    const key = sharedKey(this.ecdh, sender, sender, this.point);
    const plain = openGcm(key, box.subarray(POINT_BYTES), INFO);
    key.fill(0);
    if (plain === undefined) throw new Error('handover: not sealed to this end');
    const parts = unpack(plain);
    plain.fill(0);
    return parts;
  }
}

/** Seals parts to the end with this point. The parts stay the caller's, who zeroes them. */
export function sealTo(point: Uint8Array, parts: SecretParts): Uint8Array<ArrayBuffer> {
  const ephemeral = createECDH(CURVE);
  const own = ephemeral.generateKeys();
  const key = sharedKey(ephemeral, point, own, point);
  const plain = pack(parts);
  const sealed = sealGcm(key, plain, INFO);
  key.fill(0);
  plain.fill(0);
  const box = new Uint8Array(POINT_BYTES + sealed.length);
  box.set(own);
  box.set(sealed, POINT_BYTES);
  return box;
}

function sharedKey(
  own: ECDH,
  other: Uint8Array,
  sender: Uint8Array,
  receiver: Uint8Array,
): Uint8Array {
  const secret = own.computeSecret(other);
  const salt = new Uint8Array(2 * POINT_BYTES);
  salt.set(sender);
  salt.set(receiver, POINT_BYTES);
  const key = hkdf(secret, INFO, 32, salt);
  secret.fill(0);
  return key;
}

function pack(parts: SecretParts): Uint8Array {
  const named = Object.entries(parts).map(([name, bytes]) => ({ name: ascii(name), bytes }));
  const total = named.reduce((sum, { name, bytes }) => sum + 3 + name.length + bytes.length, 0);
  const plain = new Uint8Array(total);
  const view = new DataView(plain.buffer);
  let at = 0;
  for (const { name, bytes } of named) {
    if (name.length > 255 || bytes.length > 0xffff) throw new RangeError('handover: part too long');
    plain[at] = name.length;
    plain.set(name, at + 1);
    at += 1 + name.length;
    view.setUint16(at, bytes.length);
    plain.set(bytes, at + 2);
    at += 2 + bytes.length;
  }
  return plain;
}

function unpack(plain: Uint8Array): Record<string, Uint8Array> {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const parts: Record<string, Uint8Array> = {};
  for (let at = 0; at < plain.length; ) {
    const nameEnd = at + 1 + (plain[at] ?? 0);
    const name = String.fromCharCode(...plain.subarray(at + 1, nameEnd));
    const end = nameEnd + 2 + view.getUint16(nameEnd);
    parts[name] = plain.slice(nameEnd + 2, end);
    at = end;
  }
  return parts;
}

function ascii(name: string): Uint8Array {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}
