import type { Role } from '../model';
import { ACTS, isAct } from './acts';

/** Who may read the log. What an entry says of certificates and look-ups, only those who may read certificates. */
export const AUDIT_READERS = ['auditor', 'security-admin', 'head'] as const satisfies Role[];
/** Who may have it written to a file, under a signature. */
export const AUDIT_EXPORTERS = ['auditor', 'head'] as const satisfies Role[];

/** Fields of an entry that every reader of the log is shown: none of them tells of a record or of what was looked for. */
export const OPEN_FIELDS = [
  'reason',
  'purpose',
  'traceId',
  'count',
  'rows',
  'people',
  'limit',
  'failedTries',
  'badge',
  'version',
  'entries',
  'seq',
  'bytes',
  'lookUps',
  'batches',
  'firstFault',
  'epsilon',
  'level',
  'drillOf',
  'policy',
] as const;
/** Fields that only a role with certificate data is shown. */
export const RECORD_FIELDS = ['text', 'note'] as const;
export type ContentField = (typeof OPEN_FIELDS)[number] | (typeof RECORD_FIELDS)[number];

export interface ShownField {
  readonly name: ContentField;
  readonly value: string;
}
export interface ShownContent {
  readonly fields: readonly ShownField[];
  /** `open`: all that a page words; `withheld`: more is kept than the role is shown; `purged`: gone with its term. */
  readonly state: 'open' | 'withheld' | 'purged';
}

const MOST_CHARACTERS = 200;

/** What a role is shown of an entry's content; `payload` is its JSON, null where its term has ended. */
export function shownContent(payload: string | null, kind: string, role: Role): ShownContent {
  if (payload === null) return { fields: [], state: 'purged' };
  const content = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  const names: readonly ContentField[] =
    role === 'head' ? [...OPEN_FIELDS, ...RECORD_FIELDS] : OPEN_FIELDS;
  const fields = names.flatMap((name) => {
    const value = content[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return value === '' ? [] : [{ name, value: String(value).slice(0, MOST_CHARACTERS) }];
  });
  const isWithheld = role !== 'head' && tellsOfRecords(kind);
  return { fields, state: isWithheld ? 'withheld' : 'open' };
}

/** Whether entries of a kind may name certificates, people of the records or what was looked for. */
export function tellsOfRecords(kind: string): boolean {
  if (!isAct(kind)) return true;
  const group = ACTS[kind];
  return group === 'look-up' || group === 'reveal' || group === 'field' || kind === 'record-pdf';
}

/**
 * Whether an entry's content may leave the device with the exported log. An alert about one certificate carries its
 * number, and what was found out about it.
 */
export function mayLeave(kind: string, payload: string): boolean {
  if (tellsOfRecords(kind)) return false;
  if (kind !== 'alert-acknowledged') return true;
  const { alert } = JSON.parse(payload) as { readonly alert?: unknown };
  return typeof alert === 'string' && !alert.includes(':certificate/');
}
