import { X509Certificate } from 'node:crypto';
import { isIssuer, orderChain } from '../../device/chain';

export interface IssuerJudgement {
  readonly isTrusted: boolean;
  readonly detail: string;
}

/**
 * Follows the chain from the leaf (first) to one of the trust roots, by name and signature, every link within its
 * period at `atMs` (RFC 5280 §6.1, without revocation, which needs a network). SM2 links too, on every engine.
 */
export function judgeIssuer(
  certificates: readonly Uint8Array[],
  trustRoots: readonly Uint8Array[],
  atMs: number,
): IssuerJudgement {
  const [leaf] = certificates;
  if (leaf === undefined) return { isTrusted: false, detail: 'no certificate' };
  const roots = trustRoots.flatMap(parsed);
  const chain = [leaf, ...orderChain(leaf, certificates)].flatMap(parsed);
  for (const [index, link] of chain.entries()) {
    const root = roots.find((entry) => entry.raw.equals(link.raw) || isIssuer(entry, link));
    if (root === undefined) continue;
    const path = [...chain.slice(0, index + 1), root];
    const late = path.find((entry) => !isWithin(entry, atMs));
    if (late !== undefined)
      return { isTrusted: false, detail: `not valid at that time: ${oneLine(late.subject)}` };
    return { isTrusted: true, detail: `issued under ${oneLine(root.subject)}` };
  }
  return { isTrusted: false, detail: 'unknown issuer: no chain to the given trust roots' };
}

function isWithin(certificate: X509Certificate, atMs: number): boolean {
  return Date.parse(certificate.validFrom) <= atMs && atMs <= Date.parse(certificate.validTo);
}

function parsed(der: Uint8Array): X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}

function oneLine(name: string): string {
  return name.replace(/\n/gu, ', ');
}
