import { AppError } from '../../../../shared/errors/app-error';
import type { Keyslots } from '../../../crypto/keyslots';
import type { StoreCaller } from '../../clients/store-client';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';

/** Fact of the journal: ids of slots that were taken away, JSON, newest last. */
const REMOVED_FACT = 'people.removed';
/** Fact of the journal: since when (UTC ms) a removed person's keys are still in use; empty once they were changed. */
const ADVISED_FACT = 'people.rotation-advised';
const KEPT = 400;

/**
 * Remembers, where no editor of keyslots.json gets, whose slots were taken away: an old copy of the file put back
 * does not bring them back, and no changed key is delivered to them.
 */
export class RemovedPeople implements SessionListener {
  private keyslots: Keyslots | null = null;

  constructor(private readonly store: StoreCaller) {}

  async remember(slotId: string): Promise<void> {
    const ids = [...(await this.ids()), slotId].slice(-KEPT);
    await this.store.call('factSet', { name: REMOVED_FACT, value: JSON.stringify(ids) });
    await this.store.call('factSet', { name: ADVISED_FACT, value: String(Date.now()) });
  }

  async isRotationAdvised(): Promise<boolean> {
    return Boolean(await this.store.call('factGet', { name: ADVISED_FACT }));
  }

  /** Takes slots away that came back. Throws PERSON_REMOVED when the session itself came by one. */
  async opened({ keyslots, view }: OpenSession): Promise<void> {
    this.keyslots = keyslots;
    const removed = new Set(await this.ids());
    if (removed.size === 0) return;
    for (const slot of keyslots.slots()) {
      if (!removed.has(slot.slotId)) continue;
      await keyslots.removeSlot(slot.badge);
      const payload = { badge: slot.badge };
      await this.store.call('auditAppend', { kind: 'slot-returned', actor: view.userId, payload });
      if (slot.badge === view.badge) throw new AppError('PERSON_REMOVED');
    }
  }

  /** What was asked of the keyslots is on the disk before the next session reads them. */
  async closing(): Promise<void> {
    await this.keyslots?.settled();
    this.keyslots = null;
  }

  private async ids(): Promise<string[]> {
    const text = await this.store.call('factGet', { name: REMOVED_FACT });
    const ids: unknown = text === null ? [] : JSON.parse(text);
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
  }
}

/** All keys were changed, in a rotation begun at `startedMs`: who was removed before it knows none of them. */
export async function forgetAdvice(store: StoreCaller, startedMs: number): Promise<void> {
  const since = Number(await store.call('factGet', { name: ADVISED_FACT }));
  if (since > 0 && since <= startedMs) {
    await store.call('factSet', { name: ADVISED_FACT, value: '' });
  }
}
