import type { ErrorDoc } from './error-doc';

/** Statistics that leave with noise. */
export const STATISTICS_ERRORS = {
  STATISTICS_BUDGET: {
    cause:
      "The release costs more ε than is left of this device's share of the year. Nothing was released.",
    action: 'Choose a smaller ε, have the centre give the device more, or wait for the new year.',
    isRetryable: false,
    params: ['left', 'year'],
  },
  STATISTICS_NO_SHARE: {
    cause:
      'The centre has given this device no share for the year: there was no contact since it began, the budget of the office is given, or the journal was restored and keeps another ledger.',
    action:
      'Synchronise (twice after a restore: the first time tells the ledger), or ask the centre for a share.',
    isRetryable: true,
    params: ['year'],
  },
  STATISTICS_CLOCK: {
    cause: 'A release of a later year is written down than the one that the clock shows.',
    action: 'Set the clock right and synchronise.',
    isRetryable: false,
  },
  STATISTICS_LIMIT: {
    cause: 'Too many tables were asked for within the hour.',
    action: 'Wait as long as is said.',
    isRetryable: true,
    params: ['minutes'],
  },
  STATISTICS_GONE: {
    cause: 'The table is not held any more: another one was released, or the desk was locked.',
    action: 'Release it again: the same question to the same data costs nothing.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
