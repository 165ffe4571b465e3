import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/**
 * The SQLCipher 4 file format from its documentation alone: nothing of ours, nothing of the engine.
 * Page 4096; the last 80 bytes of a page are its IV (16) and HMAC-SHA512 (64) over ciphertext, IV and the
 * page number (u32, little-endian). The first 16 bytes of the file are the salt, in the place of SQLite's
 * magic text. A raw key is used as it is; the HMAC's key is PBKDF2-SHA512 of it, 2 rounds, over the salt
 * with every byte xor 0x3a.
 */
const PAGE = 4096;
const RESERVE = 80;
const SALT = 16;
const MAC = 64;
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** A page that does not hold: its number from 1. */
export class PageFault extends Error {
  readonly page: number;
  constructor(page: number) {
    super(`page ${page}`);
    this.page = page;
  }
}

/**
 * The plain SQLite file inside an encrypted one (log folded in). Throws PageFault for a page whose HMAC does
 * not hold: a wrong key shows at page 1.
 */
export function decryptFile(bytes: Buffer, key: Uint8Array): Buffer {
  if (bytes.length === 0 || bytes.length % PAGE !== 0)
    throw new PageFault(Math.floor(bytes.length / PAGE) + 1);
  const salt = bytes.subarray(0, SALT);
  const macSalt = salt.map((byte) => byte ^ 0x3a);
  const macKey = pbkdf2Sync(key, macSalt, 2, 32, 'sha512');
  const plain = Buffer.alloc(bytes.length);
  const number = Buffer.alloc(4);
  for (let n = 1; n <= bytes.length / PAGE; n++) {
    const page = bytes.subarray((n - 1) * PAGE, n * PAGE);
    const from = n === 1 ? SALT : 0;
    number.writeUInt32LE(n);
    const mac = createHmac('sha512', macKey)
      .update(page.subarray(from, PAGE - MAC))
      .update(number)
      .digest();
    if (!timingSafeEqual(mac, page.subarray(PAGE - MAC))) throw new PageFault(n);
    const iv = page.subarray(PAGE - RESERVE, PAGE - MAC);
    const cipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    const content = Buffer.concat([
      cipher.update(page.subarray(from, PAGE - RESERVE)),
      cipher.final(),
    ]);
    if (n === 1) MAGIC.copy(plain);
    content.copy(plain, (n - 1) * PAGE + from);
  }
  // Bytes 18 and 19 say "write-ahead log"; there is none any more.
  plain[18] = 1;
  plain[19] = 1;
  return plain;
}
