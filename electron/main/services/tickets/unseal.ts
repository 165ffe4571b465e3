import { createDecipheriv } from 'node:crypto';
import { type SealedTicket, ticketAad } from '../../../../shared/protocol/ticket';
import { argon2 } from '../../../crypto/kdf';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The envelope under a code's secret; undefined where the code is another's. `secret` stays the caller's. */
export async function unseal(sealed: SealedTicket, secret: Uint8Array): Promise<unknown> {
  const { kdf, box, id, device } = sealed;
  const salt = Buffer.from(kdf.salt, 'base64');
  const { memoryKiB, passes, lanes } = kdf;
  const key = await argon2(secret, salt, { memoryKiB, passes, lanes });
  try {
    const bytes = Buffer.from(box, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(ticketAad(id, device), 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([
      decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
    return JSON.parse(text.toString('utf8')) as unknown;
  } catch {
    return undefined;
  } finally {
    key.fill(0);
  }
}
