import type { ErrorDoc } from './error-doc';

/** New versions of the program, by line and by stick. */
export const UPDATE_ERRORS = {
  UPDATE_UNREACHABLE: {
    cause: 'The place of releases does not answer, answers strangely, or the line broke too often.',
    action: 'Try again later, or bring the update on a stick. What had arrived is kept.',
    isRetryable: true,
  },
  UPDATE_TOO_SLOW: {
    cause: 'The place of releases sends drop by drop; what had arrived is kept.',
    action: 'Try again later, or bring the update on a stick.',
    isRetryable: true,
  },
  UPDATE_REDIRECTED: {
    cause: 'The place of releases sends on to another host, which is not followed.',
    action: 'Log in to the network if it asks for that; otherwise ask whoever runs the place.',
    isRetryable: true,
  },
  UPDATE_REFUSED: {
    cause:
      'The lists of releases are not genuine, not current, or older than those seen before ({reason}).',
    action: 'Install nothing from there; tell the system administrator.',
    isRetryable: true,
  },
  UPDATE_FILE_DAMAGED: {
    cause: 'The file of the new version is not the one that was signed; it was thrown away.',
    action: 'Fetch it again; when it stays, tell the system administrator.',
    isRetryable: true,
  },
  UPDATE_NO_RELEASES: {
    cause: 'The chosen folder or the place of releases has no releases.',
    action:
      'On a stick, choose the folder that holds `metadata` and `files`; else ask whoever runs the place.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
