import type { SessionView } from './session';
import type { SlotOutcome } from './slot-outcome';

/** What became of an attempt to open the desk. */
export type UnlockOutcome =
  | { readonly outcome: 'opened'; readonly session: SessionView }
  /** A file did not open; the session is kept for the recovery page. */
  | { readonly outcome: 'damaged' }
  | SlotOutcome
  | { readonly outcome: 'token-failed'; readonly code: string; readonly triesLeft: number | null };

export type Opened = Extract<UnlockOutcome, { outcome: 'opened' }>;
