import type { AuditInput, QueryEntry, SyncRunEntry } from '../protocol';

/** The emergency log and the file that says where it ends, in the office's folder. */
export const EMERGENCY_LOG_FILE = 'emergency-audit.log';
export const EMERGENCY_HEAD_FILE = 'emergency-audit.head';
/** A log that the journal holds, for the moment until it is removed. */
export const EMERGENCY_IMPORTED_FILE = 'emergency-audit.imported';
/** How names of logs begin that cannot be trusted, and wait to be imported as far as they hold. */
export const KEPT_LOG = 'emergency-audit.kept-';

/** A log that cannot be trusted is kept beside its successor, for the auditor. */
export function keptLogName(id: string): string {
  return `${KEPT_LOG}${id}`;
}

/** One record of the emergency log, as canonical as JSON.stringify makes it; sealed by crypto/sealed-log. */
export interface EmergencyRecord {
  readonly atMs: number;
  readonly device: string;
  /** An act as the journal's audit chain will hold it. */
  readonly audit?: AuditInput;
  /** The look-ups it was, for the journal's query log. */
  readonly log?: { readonly userId: string; readonly entries: readonly QueryEntry[] };
  /** A fact that has to survive the process: the highest time seen. */
  readonly fact?: { readonly name: string; readonly value: string };
  readonly run?: SyncRunEntry;
}

/** The payload of a sealed record. It was authenticated, so its shape is ours. */
export function readRecord(payload: Uint8Array): EmergencyRecord {
  return JSON.parse(Buffer.from(payload).toString('utf8')) as EmergencyRecord;
}
