import type { ErrorDoc } from './error-doc';

/** What masks hide. */
export const REVEAL_ERRORS = {
  REVEAL_LIMIT: {
    cause: 'The person has had as many masked values shown within an hour as the policy allows.',
    action: 'Wait; what was refused is in the log.',
    isRetryable: true,
    params: ['limit', 'minutes'],
  },
} as const satisfies Record<string, ErrorDoc>;
