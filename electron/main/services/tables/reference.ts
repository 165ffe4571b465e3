import type { StoreCaller } from '../../clients/store-client';

/** Names of issuers by id, from the slice, where they are compared with what the server signed; empty before the first load. */
export async function readIssuers(store: StoreCaller): Promise<ReadonlyMap<number, string>> {
  const names = await store.call('namesRead', {});
  return new Map(names?.issuers.map(({ id, name }) => [id, name]));
}
