import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  AUDIT_RATCHET,
  type AuditDigests,
  type AuditEntry,
  type ChainFault,
  readAuditHeader,
  walkChain,
} from '../../shared/protocol/audit-chain';

const digests: AuditDigests = {
  sha256: (...parts) => {
    const digest = createHash('sha256');
    for (const part of parts) digest.update(part);
    return digest.digest('hex');
  },
  isMac: (key, hash, mac) => {
    const own = createHmac('sha256', key).update(hash, 'hex').digest('hex');
    return own.length === mac.length && timingSafeEqual(Buffer.from(own), Buffer.from(mac));
  },
  nextKey: (key) => createHash('sha256').update(AUDIT_RATCHET).update(key).digest(),
};

/** Entries that follow one another without a fault, by their numbers. */
export interface ChainPart {
  readonly from: number;
  readonly to: number;
}

/** Where the chain breaks: the number of the entry where it shows, and how. */
export interface ChainBreak {
  readonly seq: number;
  readonly fault: ChainFault;
}

export interface ChainParts {
  readonly parts: readonly ChainPart[];
  readonly breaks: readonly ChainBreak[];
}

/**
 * What of a damaged log still hangs together. The walk begins where the entries begin and goes on after every break,
 * because what comes later is evidence all the same. `entries` in the order of their numbers.
 */
export function chainParts(
  entries: readonly (AuditEntry & { readonly seq: number })[],
): ChainParts {
  const parts: ChainPart[] = [];
  const breaks: ChainBreak[] = [];
  for (let at = 0; at < entries.length; ) {
    const first = entries[at];
    const header = first === undefined ? undefined : readAuditHeader(first.header);
    if (first === undefined || header === undefined) {
      breaks.push({ seq: first?.seq ?? 0, fault: 'header' });
      at++;
      continue;
    }
    const from = { seq: header.seq - 1, hash: header.prev };
    const verdict = walkChain(digests, after(entries, at), { from });
    const sound = verdict.isIntact ? verdict.entries : verdict.seq - header.seq;
    if (sound > 0) parts.push({ from: header.seq, to: header.seq + sound - 1 });
    at += sound;
    if (verdict.isIntact) break;
    const { fault } = verdict;
    breaks.push({ seq: entries[at]?.seq ?? verdict.seq, fault });
    // An entry that only does not join on may begin a part of its own; a changed one may not.
    if (fault !== 'gap' && fault !== 'link') at++;
  }
  const [begin] = parts;
  // Nothing before the first entry is a break as well, unless it is the chain's beginning.
  const isWhole = begin === undefined || begin.from === 1;
  return { parts, breaks: isWhole ? breaks : [{ seq: 1, fault: 'gap' }, ...breaks] };
}

function* after<T>(entries: readonly T[], from: number): Generator<T> {
  for (let i = from; i < entries.length; i++) yield entries[i] as T;
}
