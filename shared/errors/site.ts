import type { ErrorDoc } from './error-doc';

/** Visits, and what was told from them. */
export const SITE_ERRORS = {
  SITE_NONE_OPEN: {
    cause: 'No visit is open (it was closed, or another person unlocked the desk).',
    action: 'Begin a visit.',
    isRetryable: false,
  },
  SITE_FULL: {
    cause: 'A visit has as many people, or a list as many entries, as are kept.',
    action: 'Close the visit and begin another; remove finished entries of the list.',
    isRetryable: false,
    params: ['limit'],
  },
  SITE_GONE: {
    cause: 'The person, visit or entry is not there any more.',
    action: 'Look at the list again.',
    isRetryable: false,
  },
  VISITS_MOVING: {
    cause:
      'The list changed at every try to read it whole, as it does while a synchronisation brings much.',
    action: 'Nothing was put on the list of visits. Try again when synchronising has ended.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
