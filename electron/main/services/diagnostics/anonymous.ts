import { redact } from '../../../platform/redact';

/** Fields that name a person or what somebody typed: their values are left out whatever they look like. */
const PERSONAL =
  /^(name|badge|actor|by|user(id|name)?|person|holder|text|query|note|reason|purpose|company|file(name)?|host|address)$/i;
const LONGEST = 500;
const MOST_FIELDS = 30;
const DEEPEST = 4;
/** What is in quotes is a name of a file, a table or a person; which, nobody can tell. */
const QUOTED = /'[^']{1,300}'|"[^"]{1,300}"|`[^`]{1,300}`|[“‘「『《][^”’」』》]{1,300}[”’」』》]/gu;
/** With the folder of a user's name in it; from a folder of the program on it is ours. */
const PATH = /(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^\s'"`,;()]+/gu;
const OURS = /(?:app\.asar|dist|node_modules)[\\/][\w@.\\/:-]+$/u;
const ADDRESS = /\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|\b[a-z]{2,8}:\/\/[^\s'"`]+/giu;
const LONG_NUMBER = /\d(?:[\d -]{3,30})\d[\dXx]?/gu;
const NOT_ASCII = /[^\t\n\x20-\x7e]+/gu;

/**
 * A text of the log without anything that can be about a person: no names (nothing outside ASCII, nothing in quotes), no numbers
 * of five digits or more, no paths but the program's own, no addresses. What the program says by itself stays.
 */
export function anonymousText(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut
    .normalize('NFKC')
    .replace(QUOTED, '[quoted]')
    .replace(ADDRESS, '[address]')
    .replace(PATH, (path) => OURS.exec(path)?.[0] ?? '[path]')
    .replace(LONG_NUMBER, '[number]')
    .replace(NOT_ASCII, '[text]');
}

/** The same of a plain value: bounded, fields of persons left out, their names kept. */
export function anonymous(value: unknown): unknown {
  return walk(redact(value), 0);
}

function walk(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return anonymousText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MOST_FIELDS).map((one) => walk(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_FIELDS)
      .map(([name, inner]) => [
        anonymousText(name),
        PERSONAL.test(name) && inner !== null ? '[left out]' : walk(inner, depth + 1),
      ]),
  );
}

/** A line of the log; null for one that is not of the logger's form. */
export function anonymousLine(line: string): string | null {
  try {
    const { at, level, scope, event, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const isForm =
      typeof at === 'string' &&
      /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) &&
      [level, scope, event].every((one) => typeof one === 'string');
    if (!isForm) return null;
    const head = {
      level: anonymousText(String(level)),
      scope: anonymousText(String(scope)),
      event: anonymousText(String(event)),
    };
    return JSON.stringify({ at, ...head, ...(anonymous(fields) as object) });
  } catch {
    return null;
  }
}
