import { z } from 'zod';
import { EntityNameSchema } from '../../../../../shared/protocol/manifest';
import type { StoreCaller } from '../../../clients/store-client';
import type { EntityIds } from './batches';

/** Fact of the journal: rows that the next repair fetches whatever their leaves say. */
const FACT = 'sync.repair-wanted';
/** More are no drift any more: the rest is found by the round after the repair. */
const MOST = 20_000;

const WantedSchema = z.array(
  z.strictObject({
    entity: EntityNameSchema,
    ids: z.array(z.number().int().positive()).max(MOST),
  }),
);

/** What waits to be fetched; nothing where the text is another version's. */
export async function readWanted(store: StoreCaller): Promise<EntityIds> {
  const text = await store.call('factGet', { name: FACT });
  const parsed = WantedSchema.safeParse(text === null || text === '' ? [] : JSON.parse(text));
  return parsed.success ? parsed.data : [];
}

export async function addWanted(store: StoreCaller, rows: EntityIds): Promise<void> {
  const before = await readWanted(store);
  const value: { entity: string; ids: readonly number[] }[] = [];
  for (const entity of EntityNameSchema.options) {
    const own = [...before, ...rows].filter((one) => one.entity === entity);
    const ids = [...new Set(own.flatMap((one) => one.ids))].slice(0, MOST);
    if (ids.length > 0) value.push({ entity, ids });
  }
  await store.call('factSet', { name: FACT, value: JSON.stringify(value) });
}

/** They were fetched. */
export async function clearWanted(store: StoreCaller): Promise<void> {
  await store.call('factSet', { name: FACT, value: '' });
}
