import type { ErrorDoc } from './error-doc';

/** Photos, scans and e-certificates. */
export const ATTACHMENT_ERRORS = {
  ATTACHMENT_MISSING: {
    cause: 'The server has the row of this attachment and not its contents.',
    action: 'Tell the centre; the record itself is not affected.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
