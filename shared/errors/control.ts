import type { ErrorDoc } from './error-doc';

/** Control channel, lease files, wiping. */
export const CONTROL_ERRORS = {
  CONTROL_NO_KEY: {
    cause: 'The device was enrolled without a control channel, or its key is gone.',
    action: 'Orders of the centre reach it only by synchronising; enrol anew to have the channel.',
    isRetryable: false,
  },
  LEASE_FILE_MALFORMED: {
    cause: 'The chosen file is no lease file.',
    action: 'Choose the file that the centre wrote for this device.',
    isRetryable: false,
    params: ['name'],
  },
  LEASE_FILE_FORGED: {
    cause: 'The lease in the file is not signed by the office’s server.',
    action: 'Do not use the file; report where it came from.',
    isRetryable: false,
    params: ['name'],
  },
  LEASE_FILE_OTHER_OFFICE: {
    cause: 'The lease is of another office.',
    action: 'Choose the file for this office.',
    isRetryable: false,
    params: ['office'],
  },
  LEASE_FILE_OTHER_DEVICE: {
    cause: 'The lease is of another device.',
    action: 'Choose the file for this device; its number stands on the unlock page.',
    isRetryable: false,
    params: ['device'],
  },
  LEASE_FILE_OLDER: {
    cause: 'The lease is not newer than the one in force.',
    action: 'Have a new file written.',
    isRetryable: false,
  },
  LEASE_FILE_ENDED: {
    cause: 'The lease in the file is over by the highest time seen.',
    action: 'Have a new file written; when the computer’s clock was wrong, go online once.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
