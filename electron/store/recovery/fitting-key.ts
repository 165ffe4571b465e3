import { existsSync, statSync } from 'node:fs';
import { PageFile } from '../pages/page-file';
import { PAGE_BYTES } from '../pages/page-mac';
import type { EitherKey } from './calls';

/** Looked at first, spread over the file: enough for any file that is not broken nearly everywhere. */
const PROBED_PAGES = 64;

/**
 * The one of a file's two keys that it is under: while a rotation runs the engine finds it by opening the file,
 * which is what a damaged one does not do. The key that opens more pages, the present one where neither opens any
 * (or the file is absent). Answers the caller's own bytes.
 */
export function fittingKey(path: string, { key, nextKey }: EitherKey): Uint8Array {
  if (nextKey === undefined || !existsSync(path) || statSync(path).size < PAGE_BYTES) return key;
  for (const most of [PROBED_PAGES, Number.POSITIVE_INFINITY]) {
    const present = openedBy(path, key, most);
    const next = openedBy(path, nextKey, most);
    // Without its salt no page of a file proves itself: the pages that look like some decide, all of them.
    if (present.isAuthentic !== next.isAuthentic) return present.isAuthentic ? key : nextKey;
    if (most > PROBED_PAGES) return next.pages > present.pages ? nextKey : key;
  }
  return key;
}

function openedBy(
  path: string,
  key: Uint8Array,
  most: number,
): { readonly isAuthentic: boolean; readonly pages: number } {
  const file = new PageFile(path, key);
  try {
    return { isAuthentic: file.isAuthentic, pages: file.readable(most) };
  } finally {
    file.close();
  }
}
