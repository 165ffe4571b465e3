import type { AlertEvent } from './alert';

/** Kinds that open one thing: what it is, and the field that names it. */
const OPENS: Readonly<Record<string, { readonly what: string; readonly field: string }>> = {
  view: { what: 'certificate', field: 'subject' },
  reveal: { what: 'certificate', field: 'certificateId' },
  'cross-region-reveal': { what: 'certificate', field: 'certificate' },
  'cross-region-view': { what: 'certificate', field: 'certificate' },
  'view-person': { what: 'person', field: 'subject' },
  'view-company': { what: 'company', field: 'subject' },
};
/** Kinds whose content says how many there were. */
const COUNTED: Readonly<Record<string, string>> = {
  'export-started': 'count',
  login: 'failedTries',
  'login-failed': 'failedTries',
};
/** Every kind that a rule looks at. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  ...Object.keys(OPENS),
  ...Object.keys(COUNTED),
  'query',
  'cross-region-query',
  'reveal-refused',
  'export-code-wrong',
  'password-change-refused',
  'person-added',
  'enrol',
]);

/** True for kinds of entries that a rule looks at; the others need not be read. */
export function isLookedAt(kind: string): boolean {
  return LOOKED_AT.has(kind);
}

/**
 * An entry as the rules see it. `payload` is its JSON, null where its term has ended. What a former program wrote otherwise
 * counts as one act without a subject: a rule misses it, nothing is made up.
 */
export function readEvent(
  head: Pick<AlertEvent, 'kind' | 'actor' | 'atMs'>,
  payload: string | null,
): AlertEvent {
  const { kind } = head;
  const content =
    payload === null ? {} : (JSON.parse(payload) as Readonly<Record<string, unknown>>);
  const opens = OPENS[kind];
  const subject = opens === undefined ? undefined : content[opens.field];
  const { address } = content;
  const counted = COUNTED[kind];
  const count = counted === undefined ? 1 : content[counted];
  return {
    ...head,
    subject: typeof subject === 'number' ? `${opens?.what}/${subject}` : null,
    count: typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : 0,
    address: typeof address === 'string' ? address : null,
  };
}
