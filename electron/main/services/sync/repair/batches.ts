import type { Entity } from '../../../../../shared/domain/model';
import { bucketOf } from '../../../../../shared/domain/sync/digest';

/** Ids by entity; an entity may occur more than once. */
export type EntityIds = readonly { readonly entity: Entity; readonly ids: readonly number[] }[];

export function sumOf(lists: EntityIds): number {
  return lists.reduce((sum, { ids }) => sum + ids.length, 0);
}

/** In how many buckets the rows lie. */
export function bucketsOf(lists: EntityIds): number {
  return new Set(lists.flatMap(({ entity, ids }) => ids.map((id) => `${entity} ${bucketOf(id)}`)))
    .size;
}

/** Cuts lists into batches of at most `most` ids together, order kept. */
export function batched(lists: EntityIds, most: number): EntityIds[] {
  const batches: { entity: Entity; ids: readonly number[] }[][] = [];
  let room = 0;
  for (const { entity, ids } of lists) {
    for (let from = 0; from < ids.length; ) {
      if (room === 0) {
        batches.push([]);
        room = most;
      }
      const part = ids.slice(from, from + room);
      batches.at(-1)?.push({ entity, ids: part });
      from += part.length;
      room -= part.length;
    }
  }
  return batches;
}
