import type { ErrorDoc } from './error-doc';

/** Lists that people bring to have them verified. Nothing of a refused list is taken. */
export const TABLE_ERRORS = {
  TABLE_UNREADABLE: {
    cause: 'The list cannot be read any more: it was moved or changed, or its drive is gone.',
    action: 'See where it is, and choose it again.',
    isRetryable: true,
    params: ['name'],
  },
  TABLE_LOCKED: {
    cause: 'Another program has the list for itself.',
    action: 'Close it there and choose it again.',
    isRetryable: true,
    params: ['name'],
  },
  TABLE_DENIED: {
    cause: 'The system does not let this user read the list.',
    action: 'Have the right to read given, or copy the list into a folder of your own.',
    isRetryable: true,
    params: ['name'],
  },
  TABLE_SILENT: {
    cause: 'The drive with the list gave no answer for ten seconds.',
    action: 'Copy the list onto this machine, and choose that copy.',
    isRetryable: true,
    params: ['name'],
  },
  TABLE_CHANGED: {
    cause: 'The list was written to while it was read; nothing of it was taken.',
    action: 'Wait until it is saved, and choose it again.',
    isRetryable: true,
    params: ['name'],
  },
  TABLE_NOT_ONE: {
    cause: 'The file is neither a workbook (.xlsx) nor separated text (.csv).',
    action: 'Save the list as .xlsx or .csv and choose that file.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_ENCRYPTED: {
    cause: 'The workbook has a password, or is of the format before 2007 (.xls).',
    action: 'Save it as .xlsx without a password.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_MACROS: {
    cause: 'The workbook has macros; none was run.',
    action: 'Save it as .xlsx, which has none.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_TOO_LARGE: {
    cause: 'The list has more than 200,000 rows, or more text than fits.',
    action: 'Divide it into several lists.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_BOMB: {
    cause: 'The file unpacks to far more than a list can be, or reading it does not end.',
    action: 'Do not open it elsewhere either; ask whoever sent it for a plain list.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_DAMAGED: {
    cause: 'The file is damaged or was cut off.',
    action: 'Have it sent again, or save it anew.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_QUOTES: {
    cause:
      'A quotation mark in the file has no partner, so that where rows end after it is not known; nothing was taken.',
    action: 'Mend the named row, or save the list as .xlsx.',
    isRetryable: false,
    params: ['name', 'line'],
  },
  TABLE_EMPTY: {
    cause: 'There is no row in the first sheet.',
    action: 'Put the list into the first sheet.',
    isRetryable: false,
    params: ['name'],
  },
  TABLE_COLUMNS: {
    cause: 'No column was named for ID numbers or certificate numbers.',
    action: 'Choose the column that holds them.',
    isRetryable: false,
  },
  TABLE_CLOSED: {
    cause: 'The list is not open any more.',
    action: 'Choose it again.',
    isRetryable: false,
  },
  BATCH_OUTDATED: {
    cause:
      'Certificates that were in force when the list was checked are not any more, or are under verification; nothing was saved.',
    action: 'Check the list again.',
    isRetryable: false,
    params: ['count'],
  },
  BATCH_GONE: {
    cause: 'The batch was taken back, or belongs to somebody else.',
    action: 'Choose another one.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
