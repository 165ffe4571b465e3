import { AppError } from '../../../../shared/errors/app-error';
import type { OpenFault } from '../../../crypto/slot-summary';
import type { SessionView } from './session';

/** What became of an attempt to open the desk. */
export type UnlockOutcome =
  | { readonly outcome: 'opened'; readonly session: SessionView }
  /** A file did not open; the session is kept for the recovery page. */
  | { readonly outcome: 'damaged' }
  | { readonly outcome: 'wrong'; readonly triesLeft: number }
  | { readonly outcome: 'wait'; readonly untilMs: number }
  | { readonly outcome: 'administrator-needed' }
  | { readonly outcome: 'token-needed' }
  | { readonly outcome: 'token-failed'; readonly code: string; readonly triesLeft: number | null };

export type Opened = Extract<UnlockOutcome, { outcome: 'opened' }>;

/** What a refused slot means to the person. Throws where only the device's administrator can help. */
export function outcomeOf(fault: OpenFault): UnlockOutcome {
  switch (fault.kind) {
    case 'wrong-password':
      return { outcome: 'wrong', triesLeft: fault.triesLeft };
    case 'wait':
      // By the clock that the page counts down with.
      return { outcome: 'wait', untilMs: Date.now() + fault.remainingMs };
    case 'administrator-needed':
      return { outcome: 'administrator-needed' };
    case 'needs-token':
      return { outcome: 'token-needed' };
    case 'unknown-user':
      throw new AppError('USER_UNKNOWN');
    case 'needs-machine':
      throw new AppError('KEYSLOTS_DAMAGED', {}, 'machine secret missing');
  }
}
