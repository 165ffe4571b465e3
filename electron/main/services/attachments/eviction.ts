/** A file of the cache. */
export interface CachedFile {
  readonly name: string;
  readonly bytes: number;
  /** When it was last asked for, UTC ms. */
  readonly usedMs: number;
}

/**
 * Files that have to go so that `incoming` further bytes fit the budget: those asked for longest ago, no more than needed.
 * Null where they would not fit even an empty cache.
 */
export function toEvict(
  files: Iterable<CachedFile>,
  budgetBytes: number,
  incoming: number,
): readonly CachedFile[] | null {
  if (incoming > budgetBytes) return null;
  const oldestFirst = [...files].sort((a, b) => a.usedMs - b.usedMs || (a.name < b.name ? -1 : 1));
  let over = oldestFirst.reduce((sum, { bytes }) => sum + bytes, incoming) - budgetBytes;
  const going: CachedFile[] = [];
  for (const file of oldestFirst) {
    if (over <= 0) break;
    going.push(file);
    over -= file.bytes;
  }
  return going;
}
