import { PAGE_BYTES, PageMac, SALT_BYTES } from './page-mac';
import { SharedFile } from './shared-file';

/**
 * Whether the key opens the second page of a file whose first page does not open: then the key is right
 * and the first page is damaged. Damage of the salt itself looks like a wrong key.
 */
export function isFirstPageDamaged(path: string, key: Uint8Array): boolean {
  const file = SharedFile.open(path);
  try {
    const pages = Buffer.alloc(2 * PAGE_BYTES);
    if (file.read(pages, 0) !== pages.length) return false;
    const mac = new PageMac(key, pages.subarray(0, SALT_BYTES));
    const isRightKey = mac.holds(pages, PAGE_BYTES, 2);
    mac.zero();
    return isRightKey;
  } finally {
    file.close();
  }
}
