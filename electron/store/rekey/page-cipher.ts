import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { MAC_AT, PAGE_BYTES, SALT_BYTES } from '../pages/page-mac';

/*
 * Pages of a SQLCipher 4 file (AES-256-CBC, HMAC-SHA512, page 4096, 80 reserved bytes), opened and sealed
 * without the engine: content ‖ IV(16) ‖ HMAC(64); page 1 begins with the file's salt(16) in plain. The
 * HMAC is over content, IV and the page's number (u32 little-endian).
 */
const IV_BYTES = 16;
const CONTENT_END = MAC_AT - IV_BYTES;
/** Every byte of the salt is changed by this for the HMAC's key. */
const MAC_SALT_MASK = 0x3a;
const MAC_KEY_ROUNDS = 2;
/** SQLite locks bytes from 1 GiB on and never writes the page they lie in: it stays a hole. */
export const LOCK_PAGE = 0x4000_0000 / PAGE_BYTES + 1;

/** The raw key of a file with its salt. */
export class PageCipher {
  readonly salt: Buffer;
  private readonly key: Uint8Array;
  private readonly macKey: Buffer;
  private readonly number = Buffer.alloc(4);

  /** `salt`: the first 16 bytes of the file, random for a new one. The key is copied. */
  constructor(key: Uint8Array, salt: Uint8Array = randomBytes(SALT_BYTES)) {
    this.key = Uint8Array.from(key);
    this.salt = Buffer.from(salt);
    const masked = this.salt.map((byte) => byte ^ MAC_SALT_MASK);
    this.macKey = pbkdf2Sync(key, masked, MAC_KEY_ROUNDS, 32, 'sha512');
  }

  private mac(page: Buffer, n: number): Buffer {
    this.number.writeUInt32LE(n);
    return createHmac('sha512', this.macKey)
      .update(page.subarray(n === 1 ? SALT_BYTES : 0, MAC_AT))
      .update(this.number)
      .digest();
  }

  /** The content of page `n` (from 1), or undefined when its HMAC does not hold. The caller zeroes it. */
  open(page: Buffer, n: number): Buffer | undefined {
    if (!timingSafeEqual(this.mac(page, n), page.subarray(MAC_AT))) return undefined;
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
    this.mac(page, n).copy(page, MAC_AT);
  }

  zero(): void {
    this.key.fill(0);
    this.macKey.fill(0);
  }
}
