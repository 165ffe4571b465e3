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
  EMERGENCY_LEVEL: {
    cause: 'The office has an emergency level under which this act is not done.',
    action:
      'The security page says what the level does and who set it; it is lifted by whoever set it.',
    isRetryable: false,
    params: ['level'],
  },
  EMERGENCY_LEVEL_REFUSED: {
    cause:
      'The head wanted a level that the centre ordered already, or lifted one that was not set here.',
    action: 'What the centre ordered is lifted by the centre.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
