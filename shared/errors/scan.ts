import type { ErrorDoc } from './error-doc';

/** Pictures with codes. */
export const SCAN_ERRORS = {
  SCAN_PICTURE_TYPE: {
    cause: 'The chosen file is no JPEG or PNG by its contents.',
    action: 'Take a photograph or a screen picture of the code; nothing was kept.',
    isRetryable: false,
  },
  SCAN_PICTURE_TOO_LARGE: {
    cause: 'The picture has more bytes or more points than are decoded.',
    action: 'Take a smaller picture, of the code alone.',
    isRetryable: false,
  },
  SCAN_PICTURE_DAMAGED: {
    cause: 'The picture does not decode, or took too long to.',
    action: 'Take another one, or type the number.',
    isRetryable: false,
  },
  SCAN_ASK_GONE: {
    cause:
      'What was scanned is not at hand any more: the desk was locked, or many checks came after it.',
    action: 'Scan it again, then ask.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
