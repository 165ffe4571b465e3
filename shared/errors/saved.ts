import type { ErrorDoc } from './error-doc';

/** What a person keeps for himself. */
export const SAVED_ERRORS = {
  SAVED_FULL: {
    cause: 'The person has as many saved items as there may be; `limit` says how many.',
    action: 'Nothing was saved; remove some first.',
    isRetryable: false,
    params: ['limit'],
  },
  SAVED_GONE: {
    cause:
      'The saved item is not there any more, or is of another kind: removed here or on another device.',
    action: 'Nothing was changed; look at the list again.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
