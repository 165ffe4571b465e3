import { z } from 'zod';
import type { BootMark, ClockMark, HighestSeen } from '../../../platform/clock';
import type { StoreCaller } from '../../clients/store-client';
import { ClockMarkSchema } from '../control/control-state';

/** Fact of the journal: the mark of the highest time seen, JSON; of former versions, UTC ms alone. */
export const TIME_FACT = 'clock.highest';

/** Fact of the journal: a mark by the machine's own clock, JSON. Beside the other, which programs of before read. */
const BOOT_FACT = 'clock.boot';
const BootMarkSchema = z.strictObject({
  bootId: z.string().min(1).max(64),
  upMs: z.number().nonnegative(),
  highestMs: z.number().int().nonnegative(),
  contacts: z.number().int().nonnegative(),
});

/** Takes up what the journal knows of the time. */
export async function learnStoredTime(store: StoreCaller, clock: HighestSeen): Promise<void> {
  const mark = markOf(await store.call('factGet', { name: TIME_FACT }));
  if (mark !== null) clock.adopt(mark);
  const boot = bootMarkOf(await store.call('factGet', { name: BOOT_FACT }));
  if (boot !== null) clock.countFrom(boot);
  // From here on too: a program that is killed leaves no other mark.
  await keepBoot(store, clock).catch(() => undefined);
}

export async function keepTime(store: StoreCaller, clock: HighestSeen): Promise<void> {
  await store.call('factSet', { name: TIME_FACT, value: JSON.stringify(clock.mark()) });
  await keepBoot(store, clock);
}

async function keepBoot(store: StoreCaller, clock: HighestSeen): Promise<void> {
  const mark = clock.bootMark();
  if (mark !== null) await store.call('factSet', { name: BOOT_FACT, value: JSON.stringify(mark) });
}

function bootMarkOf(text: string | null): BootMark | null {
  try {
    return BootMarkSchema.safeParse(JSON.parse(text ?? '')).data ?? null;
  } catch {
    return null;
  }
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
