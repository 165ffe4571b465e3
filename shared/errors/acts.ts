import type { ErrorDoc } from './error-doc';

/** Administrative acts of the centre, signed at a desk. */
export const ACTS_ERRORS = {
  ACTS_SESSION: {
    cause:
      'The centre knows of no administrator at this desk: never logged in, twenty minutes over, or it was started anew.',
    action: 'Log in to the centre again; nothing was done.',
    isRetryable: true,
  },
  ACTS_NOT_ADMIN: {
    cause: 'The U-Key that signed is no registered administrator’s of the centre.',
    action: 'Use the key that is registered, or have two administrators add this one.',
    isRetryable: true,
  },
  ACTS_EXPIRED: {
    cause: 'The administrator’s certificate is not in force.',
    action: 'Log in with the renewed certificate and ask for the act "admin-renew".',
    isRetryable: false,
  },
  ACTS_OWN: {
    cause: 'Who asked for an act cannot countersign it, by whichever key.',
    action: 'Have another administrator countersign it at their own desk.',
    isRetryable: false,
  },
  ACTS_SIGNATURE: {
    cause:
      'The centre found a signature that is not over what this device was asked to have signed.',
    action:
      'Look at the list again and sign once more; if it stays, compare the clock with the centre’s.',
    isRetryable: true,
  },
  ACTS_GONE: {
    cause: 'The act was decided already, was taken back, or its seven days are over.',
    action: 'Look at the list again; ask anew where it is still needed.',
    isRetryable: false,
  },
  ACTS_ALTERED: {
    cause: 'What the centre has of the act is not what was asked or signed first.',
    action: 'Do not sign; call whoever runs the centre. Its log names the act.',
    isRetryable: false,
  },
  ACTS_INVALID: {
    cause: 'It is no act of this centre, or too long to be shown whole in the signing window.',
    action: 'Correct the fields; long ones are signed as files (central act-draft).',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorDoc>;
