import type { ErrorDoc } from './error-doc';

/** The user agreement. */
export const AGREEMENT_ERRORS = {
  AGREEMENT_NEEDED: {
    cause:
      'The policy of the office refuses this act until the person has signed the user agreement in force.',
    action: 'Sign it on the security page with the U-Key, then try again.',
    isRetryable: true,
    params: ['version'],
  },
  AGREEMENT_SIGNED: {
    cause: 'The person has signed this version already; once is enough.',
    action: 'Nothing.',
    isRetryable: false,
    params: ['version'],
  },
} as const satisfies Record<string, ErrorDoc>;
