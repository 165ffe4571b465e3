import type { ErrorDoc } from './error-doc';

/** Sealed packages. */
export const EXPORT_ERRORS = {
  EXPORT_EMPTY: {
    cause: 'The chosen scope has no certificate.',
    action: 'Widen the scope.',
    isRetryable: false,
  },
  EXPORT_TOO_LARGE: {
    cause: 'More certificates than the policy lets out at once.',
    action: 'Narrow the scope.',
    isRetryable: false,
    params: ['count', 'limit'],
  },
  EXPORT_ENDED_BY_LEVEL: {
    cause: 'An emergency level came into force while the export was made; nothing is left of it.',
    action: 'Export again once the level is lifted; the security page says who set it.',
    isRetryable: false,
  },
  EXPORT_NOT_ALLOWED: {
    cause: 'The policy of the office has no such purpose or no such second factor.',
    action: 'Choose another, or ask the security administrator.',
    isRetryable: false,
  },
  EXPORT_QUOTA: {
    cause: 'More certificates than the person may let out today or this month.',
    action: 'Narrow the scope or wait.',
    isRetryable: false,
    params: ['count', 'left'],
  },
  EXPORT_TICKET_GONE: {
    cause: 'The ticket is not here, was used, has ended or was withdrawn; nothing was signed.',
    action: 'Use another, or have one issued.',
    isRetryable: false,
  },
  EXPORT_TICKET_NEWER: {
    cause:
      'The centre signed the ticket, and it says what this program does not know; nothing was signed.',
    action: 'Update the program, and use the ticket again while it lasts.',
    isRetryable: false,
  },
  EXPORT_TICKET_UNFIT: {
    cause:
      'The ticket does not cover this export: its scope, purpose, number of certificates, form or person.',
    action: 'Narrow the scope, or use another ticket.',
    isRetryable: false,
  },
  EXPORT_TICKET_FORM: {
    cause:
      'The ticket names the forms of the day it was issued, and the chosen one is new or was changed since. It was not used up.',
    action: 'Synchronise, choose another form, or use a ticket that was issued since.',
    isRetryable: false,
  },
  EXPORT_CODE_FORM: {
    cause: 'What was typed is no code: a character is wrong or missing. No try was counted.',
    action: 'Compare with the sheet and type it again.',
    isRetryable: true,
  },
  EXPORT_CODE_TRIES: {
    cause: 'Ten wrong codes within an hour.',
    action: 'Wait, or use another way.',
    isRetryable: false,
    params: ['minutes'],
  },
  EXPORT_NOT_APPROVED: {
    cause: 'Nobody has consented to this export, or it was refused.',
    action: 'Wait for the decision.',
    isRetryable: false,
  },
  EXPORT_STOPPED: {
    cause: 'The export ended before sealing; no file was left.',
    action: 'Start it again.',
    isRetryable: true,
  },
  EXPORT_MARKS_CHANGED: {
    cause:
      'Certificates were marked as under verification, or released, after the export was prepared; nothing left the office and no file was left.',
    action: 'Start it again.',
    isRetryable: true,
  },
  RECORD_MARKS_CHANGED: {
    cause:
      'Certificates were marked as under verification, or released, while the record was being made; no file was left.',
    action: 'Print it again.',
    isRetryable: true,
  },
  EXPORT_SELF_CHECK: {
    cause: 'The finished package did not verify and was thrown away.',
    action: 'Start again; if it repeats, run the token diagnostics.',
    isRetryable: true,
  },
  EXPORT_TARGET: {
    cause: 'The chosen folder cannot be written.',
    action: 'Choose another folder.',
    isRetryable: true,
  },
  EXPORT_NEEDS_RECIPIENT: {
    cause: 'Packages of the chosen template leave encrypted only, and no recipient was chosen.',
    action: "Choose the recipient's certificate.",
    isRetryable: false,
  },
  RECIPIENT_UNREADABLE: {
    cause: 'The file holds no single X.509 certificate.',
    action: 'Have the recipient send the certificate as .cer or .pem, without a key.',
    isRetryable: false,
    params: ['name'],
  },
  RECIPIENT_UNFIT: {
    cause:
      'Nothing can be encrypted to the chosen certificate, or it was chosen in an earlier session.',
    action: 'Choose the certificate again.',
    isRetryable: false,
  },
  PACKAGE_UNREADABLE: {
    cause: 'The file is not a FieldCert package.',
    action: 'Choose the .zip that was handed over.',
    isRetryable: false,
  },
  VERIFY_TOO_LONG: {
    cause: 'Checking a file took longer than any genuine package takes, and was given up.',
    action:
      'Rely on nothing in it; copy it to a disk of this machine, try once more, and report it.',
    isRetryable: true,
    params: ['name'],
  },
  VERIFY_ENDED: {
    cause: 'The process that checks files ended while it read this one.',
    action: 'Rely on nothing in it; try once more, and report it.',
    isRetryable: true,
    params: ['name'],
  },
  JOBS_CRASHED: {
    cause: 'The process that builds documents ended; no file was left.',
    action: 'Start again.',
    isRetryable: true,
  },
} as const satisfies Record<string, ErrorDoc>;
