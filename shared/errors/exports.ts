import type { ErrorDoc } from './error-doc';

/** Sealed packages. */
export const EXPORT_ERRORS = {
  EXPORT_EMPTY: {
    cause: 'The chosen scope has no certificate.',
    action: 'Widen the scope.',
    isRetryable: false,
  },
  EXPORT_TOO_LARGE: {
    cause: 'More certificates than the policy lets out at once.',
    action: 'Narrow the scope.',
    isRetryable: false,
    params: ['count', 'limit'],
  },
  EXPORT_STOPPED: {
    cause: 'The export ended before sealing; no file was left.',
    action: 'Start it again.',
    isRetryable: true,
  },
  EXPORT_SELF_CHECK: {
    cause: 'The finished package did not verify and was thrown away.',
    action: 'Start again; if it repeats, run the token diagnostics.',
    isRetryable: true,
  },
  EXPORT_TARGET: {
    cause: 'The chosen folder cannot be written.',
    action: 'Choose another folder.',
    isRetryable: true,
  },
  PACKAGE_UNREADABLE: {
    cause: 'The file is not a FieldCert package.',
    action: 'Choose the .zip that was handed over.',
    isRetryable: false,
  },
  JOBS_CRASHED: {
    cause: 'The process that builds documents ended; no file was left.',
    action: 'Start again.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
