import type { ActField, ActKind } from '../../../../shared/protocol/acts/facts';

/** How a field of an act is filled in. */
export type FieldLook =
  | 'text'
  | 'long'
  | 'number'
  | 'day'
  | 'check'
  | 'choice'
  | 'lines'
  | 'numbers'
  | 'pairs'
  | 'people'
  | 'group'
  | 'certificate'
  | 'file';

export interface FormField {
  readonly field: ActField;
  readonly look: FieldLook;
  readonly isOptional: boolean;
  readonly choices: readonly string[];
}

const LOOKS: Readonly<Partial<Record<ActField, FieldLook>>> = {
  reason: 'long',
  note: 'long',
  hours: 'number',
  level: 'number',
  count: 'number',
  days: 'number',
  maxRows: 'number',
  number: 'number',
  budgetMilli: 'number',
  shareMilli: 'number',
  milli: 'number',
  isPractice: 'check',
  asksToken: 'check',
  isDrill: 'check',
  isNow: 'check',
  isDespiteLost: 'check',
  from: 'day',
  until: 'day',
  users: 'people',
  endpoints: 'lines',
  purposes: 'lines',
  certificates: 'numbers',
  policy: 'pairs',
  thresholds: 'pairs',
  group: 'group',
  certificate: 'certificate',
  file: 'file',
  order: 'choice',
  verdict: 'choice',
  decision: 'choice',
};

const CHOICES: Readonly<Partial<Record<ActField, readonly string[]>>> = {
  order: ['lock', 'wipe', 'require-sync', 'renew-lease', 'switch-endpoint', 'practise'],
  verdict: ['applied', 'rejected'],
  decision: ['approved', 'refused'],
};

/** `field?` is left out where nothing is filled in. */
const FIELDS: Readonly<Record<ActKind, readonly string[]>> = {
  enrol: [
    'region',
    'name',
    'code?',
    'jurisdiction?',
    'hours?',
    'asksToken?',
    'isPractice?',
    'users',
  ],
  'office-change': ['office', 'name?', 'jurisdiction?', 'asksToken?', 'users?'],
  'revoke-device': ['device'],
  directive: ['order', 'office?', 'device?', 'reason', 'hours?', 'endpoints?'],
  'export-policy': ['office', 'policy'],
  'alert-policy': ['office', 'thresholds'],
  mark: ['office', 'reason', 'certificates?', 'group?'],
  'emergency-level': ['office', 'level', 'reason', 'endpoints?', 'isDrill?'],
  'lift-mark': ['mark', 'reason'],
  'person-end': ['office', 'badge', 'reason'],
  'key-replaced': ['office', 'badge'],
  'trust-remove': ['sha256'],
  'trust-add': ['certificate'],
  'lease-file': ['device'],
  'code-keys-add': ['name', 'file', 'from?', 'until?'],
  'code-key-remove': ['key'],
  tickets: ['device', 'badge', 'count?', 'days?', 'maxRows?', 'purposes?'],
  phone: ['office', 'badge', 'phone'],
  'region-keys-rotate': ['region', 'reason'],
  'region-keys-retire': ['region', 'reason', 'isNow?', 'isDespiteLost?'],
  'statistics-budget': ['office', 'budgetMilli', 'shareMilli'],
  'statistics-give': ['office', 'device', 'milli'],
  'review-decide': ['device', 'number', 'verdict', 'reason', 'code'],
  'export-decide': ['request', 'decision', 'by', 'note?'],
  'ticket-revoke': ['ticket'],
  'certificate-revoke': ['region', 'certificate', 'reason'],
  'bundle-endpoints': ['endpoints'],
  'admin-add': ['person', 'name', 'certificate'],
  'admin-renew': ['person', 'certificate'],
  'admin-remove': ['person'],
};

/** The fields of a kind of act, in the order in which a person thinks of them. */
export function formOf(kind: ActKind): readonly FormField[] {
  return FIELDS[kind].map((name) => {
    const field = name.replace('?', '') as ActField;
    // A certificate of a person is named by its number, one that signs is given whole.
    const isNumber = kind === 'certificate-revoke' && field === 'certificate';
    return {
      field,
      look: isNumber ? 'number' : (LOOKS[field] ?? 'text'),
      isOptional: name.endsWith('?'),
      choices: CHOICES[field] ?? [],
    };
  });
}

/** What is filled in: text as it was typed; people as rows. */
export interface Filled {
  readonly texts: Readonly<Partial<Record<ActField, string>>>;
  readonly people: readonly PersonRow[];
}
export interface PersonRow {
  readonly key: number;
  readonly badge: string;
  readonly name: string;
  readonly role: string;
}

const MOST_DIGITS = 15;
const split = (text: string, at: RegExp): string[] =>
  text
    .split(at)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** A whole number of at most 15 digits, full-width ones too; NaN for anything else: no grouping, no unit is guessed at. */
const numberOf = (typed: string): number => {
  const text = typed.normalize('NFKC');
  return /^\d+$/.test(text) && text.length <= MOST_DIGITS ? Number(text) : Number.NaN;
};

/** A field's value as the act has it; undefined: nothing filled in, or nothing that could be one. */
export function fieldValue({ field, look }: FormField, { texts, people }: Filled): unknown {
  const text = (texts[field] ?? '').trim();
  // A row that nobody has touched is no person.
  const typed = people.filter(({ badge, name }) => `${badge}${name}`.trim() !== '');
  if (look === 'people')
    return typed.length === 0
      ? undefined
      : typed.map(({ badge, name, role }) => ({ badge: badge.trim(), name: name.trim(), role }));
  if (look === 'check') return text === 'yes' ? true : undefined;
  if (text === '') return undefined;
  if (look === 'number') {
    const value = numberOf(text);
    return Number.isNaN(value) ? undefined : value;
  }
  if (look === 'lines') return split(text, /\n/);
  if (look === 'numbers') return split(text, /[\s,，、;；]+/u).map(numberOf);
  if (look === 'certificate') return text.replace(/-----[^-]+-----|\s/gu, '');
  if (look === 'pairs') return pairsOf(text);
  if (look === 'group') {
    const [by = '', id = ''] = text.split(' ');
    const number = numberOf(id);
    return Number.isNaN(number) ? undefined : { by, id: number };
  }
  return text;
}

/** `name = value` by line, values as JSON; undefined where a line is none. */
function pairsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  const entries: [string, unknown][] = [];
  for (const line of split(text, /\n/)) {
    const at = line.search(/[=＝]/u);
    try {
      entries.push([line.slice(0, at).trim(), JSON.parse(line.slice(at + 1))]);
    } catch {
      return undefined;
    }
    if (at < 1) return undefined;
  }
  return Object.fromEntries(entries);
}

/** Fields that have to be filled in and are not. */
export function missing(kind: ActKind, filled: Filled): readonly ActField[] {
  return formOf(kind)
    .filter((one) => !one.isOptional && fieldValue(one, filled) === undefined)
    .map(({ field }) => field);
}

/** Fields in which something is filled in that gives no value: never left out of an act in silence, optional or not. */
export function faulty(kind: ActKind, filled: Filled): readonly ActField[] {
  const isFilled = (field: ActField) => (filled.texts[field] ?? '').trim() !== '';
  return formOf(kind)
    .filter((one) => one.look !== 'people' && one.look !== 'check' && isFilled(one.field))
    .filter((one) => {
      const value = fieldValue(one, filled);
      return value === undefined || (Array.isArray(value) && value.some(Number.isNaN));
    })
    .map(({ field }) => field);
}

/** The act as it is asked for; what main finds wrong in it, it says by the field. */
export function actOf(kind: ActKind, filled: Filled): Readonly<Record<string, unknown>> {
  const fields = formOf(kind)
    .map((one) => [one.field, fieldValue(one, filled)] as const)
    .filter(([, value]) => value !== undefined);
  return { kind, ...Object.fromEntries(fields) };
}
