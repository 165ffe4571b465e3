import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { MAC_AT, PAGE_BYTES, PageMac, SALT_BYTES } from '../pages/page-mac';

/*
 * Pages of a SQLCipher 4 file (pages/page-mac.ts), opened and sealed without the engine:
 * content ‖ IV(16) ‖ HMAC(64); page 1 begins with the file's salt(16) in plain.
 */
const IV_BYTES = 16;
const CONTENT_END = MAC_AT - IV_BYTES;
/** SQLite locks bytes from 1 GiB on and never writes the page they lie in: it stays a hole. */
export const LOCK_PAGE = 0x4000_0000 / PAGE_BYTES + 1;

/** The raw key of a file with its salt. */
export class PageCipher {
  private readonly salt: Buffer;
  private readonly key: Uint8Array;
  private readonly mac: PageMac;

  /** `salt`: the first 16 bytes of the file, random for a new one. The key is copied. */
  constructor(key: Uint8Array, salt: Uint8Array = randomBytes(SALT_BYTES)) {
    this.key = Uint8Array.from(key);
    this.salt = Buffer.from(salt);
    this.mac = new PageMac(key, salt);
  }

  /** The content of page `n` (from 1), or undefined when its HMAC does not hold. The caller zeroes it. */
  open(page: Buffer, n: number): Buffer | undefined {
    if (!this.mac.holds(page, 0, n)) return undefined;
    const iv = page.subarray(CONTENT_END, MAC_AT);
    const cipher = createDecipheriv('aes-256-cbc', this.key, iv).setAutoPadding(false);
    return cipher.update(page.subarray(n === 1 ? SALT_BYTES : 0, CONTENT_END));
  }

  /** Writes content that `open` gave as page `n` into `page`, under a fresh IV. */
  seal(content: Buffer, n: number, page: Buffer): void {
    if (n === 1) this.salt.copy(page, 0);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-cbc', this.key, iv).setAutoPadding(false);
    cipher.update(content).copy(page, n === 1 ? SALT_BYTES : 0);
    iv.copy(page, CONTENT_END);
    page.write(this.mac.of(page, 0, n) ?? '', MAC_AT, 'latin1');
  }

  zero(): void {
    this.key.fill(0);
    this.mac.zero();
  }
}
