import type { CertificateItem } from '../../../../shared/ipc/routes/search';
import { askStore } from '../../clients/ask-store';
import type { StoreCaller } from '../../clients/store-client';

/** Certificates that are asked for at once. */
const PAGE = 200;

/**
 * Certificates by id as lists show them; those that are not in the slice are missing. Asked for as lists: opened one by one, 500
 * records would stand in the log as 500 views, which is an alert.
 */
export async function listedItems(
  store: StoreCaller,
  ids: readonly number[],
): Promise<ReadonlyMap<number, CertificateItem>> {
  const wanted = [...new Set(ids)];
  const found = new Map<number, CertificateItem>();
  for (let from = 0; from < wanted.length; from += PAGE) {
    const filter = { certificates: wanted.slice(from, from + PAGE) };
    const question = { text: '', filter, offset: 0, limit: PAGE };
    const { items } = await askStore(store, 'search.query', question);
    for (const item of items) found.set(item.id, item);
  }
  return found;
}
