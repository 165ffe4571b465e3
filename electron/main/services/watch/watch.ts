import type { StoreCaller } from '../../clients/store-client';
import { type ReminderParts, ReminderService } from '../reminders/reminders';
import type { SavedItems } from '../saved/saved-items';
import { FollowService } from './follow';
import { HistoryService } from './history';

/** What a person comes back to: own look-ups, what he follows, what is due. */
export interface WatchServices {
  readonly history: HistoryService;
  readonly follow: FollowService;
  readonly reminders: ReminderService;
}

export function createWatch(
  parts: ReminderParts & { readonly store: StoreCaller; readonly saved: SavedItems },
): WatchServices {
  const { store, sessions, saved } = parts;
  return {
    history: new HistoryService(store, sessions),
    follow: new FollowService(store, sessions, saved, () => parts.highestMs()),
    reminders: new ReminderService(parts),
  };
}
