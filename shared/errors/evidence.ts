import type { ErrorDoc } from './error-doc';

/** Pictures and documents that go up with a command. */
export const EVIDENCE_ERRORS = {
  EVIDENCE_TYPE: {
    cause:
      'The chosen file is neither JPEG nor PNG nor PDF by its contents, or too large to be drawn.',
    action: 'Choose another file; nothing was attached.',
    isRetryable: false,
  },
  EVIDENCE_TOO_LARGE: {
    cause: 'The chosen file, or all that waits to be sent together, is larger than allowed.',
    action: 'Take a smaller picture, or let what waits be sent first.',
    isRetryable: false,
    params: ['limitMb'],
  },
  EVIDENCE_GONE: {
    cause:
      'The chosen file is not at hand any more (the desk was locked, or it was taken away again).',
    action: 'Choose it again.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
