import type { StoreCaller } from '../../clients/store-client';
import type { Shelf } from './shelf';

const AT_ONCE = 10_000;

/**
 * Removes from the cache what the slice no longer names: rows that left the office, moved to another region, or
 * whose contents were replaced. Answers the state of the slice that it was compared with; null where there is nothing
 * to compare with (attachment rows of a first load are still arriving, or the slice is damaged).
 */
export async function leaveBehind(
  store: StoreCaller,
  shelf: Shelf,
  settledAt: string | null,
): Promise<string | null> {
  const { hasSlice, isWhole, cursor, fault } = await store.call('state', {});
  if (!hasSlice || !isWhole || cursor === null || fault !== undefined) return null;
  const at = `${cursor.epoch}/${cursor.rseq}`;
  if (at === settledAt || shelf.cache.count === 0) return at;
  const names = new Set<string>();
  for (let afterId = 0, isEnd = false; !isEnd; ) {
    const page = await store.call('attachmentsNamed', { afterId, limit: AT_ONCE });
    for (const hash of page.hashes) names.add(shelf.nameOf(hash));
    ({ lastId: afterId, isEnd } = page);
  }
  await shelf.cache.keepOnly(names);
  return at;
}
