import type { ClockMark, HighestSeen } from '../../../platform/clock';
import type { StoreCaller } from '../../clients/store-client';
import { ClockMarkSchema } from '../control/control-state';

/** Fact of the journal: the mark of the highest time seen, JSON; of former versions, UTC ms alone. */
export const TIME_FACT = 'clock.highest';

/** Takes up what the journal knows of the time. */
export async function learnStoredTime(store: StoreCaller, clock: HighestSeen): Promise<void> {
  const mark = markOf(await store.call('factGet', { name: TIME_FACT }));
  if (mark !== null) clock.adopt(mark);
}

export async function keepTime(store: StoreCaller, clock: HighestSeen): Promise<void> {
  await store.call('factSet', { name: TIME_FACT, value: JSON.stringify(clock.mark()) });
}

/** The mark in a fact's text; null where there is none. */
export function markOf(text: string | null): ClockMark | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (Number.isSafeInteger(value))
      return { highestMs: value as number, contacts: 0, anchor: null };
    return ClockMarkSchema.parse(value);
  } catch {
    return null;
  }
}

/** The one of two marks that knows better: of more contacts, or of the same and the later time. */
export function laterMark(one: ClockMark | null, other: ClockMark | null): ClockMark | null {
  if (one === null || other === null) return one ?? other;
  const byContacts = one.contacts - other.contacts;
  return (byContacts === 0 ? one.highestMs - other.highestMs : byContacts) >= 0 ? one : other;
}
