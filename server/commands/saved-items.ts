import type { z } from 'zod';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  MAX_SAVED_ITEMS,
  type SavedChangesSchema,
  type SavedItem,
  SavedItemSchema,
} from '../../shared/protocol/commands';
import { savedItemsContext } from '../../shared/protocol/endpoints';
import { sealBox } from '../../shared/protocol/sealed-box';
import { boxSubtle, type KeyProvider } from '../keys/key-provider';
import type { Device } from '../store/devices';
import { countOthers, keepSavedItem, savedItemsAfter } from '../store/saved-items';
import type { SqlRunner } from '../store/sql-client';

const ITEMS_AT_ONCE = 200;

/** Context under which a saved item is wrapped for rest. */
const restContext = (office: string, userId: string, item: string): string =>
  `saved-item ${office} ${userId} ${item}`;

/** Keeps the newest state of a user's item, wrapped, for it may name persons. False: the user has as many as there may be. */
export async function takeSavedItem(
  runner: SqlRunner,
  keys: KeyProvider,
  owner: { readonly office: string; readonly userId: string },
  item: SavedItem,
): Promise<boolean> {
  const isFull =
    !item.isDeleted && (await countOthers(runner, owner, item.item)) >= MAX_SAVED_ITEMS;
  if (isFull) return false;
  const context = restContext(owner.office, owner.userId, item.item);
  const content = Buffer.from(canonicalJson(item), 'utf8');
  await keepSavedItem(runner, owner, item.item, keys.wrap(content, context), item.isDeleted);
  return true;
}

/** What changed after a rank, sealed to the device; null when nothing did. */
export async function savedItemsFor(
  runner: SqlRunner,
  keys: KeyProvider,
  device: Device,
  userId: string,
  after: number,
): Promise<Uint8Array | null> {
  const owner = { office: device.office, userId };
  const rows = await savedItemsAfter(runner, owner, after, ITEMS_AT_ONCE);
  if (rows.length === 0) return null;
  const changes: z.input<typeof SavedChangesSchema>['changes'] = rows.map(
    ({ item, rank, content }) => {
      const opened = keys.unwrap(content, restContext(device.office, userId, item));
      return { rank, item: SavedItemSchema.parse(JSON.parse(opened.toString('utf8'))) };
    },
  );
  const bytes = Buffer.from(canonicalJson({ changes }), 'utf8');
  return sealBox(boxSubtle, device.boxKey, bytes, savedItemsContext(device.id, userId));
}
