/** A way to the server: straight, or by the CONNECT method of a proxy (RFC 9110 section 9.3.6). */
export type Way =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'proxy';
      readonly host: string;
      readonly port: number;
      /** Value of `Proxy-Authorization`; null where the proxy wants none. */
      readonly authorization: string | null;
    };

/** Ways to an `https://` address, to be tried in order. Never rejects: where nothing is known, straight. */
export type FindWays = (endpoint: string) => Promise<readonly Way[]>;

export const DIRECT: Way = { kind: 'direct' };

/**
 * The answer of a proxy script as Chromium words it: `PROXY host:port; DIRECT`. Kinds that cannot carry TLS by
 * CONNECT (SOCKS, QUIC) are left out; an answer of which nothing is left means straight.
 */
export function waysOf(pac: string): readonly Way[] {
  const ways: Way[] = [];
  for (const entry of pac.split(';').slice(0, 8)) {
    const match = /^\s*(DIRECT|PROXY|HTTP)(?:\s+(.+?))?\s*$/i.exec(entry);
    if (match === null) continue;
    if (match[1]?.toUpperCase() === 'DIRECT') ways.push(DIRECT);
    else {
      const place = placeOf(match[2] ?? '');
      if (place !== null) ways.push({ kind: 'proxy', ...place, authorization: null });
    }
  }
  return ways.length === 0 ? [DIRECT] : ways;
}

/** `host:port` of a proxy, IPv6 in brackets; null for anything else. */
export function placeOf(text: string): { readonly host: string; readonly port: number } | null {
  const match = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535) return null;
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port };
}

/** Basic credentials (RFC 7617): all a CONNECT over a plain line can carry without a second round. */
export function basicCredentials(user: string, password: Uint8Array): string {
  const joined = Buffer.concat([Buffer.from(`${user}:`, 'utf8'), password]);
  const text = `Basic ${joined.toString('base64')}`;
  joined.fill(0);
  return text;
}
