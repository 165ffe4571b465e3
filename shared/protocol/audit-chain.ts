import { z } from 'zod';
import { canonicalJson } from '../kernel/canonical-json';

/**
 * Audit entries: a hash chain over headers, each committing to a payload that can be deleted later.
 *
 *   header     = canonical JSON {v, seq, atMs, actor, device, kind, prev, commitment}
 *   commitment = SHA-256(salt (32 bytes) ‖ canonical JSON of the payload)
 *   hash       = SHA-256(header), the next entry's `prev`
 *   mac        = HMAC-SHA-256(k_seq, hash), k_(seq+1) = SHA-256("fieldcert audit ratchet v1" ‖ k_seq)
 *
 * Retention deletes payload and salt: the chain still verifies, and without the salt the commitment reveals
 * nothing about a guessable payload. Who steals the present ratchet key cannot recompute older entries, since
 * the first key is kept by the auditor and the server alone.
 */
export const AUDIT_SALT_BYTES = 32;
export const AUDIT_GENESIS = '0'.repeat(64);
export const AUDIT_RATCHET = 'fieldcert audit ratchet v1';

const MAX_HEADER_CHARACTERS = 2000;
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
export const AuditHeaderSchema = z.strictObject({
  v: z.literal(1),
  seq: z.number().int().positive(),
  atMs: z.number().int().nonnegative(),
  actor: z.string().max(40),
  device: z.string().max(40),
  kind: z.string().min(1).max(60),
  prev: Hash,
  commitment: Hash,
});
export type AuditHeader = z.infer<typeof AuditHeaderSchema>;

/** As stored. Payload and salt are both there or both null (deleted by retention). */
export interface AuditEntry {
  readonly header: string;
  readonly hash: string;
  readonly mac: string;
  readonly payload: string | null;
  readonly salt: Uint8Array | null;
}

/** Where the chain ends: entries so far and the last hash; `AUDIT_START` for a new one. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}
export const AUDIT_START: AuditHead = { seq: 0, hash: AUDIT_GENESIS };

/** What the walk needs of a runtime's cryptography; texts are UTF-8. */
export interface AuditDigests {
  /** SHA-256 of the parts in their order, lower-case hex. */
  sha256(...parts: (string | Uint8Array)[]): string;
  /** Whether `mac` is the HMAC-SHA-256 over the bytes that `hash` (hex) names, lower-case hex. */
  isMac(key: Uint8Array, hash: string, mac: string): boolean;
  /** The ratchet's next key. */
  nextKey(key: Uint8Array): Uint8Array;
}

export type ChainFault = 'header' | 'gap' | 'link' | 'hash' | 'payload' | 'mac' | 'truncated';

export type ChainVerdict =
  | { readonly isIntact: true; readonly head: AuditHead; readonly entries: number }
  | {
      readonly isIntact: false;
      readonly fault: ChainFault /** Sequence number where it shows. */;
      readonly seq: number;
    };

export interface ChainExpectation {
  /** Where the given entries start; the chain's beginning by default. */
  readonly from?: AuditHead;
  /** A head known from elsewhere (server receipt, signed checkpoint): it must be met on the way or at the end. */
  readonly expectedHead?: AuditHead;
  /** Ratchet key of the first given entry: also checks every mac. Only an auditor's slot and the server have it. */
  readonly firstKey?: Uint8Array;
}

/**
 * Walks entries in order and finds the first that was edited, removed, moved or cut off. Without `expectedHead` or
 * `firstKey` a chain that was rewritten as a whole, or cut at its end, looks intact: give one of them.
 */
export function walkChain(
  digests: AuditDigests,
  entries: Iterable<AuditEntry>,
  expected: ChainExpectation = {},
): ChainVerdict {
  const { expectedHead } = expected;
  let head = expected.from ?? AUDIT_START;
  let key = expected.firstKey;
  let count = 0;
  let isExpectedMet = expectedHead === undefined || sameHead(head, expectedHead);
  for (const entry of entries) {
    const fault = entryFault(digests, entry, head, key);
    const seq = head.seq + 1;
    if (fault !== undefined) return { isIntact: false, fault, seq };
    head = { seq, hash: entry.hash };
    if (key !== undefined) key = digests.nextKey(key);
    count++;
    if (expectedHead?.seq === seq) {
      if (!sameHead(head, expectedHead)) return { isIntact: false, fault: 'link', seq };
      isExpectedMet = true;
    }
  }
  return isExpectedMet
    ? { isIntact: true, head, entries: count }
    : { isIntact: false, fault: 'truncated', seq: head.seq + 1 };
}

/** The header of an entry; undefined when it is not one in canonical form. */
export function readAuditHeader(header: string): AuditHeader | undefined {
  if (header.length > MAX_HEADER_CHARACTERS) return undefined;
  try {
    const parsed = AuditHeaderSchema.parse(JSON.parse(header));
    return canonicalJson(parsed) === header ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function entryFault(
  digests: AuditDigests,
  entry: AuditEntry,
  head: AuditHead,
  key: Uint8Array | undefined,
): ChainFault | undefined {
  const header = readAuditHeader(entry.header);
  if (header === undefined) return 'header';
  if (header.seq !== head.seq + 1) return 'gap';
  if (header.prev !== head.hash) return 'link';
  if (digests.sha256(entry.header) !== entry.hash) return 'hash';
  if ((entry.payload === null) !== (entry.salt === null)) return 'payload';
  if (
    entry.payload !== null &&
    entry.salt !== null &&
    commitmentOf(digests, entry.salt, entry.payload) !== header.commitment
  )
    return 'payload';
  if (key !== undefined && !digests.isMac(key, entry.hash, entry.mac)) return 'mac';
  return undefined;
}

function sameHead(a: AuditHead, b: AuditHead): boolean {
  return a.seq === b.seq && a.hash === b.hash;
}

/** The salt has one length, so salt and payload cannot be divided in another way. */
export function commitmentOf(digests: AuditDigests, salt: Uint8Array, payload: string): string {
  return salt.length === AUDIT_SALT_BYTES ? digests.sha256(salt, payload) : '';
}
