import { createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const PAGE_BYTES = 4096;
const SALT_BYTES = 16;
const MAC_BYTES = 64;
/** Every byte of the salt is changed by this for the HMAC's key. */
const MAC_SALT_MASK = 0x3a;
const MAC_KEY_ROUNDS = 2;

export interface PageWalk {
  readonly pages: number;
  /** Number of the first page (from 1) whose HMAC does not hold, or null. */
  readonly firstFault: number | null;
}

/**
 * Checks the HMAC of every page of a closed SQLCipher 4 file (AES-256-CBC, HMAC-SHA512, page 4096,
 * 80 reserved bytes): the engine itself checks only the pages that it happens to read. `key` is the raw key.
 * A page's HMAC is over its ciphertext and IV and the page number, u32 little-endian.
 */
export function walkPages(path: string, key: Uint8Array): PageWalk {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const page = Buffer.alloc(PAGE_BYTES);
    const number = Buffer.alloc(4);
    let macKey: Buffer | undefined;
    const pages = Math.ceil(size / PAGE_BYTES);
    for (let n = 1; n <= pages; n++) {
      if (readSync(file, page, 0, PAGE_BYTES, (n - 1) * PAGE_BYTES) !== PAGE_BYTES)
        return { pages, firstFault: n };
      macKey ??= pbkdf2Sync(
        key,
        page.subarray(0, SALT_BYTES).map((byte) => byte ^ MAC_SALT_MASK),
        MAC_KEY_ROUNDS,
        32,
        'sha512',
      );
      number.writeUInt32LE(n);
      const content = page.subarray(n === 1 ? SALT_BYTES : 0, PAGE_BYTES - MAC_BYTES);
      const mac = createHmac('sha512', macKey).update(content).update(number).digest();
      if (!timingSafeEqual(mac, page.subarray(PAGE_BYTES - MAC_BYTES)))
        return { pages, firstFault: n };
    }
    return { pages, firstFault: pages === 0 ? 1 : null };
  } finally {
    closeSync(file);
  }
}
