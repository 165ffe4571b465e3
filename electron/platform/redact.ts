/**
 * Takes persons' numbers and secrets out of what is about to be logged. A net under careful callers, not
 * a licence to log records.
 */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 50;
const MAX_TEXT = 2000;

/** One of these words in a field's name (camelCase or not) hides its value. */
const SECRET_WORDS =
  /^(keys?|pins?|passwords?|passphrase|secrets?|salt|tokens?|cookie|authorization|phones?|mobile|private|sealed|idnumber|idcard)$/;
const SECRET_PHRASES = /id (number|card)|enrol\w* code/;
/** Names of keys and tokens, not the things themselves. */
const PLAIN_FIELDS = new Set([
  'keyRef',
  'keyEpoch',
  'keyId',
  'keyVersion',
  'keyName',
  'tokenId',
  'privateBytes',
]);
/** With the separators people put between region, birth date and serial; folded digits included. */
const ID_18 =
  /(?<![0-9０-９])[0-9０-９]{6}[ -]?[0-9０-９]{8}[ -]?[0-9０-９]{3}[0-9０-９XxＸｘ](?![0-9０-９])/g;
const ID_15 = /(?<![0-9０-９])[0-9０-９]{15}(?![0-9０-９])/g;
const PHONE =
  /(?<![0-9０-９])1[3-9][0-9]{9}(?![0-9０-９])|(?<![0-9０-９])1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}(?![0-9０-９])/g;

/** Text with ID numbers (alone, or after the T of a special-operations number) and phones replaced. */
export function redactText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return cut.replace(ID_18, '[id]').replace(ID_15, '[id]').replace(PHONE, '[phone]');
}

/** A bounded plain copy of any value, ready for JSON, with secrets replaced by what they are. */
export function redact(value: unknown): unknown {
  return walk(value, 0);
}

function walk(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const text = redactText(String(value));
    return text === String(value) && typeof value === 'number' ? value : text;
  }
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return walkError(value, depth);
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ENTRIES).map((entry) => walk(entry, depth + 1));
    return value.length > MAX_ENTRIES ? [...kept, `[${value.length - MAX_ENTRIES} more]`] : kept;
  }
  return walkObject(value as Record<string, unknown>, depth);
}

function walkObject(value: Record<string, unknown>, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      redactText(name),
      isSecretName(name) ? '[redacted]' : walk(inner, depth + 1),
    ]),
  );
}

function walkError(error: Error, depth: number): Record<string, unknown> {
  const own = walkObject({ ...error }, depth);
  return {
    ...own,
    name: error.name,
    message: redactText(error.message),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: walk(error.cause, depth + 1) }),
  };
}

function isSecretName(name: string): boolean {
  if (PLAIN_FIELDS.has(name)) return false;
  if (/^K_/.test(name)) return true;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => SECRET_WORDS.test(word)) || SECRET_PHRASES.test(words.join(' '));
}
