import type { ErrorDoc } from './error-doc';

/** Enrolment, keys, login and lock. */
export const UNLOCK_ERRORS = {
  ENROL_CODE_MALFORMED: {
    cause: 'The enrolment code fails its check characters.',
    action: 'Type it again from the slip.',
    isRetryable: false,
  },
  ENROL_CODE_REFUSED: {
    cause: 'The server does not know the code or it was used.',
    action: 'Ask the central administrator for a new code.',
    isRetryable: false,
  },
  ENROL_CODE_EXPIRED: {
    cause: 'The code is past its time.',
    action: 'Ask for a new code.',
    isRetryable: false,
    params: ['expired'],
  },
  ENROL_SERVER_MISMATCH: {
    cause: 'The server’s certificate does not carry the fingerprint in the code.',
    action: 'Do not go on; check the address with the administrator.',
    isRetryable: false,
  },
  ENROL_NOT_MANAGED: {
    cause: 'The managed configuration of this machine names another server or authority.',
    action: 'Enrol with the server that it names; ask the system administrator.',
    isRetryable: false,
  },
  ENROL_MANAGED_FAULTY: {
    cause:
      'The managed configuration of this machine is there and cannot count: it may name the one server and authority to enrol with.',
    action:
      'Have the system administrator mend the values that are named; start the program again.',
    isRetryable: false,
    params: ['fields'],
  },
  ENROL_UNREACHABLE: {
    cause: 'No answer from the address.',
    action: 'Check the network and the address.',
    isRetryable: true,
    params: ['address'],
  },
  ENROL_NO_KEY_STORE: {
    cause: 'The system has no key store that binds the keys to this machine; nothing was enrolled.',
    action: 'Have a key store (GNOME Keyring, KWallet) set up and unlocked, then enrol again.',
    isRetryable: true,
  },
  ENROL_TOKEN_NEEDED: {
    cause: 'The office’s policy asks for a U-Key beside the password; the code was not used up.',
    action: 'Insert the U-Key, choose its certificate, enter its PIN and enrol again.',
    isRetryable: true,
  },
  TOKEN_ATTACHED: {
    cause: 'The person’s slot has a U-Key already.',
    action: 'Take the present one out first; a lost one is replaced with the recovery key.',
    isRetryable: false,
  },
  TOKEN_REQUIRED: {
    cause:
      'The U-Key cannot be taken out: policy asks for it, or nothing else binds the slot to the device.',
    action: 'Keep it; ask the security administrator about the policy.',
    isRetryable: false,
  },
  ENROL_ALREADY: {
    cause: 'This device belongs to an office already.',
    action: 'Use the existing office.',
    isRetryable: false,
  },
  KEYSLOTS_DAMAGED: {
    cause: 'The keyslot file is altered or unreadable.',
    action: 'Restore it from the backup; the data files are untouched.',
    isRetryable: false,
  },
  KEYSLOTS_OUTDATED: {
    cause: 'A person’s slot cannot take changed keys before that person has unlocked once.',
    action: 'Have the person unlock, or remove the person; then start again. Nothing was changed.',
    isRetryable: true,
    params: ['badge'],
  },
  STATEMENT_INVALID: {
    cause: 'A role or lease statement is not signed by the server or is expired.',
    action: 'Synchronise; if it stays, call the security administrator.',
    isRetryable: true,
  },
  LEASE_ENDED: {
    cause: 'The office has been offline longer than its lease.',
    action: 'Synchronise or renew the lease by stick.',
    isRetryable: true,
  },
  PASSWORD_WEAK: {
    cause: 'The password is shorter than the policy asks.',
    action: 'Choose a longer one.',
    isRetryable: false,
    params: ['minLength'],
  },
  USER_UNKNOWN: {
    cause: 'No slot of this device belongs to the badge number.',
    action: 'Check the badge number.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
