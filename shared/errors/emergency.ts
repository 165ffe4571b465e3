import type { ErrorDoc } from './error-doc';

/** The emergency reader, where the encrypted files cannot be opened on this machine. */
export const EMERGENCY_ERRORS = {
  EMERGENCY_READ_ONLY: {
    cause: 'The desk runs as the emergency reader, which can only look up.',
    action: 'Use a machine where the encrypted store opens, or install its system libraries.',
    isRetryable: false,
  },
  EMERGENCY_CACHE_MISSING: {
    cause: 'There is no complete cache of received data, and the server was not reached.',
    action: 'Connect to the server and synchronise.',
    isRetryable: true,
  },
  EMERGENCY_CACHE_DAMAGED: {
    cause: 'The cache of received data is damaged or was changed; nothing of it is shown.',
    action: 'Connect to the server and synchronise; the cache is received anew.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
