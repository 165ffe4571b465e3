import type { ErrorDoc } from './error-doc';

/** Encrypted files. */
export const STORE_ERRORS = {
  STORE_KEY_WRONG: {
    cause: 'The key does not open the file.',
    action: 'Check that the data folder belongs to this office.',
    isRetryable: false,
    params: ['file'],
  },
  STORE_CORRUPT: {
    cause: 'A data file is damaged. It was not changed.',
    action: 'Restore the backup or load the slice again; unsent work is in another file.',
    isRetryable: false,
    params: ['file'],
  },
  STORE_FROM_FUTURE: {
    cause: 'The file was written by a newer version; not a byte of it was changed.',
    action: 'Install the newer version.',
    isRetryable: false,
    params: ['file', 'version', 'ours'],
  },
  STORE_UPGRADE_FAILED: {
    cause: 'A file of an older version could not be brought to this one; it is as it was before.',
    action: 'Go on with the former version of the program and report it.',
    isRetryable: false,
    params: ['file', 'version', 'ours'],
  },
  STORE_IO: {
    cause: 'The disk failed to read or write a data file; nothing acknowledged is lost.',
    action: 'Try again; if it repeats, the disk is failing: make a backup to another one.',
    isRetryable: true,
    params: ['file'],
  },
  STORE_MISSING: {
    cause: 'A data file is not there.',
    action: 'Restore it from the backup.',
    isRetryable: false,
    params: ['file'],
  },
  STORE_CRASHED: {
    cause: 'The store process ended; nothing acknowledged is lost.',
    action: 'Unlock again.',
    isRetryable: true,
  },
  STORE_IN_USE: {
    cause: 'Another instance holds the data folder.',
    action: 'Use the open window.',
    isRetryable: true,
  },
  AUDIT_CHAIN_BROKEN: {
    cause: 'The audit log does not verify.',
    action: 'Stop and call the auditor; nothing was changed.',
    isRetryable: false,
    params: ['entry'],
  },
  BOARDS_INCOMPLETE: {
    cause:
      'Changes, training and exams of the first load are still to come: what is computed from them would be wrong.',
    action: 'Synchronise to the end, then ask again; present statuses are shown meanwhile.',
    isRetryable: true,
  },
  SLICE_EMPTY: {
    cause: 'No slice has been loaded yet.',
    action: 'Run the first synchronisation.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
