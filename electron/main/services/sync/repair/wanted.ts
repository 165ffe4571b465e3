import { z } from 'zod';
import type { Entity } from '../../../../../shared/domain/model';
import { EntityNameSchema } from '../../../../../shared/protocol/manifest';
import type { StoreCaller } from '../../../clients/store-client';
import { type EntityIds, sumOf } from './batches';

/**
 * Facts of the journal: rows that the next repair fetches whatever their leaves say. The list lies in parts, so that what
 * a check adds costs by what it found and not by what was found before: the first under this name, each further one
 * under this name and its number.
 */
const FACT = 'sync.repair-wanted';
/** Number of the last part that counts. Written after the part: one that is not counted yet is written once more. */
const LAST_FACT = 'sync.repair-wanted-last';
/** A part is full with so many: small enough to be written again for the next few. */
const PART_IDS = 10_000;

const nameOf = (part: number): string => (part === 0 ? FACT : `${FACT}.${part}`);

const WantedSchema = z.array(
  z.strictObject({
    entity: EntityNameSchema,
    // However many: one that were left out would pass for fetched, and the slice for proven.
    ids: z.array(z.number().int().positive()),
  }),
);

async function lastPart(store: StoreCaller): Promise<number> {
  return Number(await store.call('factGet', { name: LAST_FACT }));
}

/** Nothing where the text is another version's. */
async function readPart(store: StoreCaller, part: number): Promise<EntityIds> {
  const text = await store.call('factGet', { name: nameOf(part) });
  const parsed = WantedSchema.safeParse(text === null || text === '' ? [] : JSON.parse(text));
  return parsed.success ? parsed.data : [];
}

async function writePart(store: StoreCaller, part: number, rows: EntityIds): Promise<void> {
  await store.call('factSet', { name: nameOf(part), value: JSON.stringify(rows) });
}

/** What waits to be fetched, each row once. */
export async function readWanted(store: StoreCaller): Promise<EntityIds> {
  const last = await lastPart(store);
  const parts: EntityIds[] = [];
  for (let part = 0; part <= last; part++) parts.push(await readPart(store, part));
  return merged(parts.flat());
}

/** A check adds while a repair takes away: each reads what the other wrote. A store that never answers holds up its own. */
const turns = new WeakMap<StoreCaller, Promise<unknown>>();

function inTurn(store: StoreCaller, act: () => Promise<void>): Promise<void> {
  const done = (turns.get(store) ?? Promise.resolve()).then(act);
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
  return inTurn(store, async () => {
    const last = await lastPart(store);
    const there = await readPart(store, last);
    if (there.length === 0 || sumOf(there) + sumOf(rows) <= PART_IDS)
      return writePart(store, last, merged([...there, ...rows]));
    await writePart(store, last + 1, merged(rows));
    await store.call('factSet', { name: LAST_FACT, value: String(last + 1) });
  });
}

/** These were fetched; what a check has found since stays. Cut off in the middle, some are fetched once more. */
export function forgetWanted(store: StoreCaller, fetched: EntityIds): Promise<void> {
  const gone = new Set(fetched.flatMap(({ entity, ids }) => ids.map((id) => `${entity} ${id}`)));
  return inTurn(store, async () => {
    const last = gone.size === 0 ? -1 : await lastPart(store);
    let end = 0;
    for (let part = 0; part <= last; part++) {
      const before = await readPart(store, part);
      const left = merged(before, (entity, id) => gone.has(`${entity} ${id}`));
      if (sumOf(left) < sumOf(before)) await writePart(store, part, left);
      if (left.length > 0) end = part;
    }
    if (end < last) await store.call('factSet', { name: LAST_FACT, value: String(end) });
  });
}
