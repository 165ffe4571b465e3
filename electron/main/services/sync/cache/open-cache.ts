import type { KeyRing } from '../../../../crypto/key-ring';
import { SegmentCache } from './segment-cache';

/** The session's cache; the caller closes it. Throws RangeError for roles without the region key. */
export async function openCache(dir: string, keys: KeyRing): Promise<SegmentCache> {
  const key = keys.copy('region');
  try {
    return await SegmentCache.open(dir, key);
  } finally {
    key.fill(0);
  }
}

/** When the server signed the newest of the cached data, UTC ms; 0 where there are none or no key to tell. */
export async function cachedTime(dir: string, keys: KeyRing): Promise<number> {
  if (!keys.has('region')) return 0;
  const cache = await openCache(dir, keys);
  try {
    return cache.facts()?.asOfMs ?? 0;
  } finally {
    cache.close();
  }
}
