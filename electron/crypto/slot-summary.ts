import type { KeySet } from './key-ring';
import { isCurrent, type LegacySlot, type Slot } from './keyslot-format';
import type { SlotToken } from './keyslot-parts';
import { keySetOfV1 } from './keyslot-v1';

/** What the unlock page may know of a slot. */
export type SlotSummary = Pick<
  Slot,
  'slotId' | 'userId' | 'badge' | 'displayName' | 'roleStatementRef' | 'factors'
> & {
  readonly keySet: KeySet;
  /** When it was made, UTC ms; 0 where that is not known. */
  readonly sinceMs: number;
  readonly token?: SlotToken;
};

export type OpenFault =
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'wrong-password'; readonly triesLeft: number }
  | { readonly kind: 'wait'; readonly remainingMs: number }
  | { readonly kind: 'administrator-needed' }
  | { readonly kind: 'needs-token'; readonly token: SlotToken }
  | { readonly kind: 'needs-machine' };

export type RecoveryFault =
  | { readonly kind: 'no-recovery-key' }
  | { readonly kind: 'wrong-parts' }
  | { readonly kind: 'wait'; readonly remainingMs: number };

export function summaryOf(slot: Slot | LegacySlot): SlotSummary {
  const { slotId, userId, badge, displayName, roleStatementRef, factors, token } = slot;
  return {
    slotId,
    userId,
    badge,
    displayName,
    roleStatementRef,
    factors,
    keySet: isCurrent(slot) ? slot.keySet : keySetOfV1(slot),
    sinceMs: isCurrent(slot) ? slot.sinceMs : 0,
    ...(token === undefined ? {} : { token }),
  };
}
