import type { ErrorDoc } from './error-doc';

/** What waits to be reported to the server. */
export const OUTBOX_ERRORS = {
  OUTBOX_DIFFERS: {
    cause: 'The copy of the outbox outside the office is of another device or another history.',
    action: 'Nothing was recorded; hand outbox.sealed in at the centre, then enrol or restore.',
    isRetryable: false,
  },
  OUTBOX_ITEM_SETTLED: {
    cause: 'The refused report was dealt with already, or is none.',
    action: 'Nothing was changed; look at the list again.',
    isRetryable: false,
  },
  SEALED_VALUE_ALTERED: {
    cause: 'A sealed value of the journal was changed, or put where another one was written.',
    action: 'It is kept as it lies and not used; tell the auditor, and write it anew.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
