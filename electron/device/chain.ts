import { X509Certificate } from 'node:crypto';
import { isSm2Issuer } from './chain-sm2';

/**
 * Issuers of `leaf` among `pool`, nearest first, self-signed root included when present.
 * Links are by issuer name and signature; at most 8.
 */
export function orderChain(leaf: Uint8Array, pool: readonly Uint8Array[]): Uint8Array[] {
  const candidates = pool.flatMap((der) => parsed(der));
  const chain: Uint8Array[] = [];
  let [current] = parsed(leaf);
  while (current !== undefined && chain.length < 8 && current.issuer !== current.subject) {
    const child: X509Certificate = current;
    const parent = candidates.find((entry) => isIssuer(entry, child));
    if (parent === undefined) break;
    chain.push(new Uint8Array(parent.raw));
    current = parent;
  }
  return chain;
}

/** True when `parent` may issue certificates and its key signed `child` (RFC 5280 §6.1.3). */
export function isIssuer(parent: X509Certificate, child: X509Certificate): boolean {
  try {
    if (!parent.ca || !child.checkIssued(parent)) return false;
    return isSm2Issuer(parent.raw, child.raw) ?? child.verify(parent.publicKey);
  } catch {
    // A key type that this engine does not know proves nothing.
    return false;
  }
}

function parsed(der: Uint8Array): X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}
