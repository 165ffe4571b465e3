import { KeyRing, type Keys } from '../../electron/crypto/key-ring';
import { AttachmentKeys } from '../../electron/main/services/attachments/attachment-keys';
import { CacheFolder } from '../../electron/main/services/attachments/cache-folder';
import { Shelf } from '../../electron/main/services/attachments/shelf';
import { accessServer } from '../../electron/main/services/sync/server-access';
import type { OfficeFile } from '../../electron/main/services/unlock/office-file';
import type { AttachmentRef } from '../../electron/store/attachment-calls';

/** What the process is to fetch, with copies of a session's keys, again and again until it is killed. */
export interface FetchOrder {
  readonly folder: string;
  readonly office: OfficeFile;
  readonly keys: Keys;
  readonly refs: readonly AttachmentRef[];
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Fills a cache over the real line and empties it, to be killed at it; says when the first fetch begins. */
async function main({ folder, office, keys, refs }: FetchOrder): Promise<void> {
  const ring = new KeyRing(keys);
  const { line } = accessServer(office, ring);
  const cache = await CacheFolder.open(folder);
  const shelf = new Shelf({
    keys: new AttachmentKeys(ring, office.office.region),
    cache,
    nowMs: Date.now,
    log,
  });
  shelf.budgetBytes = 1e9;
  const { signal } = new AbortController();
  process.send?.('begins');
  for (;;) {
    for (const ref of refs) {
      await shelf.bring(ref, line, 'view', signal);
      // What a stick brings is written in another way.
      const sealed = await cache.read(shelf.nameOf(ref.sha256));
      if (sealed !== null) await shelf.keep(ref.sha256, sealed);
    }
    for (const ref of refs) await cache.remove(shelf.nameOf(ref.sha256));
  }
}

process.once('message', (order) => void main(order as FetchOrder));
