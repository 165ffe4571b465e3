import { AppError } from '../../../../shared/errors/app-error';
import type { OpenFault } from '../../../crypto/slot-summary';

/** Why a slot did not open, as pages are told. */
export type SlotOutcome =
  | { readonly outcome: 'wrong'; readonly triesLeft: number }
  | { readonly outcome: 'wait'; readonly untilMs: number }
  | { readonly outcome: 'administrator-needed' }
  | { readonly outcome: 'token-needed' };

/**
 * What a refused slot means to the person; `nowMs` is the clock that pages count down with. Throws where only the
 * device's administrator can help.
 */
export function slotOutcome(fault: OpenFault, nowMs = Date.now()): SlotOutcome {
  switch (fault.kind) {
    case 'wrong-password':
      return { outcome: 'wrong', triesLeft: fault.triesLeft };
    case 'wait':
      return { outcome: 'wait', untilMs: nowMs + fault.remainingMs };
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
