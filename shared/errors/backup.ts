import type { ErrorDoc } from './error-doc';

/** Backup and restore. */
export const BACKUP_ERRORS = {
  BACKUP_NO_PLACE: {
    cause: 'No place for backups has been chosen on this device.',
    action: 'Choose a folder or a stick.',
    isRetryable: false,
  },
  BACKUP_PLACE_MISSING: {
    cause: 'The chosen place is not there, or another medium is in its stead.',
    action: 'Plug the stick in, or choose another place; former backups are untouched.',
    isRetryable: true,
  },
  BACKUP_SOURCE_DAMAGED: {
    cause: 'A page of a data file is damaged; nothing was backed up, former backups stay.',
    action: 'Restore the last good backup or load the slice again.',
    isRetryable: false,
    params: ['file', 'page'],
  },
  BACKUP_SOURCE_BUSY: {
    cause: 'A long export or check kept the data file from standing still.',
    action: 'Repeat when it has ended.',
    isRetryable: true,
  },
  BACKUP_ALTERED: {
    cause: 'A file of the backup is not as it was written.',
    action: 'Choose another generation; do not trust this one.',
    isRetryable: false,
    params: ['file'],
  },
  BACKUP_INCOMPLETE: {
    cause: 'A file or an earlier generation that this backup builds on is missing.',
    action: 'Bring the whole backup folder together again, or choose another generation.',
    isRetryable: false,
    params: ['file'],
  },
  BACKUP_FROM_FUTURE: {
    cause: 'The backup was made by a newer version.',
    action: 'Install that version, then restore.',
    isRetryable: false,
    params: ['program'],
  },
  BACKUP_OTHER_OFFICE: {
    cause: 'The backup belongs to another office than this device.',
    action: 'Choose a backup of this office.',
    isRetryable: false,
    params: ['office'],
  },
  BACKUP_KEY_WRONG: {
    cause: 'The keys at hand did not make this backup, or its manifest was altered.',
    action: 'Choose a generation of this office made under the present keys.',
    isRetryable: false,
  },
  BACKUP_CHECK_FAILED: {
    cause: 'The copy opens, but its content is not what was recorded.',
    action: 'Choose another generation; make a new full backup.',
    isRetryable: false,
    params: ['what'],
  },
  RESTORE_WAITING: {
    cause: 'The restored data could not take the place of the former yet; both are kept.',
    action: 'Close the program and start it again: the restore ends then.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
