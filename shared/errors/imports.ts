import type { ErrorDoc } from './error-doc';

/** Lists that are handed in to the centre. */
export const IMPORT_ERRORS = {
  IMPORT_COLUMNS: {
    cause: 'The list has no columns with the headings that a list of this kind needs.',
    action: 'Name the columns as the template does, or start from the template.',
    isRetryable: false,
    params: ['columns'],
  },
  IMPORT_TOO_LONG: {
    cause: 'The list has more rows, or more text, than one request takes.',
    action: 'Split it and hand in the parts one after the other.',
    isRetryable: false,
    params: ['most'],
  },
  IMPORT_NOTHING: {
    cause: 'No row of the list can be handed in, or no list is open any more.',
    action: 'Correct the workbook by what is said of its rows, and open it again.',
    isRetryable: false,
  },
  IMPORT_GONE: {
    cause: 'There is no such request of this person.',
    action: 'Open the list of requests again.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
