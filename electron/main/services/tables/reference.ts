import { ReferencePackSchema } from '../../../../shared/protocol/manifest';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal that keeps the reference pack of the loaded slice. */
export const REFERENCE_FACT = 'sync.reference';

/** Names of issuers by id; empty before the first load. */
export async function readIssuers(store: StoreCaller): Promise<ReadonlyMap<number, string>> {
  const text = await store.call('factGet', { name: REFERENCE_FACT });
  if (text === null) return new Map();
  const parsed = ReferencePackSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return new Map();
  return new Map(parsed.data.issuers.map(({ id, name }) => [id, name]));
}
