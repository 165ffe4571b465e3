import type { ErrorDoc } from './error-doc';

/** Errors any capability may meet. */
export const COMMON_ERRORS = {
  INTERNAL: {
    cause: 'A defect of the program; the log has the details under the reference.',
    action: 'Report the reference number.',
    isRetryable: true,
  },
  INPUT_INVALID: {
    cause: 'A request did not match its schema.',
    action: 'Correct the marked field.',
    isRetryable: false,
    params: ['field'],
  },
  FORBIDDEN: {
    cause: 'The role or scope does not allow this act.',
    action: 'Ask somebody with the role.',
    isRetryable: false,
  },
  LOCKED: { cause: 'The desk is locked.', action: 'Unlock and try again.', isRetryable: false },
  CANCELLED: {
    cause: 'The person cancelled.',
    action: 'Start again when wanted.',
    isRetryable: true,
  },
  BUSY: {
    cause: 'The same work is running already.',
    action: 'Wait for it or cancel it.',
    isRetryable: true,
  },
  FILE_UNREADABLE: {
    cause: 'A chosen file cannot be read.',
    action: 'Choose another copy.',
    isRetryable: true,
    params: ['name'],
  },
  FILE_NEEDS_FOLDER: {
    cause: 'A dropped signature belongs to files that were not dropped with it.',
    action: 'Choose it with the button: the files beside it are read too.',
    isRetryable: false,
    params: ['name'],
  },
  FILE_TOO_LARGE: {
    cause: 'A chosen file is larger than the limit.',
    action: 'Choose a smaller file.',
    isRetryable: false,
    params: ['name', 'limitMb'],
  },
  DISK_FULL: {
    cause: 'No space is left on the disk; what was written before stays.',
    action: 'Free space, then repeat.',
    isRetryable: true,
    params: ['neededMb'],
  },
  DISK_READ_ONLY: {
    cause: 'The data folder cannot be written.',
    action: 'Give the user write access to the folder.',
    isRetryable: true,
  },
  PROGRAM_ALTERED: {
    cause:
      'A file of the program is not as it was packaged; nothing was opened, the data is untouched.',
    action: 'Install the program again from the stick or the server; the office and its data stay.',
    isRetryable: false,
    params: ['file'],
  },
  FALLBACK_RESTRICTED: {
    cause: 'This runtime is for practice and tests only.',
    action: 'Use the released product.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
