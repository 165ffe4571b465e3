import type { ErrorDoc } from './error-doc';

/** Who can unlock a device, and the recovery key. */
export const PEOPLE_ERRORS = {
  PERSON_UNKNOWN: {
    cause: 'No role statement in force names the badge, or it has no way in on this device.',
    action: 'Synchronise; have the central administrator assign the role.',
    isRetryable: true,
    params: ['badge'],
  },
  PERSON_EXISTS: {
    cause: 'The badge has a way in on this device already.',
    action: 'Nothing; a forgotten password is replaced by the recovery key.',
    isRetryable: false,
    params: ['badge'],
  },
  PERSON_KEYS_MISSING: {
    cause: 'The present session does not hold the keys that the person’s role needs.',
    action: 'Have somebody of the same kind of role add the person, or use the recovery key.',
    isRetryable: false,
    params: ['badge'],
  },
  PERSON_LAST: {
    cause: 'Without this person nobody could read certificates on this device.',
    action: 'Add another person or hand out the recovery key first.',
    isRetryable: false,
    params: ['badge'],
  },
  PERSON_REMOVED: {
    cause: 'The person’s way in was taken away; an old key file was put back.',
    action: 'Call the security administrator; the event is in the audit log.',
    isRetryable: false,
  },
  ROLE_KEYS_MISSING: {
    cause: 'The person’s role was changed to one that needs other keys than this slot holds.',
    action: 'Have the person removed and added again.',
    isRetryable: false,
  },
  RECOVERY_PARTS_GONE: {
    cause: 'The parts of the recovery key are not in memory: handed out, or lost with a lock.',
    action: 'Have the office head make a new recovery key.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
