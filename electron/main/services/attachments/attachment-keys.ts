import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import {
  ATTACHMENT_HEAD_BYTES,
  ATTACHMENT_MAGIC,
  ATTACHMENT_OVERHEAD_BYTES,
  ATTACHMENT_VERSION,
  attachmentAad,
  attachmentKeyInfo,
} from '../../../../shared/protocol/attachment';
import { hkdf } from '../../../crypto/hkdf';
import type { KeyRing } from '../../../crypto/key-ring';

const IV = new Uint8Array(12);
const NAME_BYTES = 20;

/**
 * Opens attachments and names their files for one session. A role without the region's keys has none: its slot
 * does not wrap what could open a photo.
 */
export class AttachmentKeys {
  private readonly names: Uint8Array;

  /** Throws RangeError where the session does not hold the region's keys. */
  constructor(
    private readonly keys: KeyRing,
    private readonly region: string,
  ) {
    const tag = keys.copy('region');
    this.names = hkdf(tag, 'fieldcert attachment names v1', 32);
    tag.fill(0);
  }

  /** A file's name: the hash itself would tell a finder of the disk whose photo it is if he has that photo. */
  nameOf(sha256: string): string {
    const mac = createHmac('sha256', this.names).update(sha256, 'ascii').digest();
    return mac.subarray(0, NAME_BYTES).toString('hex');
  }

  /** Whether a file's head says that it lies under keys of the region that are not held (any more): no damage, but nothing opens it. */
  isOfOtherKeys(head: Buffer): boolean {
    return isSealed(head) && this.keys.peekTransport(head.readUInt32BE(5)) === undefined;
  }

  /** The plain bytes, which are those that `sha256` names; undefined for anything else. The caller zeroes them. */
  open(sha256: string, sealed: Buffer): Uint8Array | undefined {
    if (sealed.length < ATTACHMENT_OVERHEAD_BYTES) return undefined;
    if (!isSealed(sealed)) return undefined;
    const keyEpoch = sealed.readUInt32BE(5);
    // Sealed under keys that are out of force: it is fetched again.
    const transport = this.keys.peekTransport(keyEpoch)?.transportPrivate;
    if (transport === undefined) return undefined;
    const key = hkdf(transport, attachmentKeyInfo(this.region, sha256), 32);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, IV, { authTagLength: 16 });
      decipher.setAAD(Buffer.from(attachmentAad(this.region, keyEpoch, sha256)));
      decipher.setAuthTag(sealed.subarray(sealed.length - 16));
      const plain = decipher.update(sealed.subarray(ATTACHMENT_HEAD_BYTES, sealed.length - 16));
      return isNamed(plain, decipher, sha256) ? plain : undefined;
    } finally {
      key.fill(0);
    }
  }

  zero(): void {
    this.names.fill(0);
  }
}

const isSealed = (bytes: Buffer): boolean =>
  bytes.length >= ATTACHMENT_HEAD_BYTES &&
  bytes.toString('latin1', 0, 4) === ATTACHMENT_MAGIC &&
  bytes.readUInt8(4) === ATTACHMENT_VERSION;

function isNamed(plain: Buffer, decipher: { final(): Buffer }, sha256: string): boolean {
  try {
    decipher.final();
    if (createHash('sha256').update(plain).digest('hex') === sha256) return true;
  } catch {
    // The tag does not fit.
  }
  plain.fill(0);
  return false;
}
