/** An address as it stood in a code: taken apart as text, never asked, never opened. */
export interface ScannedAddress {
  /** In small letters; null for what leads to no host (javascript:, data:, tel:). */
  readonly host: string | null;
  /** The host is not what it looks like: other letters than ASCII, punycode, a name before an @, or a bare number. */
  readonly isOddHost: boolean;
  /** Names and values of the query and the fragment, and the segments of the path under an empty name. */
  readonly parts: readonly (readonly [name: string, value: string])[];
}

const WITH_HOST = /^[a-z][a-z0-9+.-]{0,30}:\/\//iu;
const WITHOUT_HOST =
  /^(javascript|data|vbscript|mailto|tel|sms|smsto|file|blob|about|intent|market|weixin|alipays?|geo|wifi|urn|view-source):/iu;
const BARE = /^(www\.|[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}[/?#])/iu;
const MAX_PARTS = 40;
const PLAIN_HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/u;

/** The address that a cleaned text is, or undefined where it is none. RFC 3986, read narrowly. */
export function readAddress(text: string): ScannedAddress | undefined {
  if (WITHOUT_HOST.test(text)) return { host: null, isOddHost: false, parts: [] };
  const scheme = WITH_HOST.exec(text)?.[0];
  if (scheme === undefined && !BARE.test(text)) return undefined;
  const rest = text.slice(scheme?.length ?? 0);
  // A backslash ends the authority in browsers, and must here too.
  const end = rest.search(/[/\\?#\n ]/u);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const at = authority.lastIndexOf('@');
  const host = authority
    .slice(at + 1)
    .replace(/:\d*$/u, '')
    .toLowerCase();
  return {
    host: host.slice(0, 253),
    isOddHost: at >= 0 || !PLAIN_HOST.test(host) || host.includes('xn--'),
    parts: end < 0 ? [] : partsOf(rest.slice(end)),
  };
}

function partsOf(tail: string): [string, string][] {
  const parts: [string, string][] = [];
  for (const piece of tail.split(/[/\\?#&;\n ]/u)) {
    if (piece === '') continue;
    if (parts.length >= MAX_PARTS) break;
    const equals = piece.indexOf('=');
    parts.push(
      equals < 0
        ? ['', decoded(piece)]
        : [decoded(piece.slice(0, equals)), decoded(piece.slice(equals + 1))],
    );
  }
  return parts;
}

/** Percent-decoded once: a second time would read what no reader of the code was shown. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/gu, ' '));
  } catch {
    return text;
  }
}
