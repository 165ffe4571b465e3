import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  AUDIT_RATCHET,
  AUDIT_SALT_BYTES,
  type AuditDigests,
  type AuditEntry,
  type AuditHead,
  AuditHeaderSchema,
  type ChainExpectation,
  type ChainVerdict,
  commitmentOf,
  walkChain,
} from '../../shared/protocol/audit-chain';

export interface AuditFacts {
  /** UTC ms. */
  readonly atMs: number;
  readonly actor: string;
  readonly device: string;
  readonly kind: string;
}

/** The ratchet's next key. The caller erases the old one in the same transaction that stores the entry. */
export function nextAuditKey(key: Uint8Array): Uint8Array {
  return createHash('sha256').update(AUDIT_RATCHET).update(key).digest();
}

/**
 * Makes the entry after `head`; `key` is the ratchet's key for this entry (32 bytes). Throws TypeError for a payload
 * that canonical JSON cannot express and ZodError for facts out of bounds: both are defects of the caller.
 */
export function appendEntry(
  head: AuditHead,
  facts: AuditFacts,
  payload: unknown,
  key: Uint8Array,
  salt: Uint8Array = randomBytes(AUDIT_SALT_BYTES),
): AuditEntry & { readonly head: AuditHead } {
  const text = canonicalJson(payload);
  const header = canonicalJson(
    AuditHeaderSchema.parse({
      v: 1,
      seq: head.seq + 1,
      ...facts,
      prev: head.hash,
      commitment: commitmentOf(digests, salt, text),
    }),
  );
  const hash = digests.sha256(header);
  return {
    header,
    hash,
    mac: macOf(key, hash),
    payload: text,
    salt,
    head: { seq: head.seq + 1, hash },
  };
}

/** The chain walked with Node's cryptography; see walkChain. */
export function verifyChain(
  entries: Iterable<AuditEntry>,
  expected: ChainExpectation = {},
): ChainVerdict {
  return walkChain(digests, entries, expected);
}

const digests: AuditDigests = {
  sha256: (...parts) => {
    const digest = createHash('sha256');
    for (const part of parts) digest.update(part);
    return digest.digest('hex');
  },
  isMac: (key, hash, mac) => {
    const own = macOf(key, hash);
    return own.length === mac.length && timingSafeEqual(Buffer.from(own), Buffer.from(mac));
  },
  nextKey: nextAuditKey,
};

function macOf(key: Uint8Array, hash: string): string {
  return createHmac('sha256', key).update(hash, 'hex').digest('hex');
}
