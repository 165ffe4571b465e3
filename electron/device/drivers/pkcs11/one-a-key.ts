import { X509Certificate } from 'node:crypto';

interface Entry {
  readonly id: Buffer;
  readonly der: Buffer;
}

/**
 * One certificate a key. Authorities renew with the same key, and tokens keep the former certificate beside the new one under the same
 * CKA_ID, which is all that names a key here: of those the one in force counts, of several the one that began last. Certificates
 * that do not parse, or whose key is another, stay as they are.
 */
export function oneAKey<T extends Entry>(found: readonly T[], nowMs: number): readonly T[] {
  const best = new Map<string, { readonly entry: T; readonly rank: readonly [number, number] }>();
  const others: T[] = [];
  for (const entry of found) {
    const facts = entry.id.length === 0 ? null : factsOf(entry.der);
    if (facts === null) {
      others.push(entry);
      continue;
    }
    const isInForce = facts.fromMs <= nowMs && nowMs <= facts.untilMs;
    const rank = [isInForce ? 1 : 0, facts.fromMs] as const;
    const key = `${entry.id.toString('hex')} ${facts.key}`;
    const held = best.get(key);
    if (held === undefined || isAbove(rank, held.rank)) best.set(key, { entry, rank });
  }
  const kept = new Set<T>([...others, ...[...best.values()].map(({ entry }) => entry)]);
  return found.filter((entry) => kept.has(entry));
}

const isAbove = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];

function factsOf(der: Buffer) {
  try {
    const { publicKey, validFrom, validTo } = new X509Certificate(der);
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return { key, fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) };
  } catch {
    // Also a key that this runtime does not know, as SM2 is to some.
    return null;
  }
}
