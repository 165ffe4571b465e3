import { canonicalJson } from '../../kernel/canonical-json';
import type { AdminAct } from '../admin-acts';

/** Every kind of act. That none is missing is the word tables' compile error. */
export const ACT_KINDS = [
  'enrol',
  'office-change',
  'revoke-device',
  'directive',
  'export-policy',
  'alert-policy',
  'mark',
  'emergency-level',
  'lift-mark',
  'person-end',
  'key-replaced',
  'trust-remove',
  'trust-add',
  'lease-file',
  'code-keys-add',
  'code-key-remove',
  'tickets',
  'phone',
  'region-keys-rotate',
  'region-keys-retire',
  'statistics-budget',
  'statistics-give',
  'review-decide',
  'export-decide',
  'ticket-revoke',
  'certificate-revoke',
  'bundle-endpoints',
  'admin-add',
  'admin-renew',
  'admin-remove',
] as const satisfies readonly AdminAct['kind'][];
export type ActKind = AdminAct['kind'];

/** Fields of acts, as people read them one by one. */
export const ACT_FIELDS = [
  'region',
  'code',
  'name',
  'isPractice',
  'asksToken',
  'jurisdiction',
  'hours',
  'users',
  'office',
  'device',
  'order',
  'reason',
  'endpoints',
  'policy',
  'thresholds',
  'certificates',
  'group',
  'level',
  'isDrill',
  'mark',
  'badge',
  'sha256',
  'certificate',
  'file',
  'from',
  'until',
  'key',
  'count',
  'days',
  'maxRows',
  'purposes',
  'phone',
  'isNow',
  'isDespiteLost',
  'budgetMilli',
  'shareMilli',
  'milli',
  'number',
  'verdict',
  'decision',
  'request',
  'by',
  'note',
  'ticket',
  'person',
] as const;
export type ActField = (typeof ACT_FIELDS)[number];

/** One fact of an act. Choices (`wipe`, `yes`) are codes; what they are called is in the word tables. */
export interface ActFact {
  readonly field: ActField;
  readonly value: string;
}

export const MOST_FACTS = 120;
export const LONGEST_FACT = 700;
/** All of an act that a signing window shows and an intent holds. Longer ones are signed as files. */
const LONGEST_FACTS = 8_000;
const SHOWN_IDS = 20;

/** SHA-256 in hex of what base64 text stands for, or of the text itself. */
export interface FactDigests {
  ofBase64(text: string): string;
  ofText(text: string): string;
}

/**
 * An act fact by fact, as whoever signs it reads it: the whole of it, long contents by their SHA-256. Throws RangeError for one that
 * no window could show whole.
 */
export function actFacts(act: AdminAct, digests: FactDigests): readonly ActFact[] {
  const facts: ActFact[] = [];
  const { kind: _kind, ...fields } = act;
  for (const [name, value] of Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined) continue;
    const field = ACT_FIELDS.find((one) => one === name);
    if (field === undefined) throw new RangeError(`a field that nobody is shown: ${name}`);
    for (const text of textsOf(field, value, digests)) facts.push({ field, value: text });
  }
  const isLong = facts.some(({ value }) => value.length > LONGEST_FACT);
  if (isLong || facts.length > MOST_FACTS || canonicalJson(facts).length > LONGEST_FACTS)
    throw new RangeError('the act is too long to be read in a window: sign it as a file');
  return facts;
}

/** An act that is over, as lists have it: a number by which somebody is reached is nobody's to read any more. */
export function concealed<A extends AdminAct>(act: A): A {
  return act.kind === 'phone' ? { ...act, phone: maskedNumber(act.phone) } : act;
}

const maskedNumber = (phone: string): string =>
  `${phone.slice(0, 3)}${'*'.repeat(Math.max(4, phone.length - 7))}${phone.slice(-4)}`;

function textsOf(field: ActField, value: unknown, digests: FactDigests): readonly string[] {
  if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') {
    if (field === 'certificate') return [`SHA-256 ${digests.ofBase64(value)}`];
    if (field === 'file') return [`SHA-256 ${digests.ofText(value)}`];
    return [value];
  }
  if (Array.isArray(value)) {
    if (field === 'certificates') return [idsText(value, digests)];
    return value.map((one) => (typeof one === 'string' ? one : userText(one)));
  }
  const entries = Object.entries(value as Record<string, unknown>);
  if (field === 'group') return [entries.map(([, one]) => String(one)).join(' ')];
  return entries.map(([name, one]) => `${name} = ${canonicalJson(one)}`);
}

function idsText(ids: readonly unknown[], digests: FactDigests): string {
  const all = ids.map(String);
  if (all.length <= SHOWN_IDS) return all.join(', ');
  const shown = all.slice(0, SHOWN_IDS).join(', ');
  return `${all.length}: ${shown} … SHA-256 ${digests.ofText(all.join(','))}`;
}

/** `badge name · role`: the role is what follows the last dot. */
function userText(user: unknown): string {
  const { badge, name, role } = user as Record<'badge' | 'name' | 'role', string>;
  return `${badge} ${name} · ${role}`;
}
