import { z } from 'zod';
import type { Entity } from '../../../../../shared/domain/model';
import { EntityNameSchema } from '../../../../../shared/protocol/manifest';
import type { StoreCaller } from '../../../clients/store-client';
import type { EntityIds } from './batches';

/** Fact of the journal: rows that the next repair fetches whatever their leaves say. */
const FACT = 'sync.repair-wanted';
const WantedSchema = z.array(
  z.strictObject({
    entity: EntityNameSchema,
    // However many: one that were left out would pass for fetched, and the slice for proven.
    ids: z.array(z.number().int().positive()),
  }),
);

/** What waits to be fetched; nothing where the text is another version's. */
export async function readWanted(store: StoreCaller): Promise<EntityIds> {
  const text = await store.call('factGet', { name: FACT });
  const parsed = WantedSchema.safeParse(text === null || text === '' ? [] : JSON.parse(text));
  return parsed.success ? parsed.data : [];
}

/** A check adds while a repair takes away: each reads what the other wrote. A store that never answers holds up its own. */
const turns = new WeakMap<StoreCaller, Promise<unknown>>();

function change(store: StoreCaller, to: (before: EntityIds) => EntityIds): Promise<void> {
  const done = (turns.get(store) ?? Promise.resolve()).then(async () => {
    const value = JSON.stringify(to(await readWanted(store)));
    await store.call('factSet', { name: FACT, value });
  });
  turns.set(
    store,
    done.catch(() => undefined),
  );
  return done;
}

/** Once each, entity by entity, without those for which `isGone` says so. */
function merged(lists: EntityIds, isGone = (_entity: Entity, _id: number) => false): EntityIds {
  return EntityNameSchema.options.flatMap((entity) => {
    const own = lists.filter((one) => one.entity === entity).flatMap((one) => one.ids);
    const ids = [...new Set(own)].filter((id) => !isGone(entity, id));
    return ids.length === 0 ? [] : [{ entity, ids }];
  });
}

export function addWanted(store: StoreCaller, rows: EntityIds): Promise<void> {
  return change(store, (before) => merged([...before, ...rows]));
}

/** These were fetched; what a check has found since stays. */
export function forgetWanted(store: StoreCaller, fetched: EntityIds): Promise<void> {
  const gone = new Set(fetched.flatMap(({ entity, ids }) => ids.map((id) => `${entity} ${id}`)));
  return change(store, (before) => merged(before, (entity, id) => gone.has(`${entity} ${id}`)));
}
