import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import {
  ATTACHMENT_HEAD_BYTES,
  ATTACHMENT_MAGIC,
  ATTACHMENT_OVERHEAD_BYTES,
  ATTACHMENT_VERSION,
  attachmentAad,
  attachmentKeyInfo,
} from '../../shared/protocol/attachment';
import type { RegionKeySet } from '../keys/region-keys';

/** A region by its code, and one epoch of its keys. */
export interface Keys {
  readonly code: string;
  readonly keys: RegionKeySet;
}
const IV = new Uint8Array(12);

const keyOf = ({ code, keys }: Keys, sha256: string): Buffer =>
  Buffer.from(
    hkdfSync(
      'sha256',
      keys.transportPrivate,
      new Uint8Array(0),
      attachmentKeyInfo(code, sha256),
      32,
    ),
  );

/** Seals an attachment for a region's devices (shared/protocol/attachment.ts). */
export function sealAttachment(region: Keys, plain: Uint8Array): Buffer {
  const sha256 = createHash('sha256').update(plain).digest('hex');
  const { keyEpoch } = region.keys;
  const head = Buffer.alloc(ATTACHMENT_HEAD_BYTES);
  head.write(ATTACHMENT_MAGIC, 'latin1');
  head.writeUInt8(ATTACHMENT_VERSION, 4);
  head.writeUInt32BE(keyEpoch, 5);
  const cipher = createCipheriv('aes-256-gcm', keyOf(region, sha256), IV);
  cipher.setAAD(Buffer.from(attachmentAad(region.code, keyEpoch, sha256), 'ascii'));
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes; undefined where they are not those that `sha256` names, or of another key. */
export function openAttachment(
  region: Keys,
  sha256: string,
  sealed: Buffer,
): Uint8Array | undefined {
  if (sealed.length < ATTACHMENT_OVERHEAD_BYTES) return undefined;
  const isOurs =
    sealed.toString('latin1', 0, 4) === ATTACHMENT_MAGIC &&
    sealed.readUInt8(4) === ATTACHMENT_VERSION;
  if (!isOurs) return undefined;
  const keyEpoch = sealed.readUInt32BE(5);
  if (keyEpoch !== region.keys.keyEpoch) return undefined;
  const aad = attachmentAad(region.code, keyEpoch, sha256);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(region, sha256), IV, {
    authTagLength: 16,
  });
  decipher.setAAD(Buffer.from(aad, 'ascii'));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    const plain = Buffer.concat([
      decipher.update(sealed.subarray(ATTACHMENT_HEAD_BYTES, -16)),
      decipher.final(),
    ]);
    return createHash('sha256').update(plain).digest('hex') === sha256 ? plain : undefined;
  } catch {
    return undefined;
  }
}
