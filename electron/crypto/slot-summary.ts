import type { LegacySlot, Slot } from './keyslot-format';
import type { SlotToken } from './keyslot-parts';

/** What the unlock page may know of a slot. */
export type SlotSummary = Pick<
  Slot,
  'slotId' | 'userId' | 'badge' | 'displayName' | 'roleStatementRef' | 'factors'
> & {
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
    ...(token === undefined ? {} : { token }),
  };
}
