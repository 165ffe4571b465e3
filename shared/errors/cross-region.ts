import type { ErrorDoc } from './error-doc';

/** Requests to other regions and what they bring. */
export const CROSS_REGION_ERRORS = {
  GRANT_REQUEST_GONE: {
    cause: 'The centre no longer names this request to this office.',
    action: 'Synchronise; the list shows what there is.',
    isRetryable: false,
    params: [],
  },
  GRANT_GONE: {
    cause: 'The grant is over, was taken back, or is another person’s; its rows were destroyed.',
    action: 'Ask anew where it is still needed.',
    isRetryable: false,
    params: [],
  },
  GRANT_NOT_FOR: {
    cause: 'The grant does not name what was asked for: a sealed value, or an export.',
    action: 'Ask anew and name it, where it is needed.',
    isRetryable: false,
    params: [],
  },
  GRANT_NOT_OPEN: {
    cause: 'The rows of the grant are not on this device, or their key cannot be read.',
    action: 'Fetch them again while the grant lasts.',
    isRetryable: true,
    params: [],
  },
} as const satisfies Record<string, ErrorDoc>;
