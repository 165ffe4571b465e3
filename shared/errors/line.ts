import type { ErrorDoc } from './error-doc';

/** The network between the device and its server. */
export const LINE_ERRORS = {
  SYNC_PORTAL: {
    cause: 'The network answers with a page of its own: it asks for a login in a browser.',
    action: 'Log in to the network in a browser, then try again.',
    isRetryable: true,
  },
  SYNC_CLOCK: {
    cause:
      'By the date of this device the server’s certificate does not count yet, or no longer: the date is wrong, or somebody shows an old certificate.',
    action:
      'Set date and time right and try again; where they are right, do not use this network and call the administrator.',
    isRetryable: true,
    params: ['today'],
  },
  SYNC_PROXY_REFUSED: {
    cause:
      'The proxy did not open the way to the server (wrong user, wrong password, not allowed).',
    action: 'Check the proxy settings; ask whoever runs the proxy.',
    isRetryable: true,
  },
  SYNC_PROXY_UNREACHABLE: {
    cause: 'The proxy does not answer at its address.',
    action: 'Check the proxy settings and the network.',
    isRetryable: true,
  },
  PROXY_ADDRESS_INVALID: {
    cause: 'The address of the proxy is not host:port, or its user has a colon.',
    action: 'Correct it; nothing was changed.',
    isRetryable: false,
  },
  SYNC_TOO_SLOW: {
    cause: 'An answer came drop by drop for half a minute; what had arrived is kept.',
    action: 'Try again, or change the network.',
    isRetryable: true,
  },
  SYNC_ANSWER_TOO_LARGE: {
    cause: 'An answer is longer than any of its kind may be; it was let go.',
    action: 'Change the network; when it stays, report it.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
