const MAX_DEPTH = 64;

// Printable, never escaped, and NFC-stable in any sequence: the common case needs no further work.
// (302A-302F and 3099-309A combine, FF61 on does not matter here, so they take the slow path.)
const PLAIN_TEXT =
  /^[\u0020\u0021\u0023-\u005b\u005d-\u02ff\u3000-\u3029\u3400-\u9fff\uff01-\uff5e]*$/;

/**
 * One JSON string literal: RFC 8785 section 3.2.2.2 on NFC-normalised text.
 * Throws TypeError on a lone surrogate.
 */
export function canonicalString(text: string): string {
  if (PLAIN_TEXT.test(text)) return `"${text}"`;
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('canonical JSON: lone surrogate');
  return JSON.stringify(text.normalize('NFC'));
}

/** One JSON number: RFC 8785 section 3.2.2.3. Throws TypeError on NaN and infinities. */
function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('canonical JSON: not a finite number');
  return String(value);
}

/**
 * Canonical JSON: RFC 8785 (keys sorted by UTF-16 code units, ECMAScript numbers, no white space)
 * with every text and key NFC-normalised and undefined properties omitted. Throws TypeError on
 * anything that JSON cannot express, on keys equal after normalisation, and beyond 64 levels.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      return canonicalNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_DEPTH) throw new TypeError('canonical JSON: too deep');
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
    default:
      throw new TypeError(`canonical JSON: cannot express ${typeof value}`);
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) text += (i === 0 ? '' : ',') + write(items[i], depth + 1);
  return `${text}]`;
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A prototype without a parent is Object.prototype, of whichever realm the value came from.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new TypeError('canonical JSON: not a plain object');
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]): [string, unknown] => [key.normalize('NFC'), member])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  let text = '{';
  let before: string | undefined;
  for (const [key, member] of members) {
    if (key === before) throw new TypeError('canonical JSON: duplicate key');
    text += `${before === undefined ? '' : ','}${canonicalString(key)}:${write(member, depth + 1)}`;
    before = key;
  }
  return `${text}}`;
}
