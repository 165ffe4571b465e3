import { ACTS_ERRORS } from './acts';
import { AGREEMENT_ERRORS } from './agreement';
import { ATTACHMENT_ERRORS } from './attachments';
import { BACKUP_ERRORS } from './backup';
import { BUNDLE_ERRORS } from './bundle';
import { COMMON_ERRORS } from './common';
import { CONTROL_ERRORS } from './control';
import { CROSS_REGION_ERRORS } from './cross-region';
import { DEVICE_ERRORS } from './device';
import { EMERGENCY_ERRORS } from './emergency';
import type { ErrorDoc } from './error-doc';
import { EVIDENCE_ERRORS } from './evidence';
import { EXPORT_ERRORS } from './exports';
import { IMPORT_ERRORS } from './imports';
import { LINE_ERRORS } from './line';
import { OUTBOX_ERRORS } from './outbox';
import { PEOPLE_ERRORS } from './people';
import { POLICY_ERRORS } from './policy';
import { REVEAL_ERRORS } from './reveal';
import { SAVED_ERRORS } from './saved';
import { SCAN_ERRORS } from './scan';
import { SITE_ERRORS } from './site';
import { STATISTICS_ERRORS } from './statistics';
import { STORE_ERRORS } from './store';
import { SYNC_ERRORS } from './sync';
import { TABLE_ERRORS } from './table';
import { UNLOCK_ERRORS } from './unlock';
import { UPDATE_ERRORS } from './update';

export const ERRORS = {
  ...COMMON_ERRORS,
  ...CONTROL_ERRORS,
  ...UNLOCK_ERRORS,
  ...SYNC_ERRORS,
  ...LINE_ERRORS,
  ...STORE_ERRORS,
  ...REVEAL_ERRORS,
  ...EXPORT_ERRORS,
  ...DEVICE_ERRORS,
  ...PEOPLE_ERRORS,
  ...POLICY_ERRORS,
  ...EMERGENCY_ERRORS,
  ...ATTACHMENT_ERRORS,
  ...EVIDENCE_ERRORS,
  ...BACKUP_ERRORS,
  ...OUTBOX_ERRORS,
  ...BUNDLE_ERRORS,
  ...TABLE_ERRORS,
  ...SAVED_ERRORS,
  ...SCAN_ERRORS,
  ...AGREEMENT_ERRORS,
  ...SITE_ERRORS,
  ...STATISTICS_ERRORS,
  ...IMPORT_ERRORS,
  ...UPDATE_ERRORS,
  ...CROSS_REGION_ERRORS,
  ...ACTS_ERRORS,
} as const satisfies Record<string, ErrorDoc>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorParams = Readonly<Record<string, string | number>>;

/** A documented failure that crosses layers. `detail` goes to the log only, never to a page. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, params: ErrorParams = {}, detail?: string) {
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
    this.detail = detail;
  }
}

/** True for a code that this build knows (an answer of another build may carry a newer one). */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
