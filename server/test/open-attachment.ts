import { createDecipheriv, hkdfSync } from 'node:crypto';
import type { RegionKeys } from '../../shared/protocol/enrol';

/** An attachment opened as shared/protocol/attachment.ts describes it, with nothing but Node. Throws where it does not fit. */
export function openSealed(keys: RegionKeys, sha256: string, sealed: Buffer): Buffer {
  if (sealed.toString('latin1', 0, 4) !== 'FCAT' || sealed[4] !== 1) throw new Error('head');
  const name = `fieldcert-attachment|1|${keys.region}`;
  const secret = Buffer.from(keys.transportPrivate, 'base64');
  const key = Buffer.from(hkdfSync('sha256', secret, '', `${name}|${sha256}`, 32));
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12));
  decipher.setAAD(Buffer.from(`${name}|${sealed.readUInt32BE(5)}|${sha256}`));
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  return Buffer.concat([decipher.update(sealed.subarray(9, sealed.length - 16)), decipher.final()]);
}
