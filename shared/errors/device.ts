import type { ErrorDoc } from './error-doc';

/** U-Keys and their drivers. */
export const DEVICE_ERRORS = {
  TOKEN_NONE: { cause: 'No U-Key is connected.', action: 'Insert the U-Key.', isRetryable: true },
  TOKEN_REMOVED: {
    cause: 'The U-Key was pulled out; the unfinished files were thrown away.',
    action: 'Insert it and enter the PIN again.',
    isRetryable: true,
  },
  TOKEN_PIN_WRONG: {
    cause: 'The PIN is wrong.',
    action: 'Check it; the key locks when no try is left.',
    isRetryable: true,
    params: ['triesLeft'],
  },
  TOKEN_PIN_LAST_TRY: {
    cause: 'One try at the PIN is left; the PIN was not given to the U-Key.',
    action: 'Type it once more only if it is certainly right: a wrong one locks the key.',
    isRetryable: true,
  },
  TOKEN_PIN_LOCKED: {
    cause: 'The PIN is locked.',
    action: 'Have it unlocked by the issuing office.',
    isRetryable: false,
  },
  TOKEN_LIBRARY_MISSING: {
    cause: 'The vendor’s library is not installed.',
    action: 'Install the U-Key’s driver.',
    isRetryable: false,
    params: ['library'],
  },
  TOKEN_LIBRARY_UNUSABLE: {
    cause: 'The vendor’s library is there but does not load: another architecture, or damaged.',
    action: 'Install the U-Key’s driver that fits this program.',
    isRetryable: false,
  },
  TOKEN_CERTIFICATE_UNUSABLE: {
    cause: 'The certificate is expired, not yet valid or not for signing.',
    action: 'Choose another certificate or renew it.',
    isRetryable: false,
  },
  TOKEN_NO_CERTIFICATE: {
    cause: 'The U-Key holds no signing certificate.',
    action: 'Have one issued.',
    isRetryable: false,
  },
  TOKEN_TIMEOUT: {
    cause: 'The U-Key did not answer in time.',
    action: 'Pull it out, insert it and try again.',
    isRetryable: true,
  },
  TOKEN_FAILED: {
    cause: 'The driver reported a failure.',
    action: 'Run the diagnostics; the layer is named there.',
    isRetryable: true,
    params: ['layer'],
  },
  DEVICE_CRASHED: {
    cause: 'The U-Key process ended (vendor libraries do); nothing was signed.',
    action: 'Try again.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
