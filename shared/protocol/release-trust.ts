import type { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { err, ok, type Result } from '../kernel/result';
import {
  RELEASE_METADATA_MAX_BYTES,
  type ReleaseEnvelope,
  ReleaseEnvelopeSchema,
  type ReleasePointer,
  type ReleaseRole,
  type ReleaseRoot,
  ReleaseRootSchema,
  ReleaseSnapshotSchema,
  ReleaseStickSchema,
  type ReleaseTargets,
  ReleaseTargetsSchema,
  ReleaseTimestampSchema,
  releaseBytes,
} from './release-metadata';

export interface ReleaseCrypto {
  sha256Hex(bytes: Uint8Array): string;
  /** Ed25519 (RFC 8032) with a raw public key and a signature as hex; false for anything that does not verify. */
  verify(publicKeyHex: string, bytes: Uint8Array, signatureHex: string): boolean;
}

/** Why metadata is refused. */
export type ReleaseFault =
  | 'malformed'
  | 'signatures-missing'
  | 'version-older'
  | 'version-skipped'
  | 'mixed'
  | 'expired';

/** The highest version of each kind that was ever accepted; 0: none yet. Never lowered but by a root that takes a role's keys away. */
export type ReleaseSeen = Readonly<Record<Exclude<ReleaseRole, 'root'>, number>>;
export const NOTHING_SEEN: ReleaseSeen = { targets: 0, snapshot: 0, timestamp: 0, stick: 0 };

export interface ReleaseTrust {
  readonly root: ReleaseRoot;
  readonly seen: ReleaseSeen;
}

/**
 * Opens an envelope: form, enough good signatures of different keys of the role, then one reading only of the
 * payload. Nothing of the payload is parsed before the signatures hold.
 */
function open<T>(
  text: string,
  schema: z.ZodType<T>,
  role: ReleaseRole,
  root: ReleaseRoot,
  crypto: ReleaseCrypto,
): Result<{ readonly value: T; readonly signed: string }, ReleaseFault> {
  const envelope = parseReleaseEnvelope(text);
  if (envelope === undefined) return err('malformed');
  if (!isSigned(envelope, root, role, crypto)) return err('signatures-missing');
  const value = readPayload(envelope.signed, schema);
  return value === undefined ? err('malformed') : ok({ value, signed: envelope.signed });
}

/** Undefined for what is no envelope: too long, not JSON, of another form. */
export function parseReleaseEnvelope(text: string): ReleaseEnvelope | undefined {
  if (text.length > RELEASE_METADATA_MAX_BYTES) return undefined;
  try {
    return ReleaseEnvelopeSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function readPayload<T>(signed: string, schema: z.ZodType<T>): T | undefined {
  try {
    const value: unknown = JSON.parse(signed);
    return canonicalJson(value) === signed ? schema.safeParse(value).data : undefined;
  } catch {
    return undefined;
  }
}

/** Counts keys, not signatures: one key that signs twice, or is listed twice, is one. */
function isSigned(
  { signed, signatures }: ReleaseEnvelope,
  root: ReleaseRoot,
  role: ReleaseRole,
  crypto: ReleaseCrypto,
): boolean {
  const { keyids, threshold } = root.roles[role];
  const bytes = releaseBytes(signed);
  const good = new Set<string>();
  for (const { keyid, sig } of signatures) {
    const key = root.keys[keyid];
    if (key === undefined || !keyids.includes(keyid) || good.has(keyid)) continue;
    if (crypto.verify(key, bytes, sig)) good.add(keyid);
  }
  return good.size >= threshold;
}

/** A root that could never be followed, or whose key goes by another's name, is none. */
function isSoundRoot(root: ReleaseRoot, crypto: ReleaseCrypto): boolean {
  const named = Object.entries(root.keys).every(
    ([keyid, key]) => crypto.sha256Hex(bytesOfHex(key)) === keyid,
  );
  const roles = Object.values(root.roles).every(
    ({ keyids, threshold }) =>
      new Set(keyids).size === keyids.length &&
      threshold <= keyids.length &&
      keyids.every((keyid) => Object.hasOwn(root.keys, keyid)),
  );
  return named && roles && root.expiresMs > root.issuedMs;
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Trust as the program brings it along: a root that must be signed by its own keys. */
export function firstTrust(
  text: string,
  crypto: ReleaseCrypto,
): Result<ReleaseTrust, ReleaseFault> {
  const envelope = parseReleaseEnvelope(text);
  const root = envelope && readPayload(envelope.signed, ReleaseRootSchema);
  if (envelope === undefined || root === undefined || !isSoundRoot(root, crypto))
    return err('malformed');
  if (!isSigned(envelope, root, 'root', crypto)) return err('signatures-missing');
  return ok({ root, seen: NOTHING_SEEN });
}

/**
 * The next root: exactly one version up, signed by enough keys of the root that is trusted and by enough of its own.
 * Its date is judged only when no newer one follows (`rootFault`). What a role's former keys had
 * signed as "newest" says nothing once the root has taken these keys away: else a stolen key could name a version so high
 * that nothing honest ever follows.
 */
export function nextTrust(
  trust: ReleaseTrust,
  text: string,
  crypto: ReleaseCrypto,
): Result<ReleaseTrust, ReleaseFault> {
  const envelope = parseReleaseEnvelope(text);
  const root = envelope && readPayload(envelope.signed, ReleaseRootSchema);
  if (envelope === undefined || root === undefined || !isSoundRoot(root, crypto))
    return err('malformed');
  const isByBoth = [trust.root, root].every((one) => isSigned(envelope, one, 'root', crypto));
  if (!isByBoth) return err('signatures-missing');
  if (root.version <= trust.root.version) return err('version-older');
  if (root.version > trust.root.version + 1) return err('version-skipped');
  const kept = (role: keyof ReleaseSeen): number =>
    isSameKeys(trust.root, root, role) ? trust.seen[role] : 0;
  return ok({
    root,
    seen: {
      targets: kept('targets'),
      snapshot: kept('snapshot'),
      timestamp: kept('timestamp'),
      stick: kept('stick'),
    },
  });
}

function isSameKeys(a: ReleaseRoot, b: ReleaseRoot, role: ReleaseRole): boolean {
  return a.roles[role].keyids.every((keyid) => b.roles[role].keyids.includes(keyid));
}

/** Judged after all newer roots were followed. */
export function rootFault({ root }: ReleaseTrust, nowMs: number): ReleaseFault | undefined {
  return root.expiresMs <= nowMs ? 'expired' : undefined;
}

/** What a source says is the newest snapshot: a server by `timestamp`, a stick by `stick`. `nowMs`: the highest time seen. */
export function openNewest(
  trust: ReleaseTrust,
  role: 'timestamp' | 'stick',
  text: string,
  nowMs: number,
  crypto: ReleaseCrypto,
): Result<{ readonly trust: ReleaseTrust; readonly snapshot: ReleasePointer }, ReleaseFault> {
  const schema: z.ZodType<z.infer<typeof ReleaseTimestampSchema | typeof ReleaseStickSchema>> =
    role === 'timestamp' ? ReleaseTimestampSchema : ReleaseStickSchema;
  const opened = open(text, schema, role, trust.root, crypto);
  if (!opened.ok) return opened;
  const { value } = opened.value;
  if (value.version < trust.seen[role]) return err('version-older');
  if (value.snapshot.version < trust.seen.snapshot) return err('version-older');
  if (value.expiresMs <= nowMs) return err('expired');
  return ok({ trust: remember(trust, role, value.version), snapshot: value.snapshot });
}

/** The snapshot that `pointer` names, and none beside it. */
export function openSnapshot(
  trust: ReleaseTrust,
  pointer: ReleasePointer,
  text: string,
  nowMs: number,
  crypto: ReleaseCrypto,
): Result<{ readonly trust: ReleaseTrust; readonly targets: ReleasePointer }, ReleaseFault> {
  const opened = open(text, ReleaseSnapshotSchema, 'snapshot', trust.root, crypto);
  if (!opened.ok) return opened;
  const { value, signed } = opened.value;
  const fault = pointedFault(trust, 'snapshot', pointer, value, signed, nowMs, crypto);
  if (fault !== undefined) return err(fault);
  if (value.targets.version < trust.seen.targets) return err('version-older');
  return ok({ trust: remember(trust, 'snapshot', value.version), targets: value.targets });
}

/** The list of releases that `pointer` names, and none beside it. */
export function openTargets(
  trust: ReleaseTrust,
  pointer: ReleasePointer,
  text: string,
  nowMs: number,
  crypto: ReleaseCrypto,
): Result<{ readonly trust: ReleaseTrust; readonly targets: ReleaseTargets }, ReleaseFault> {
  const opened = open(text, ReleaseTargetsSchema, 'targets', trust.root, crypto);
  if (!opened.ok) return opened;
  const { value, signed } = opened.value;
  const fault = pointedFault(trust, 'targets', pointer, value, signed, nowMs, crypto);
  if (fault !== undefined) return err(fault);
  return ok({ trust: remember(trust, 'targets', value.version), targets: value });
}

function pointedFault(
  trust: ReleaseTrust,
  role: 'snapshot' | 'targets',
  pointer: ReleasePointer,
  value: { readonly version: number; readonly expiresMs: number },
  signed: string,
  nowMs: number,
  crypto: ReleaseCrypto,
): ReleaseFault | undefined {
  if (value.version !== pointer.version) return 'mixed';
  if (crypto.sha256Hex(utf8Bytes(signed)) !== pointer.sha256) return 'mixed';
  if (value.version < trust.seen[role]) return 'version-older';
  return value.expiresMs <= nowMs ? 'expired' : undefined;
}

function remember(trust: ReleaseTrust, role: keyof ReleaseSeen, version: number): ReleaseTrust {
  return { root: trust.root, seen: { ...trust.seen, [role]: Math.max(trust.seen[role], version) } };
}

/**
 * A list that was opened before, looked at again before something of it is installed: signed by enough of the present keys
 * (a key taken away meanwhile no longer counts) and not yet over.
 */
export function openTargetsAgain(
  trust: ReleaseTrust,
  text: string,
  nowMs: number,
  crypto: ReleaseCrypto,
): Result<ReleaseTargets, ReleaseFault> {
  const opened = open(text, ReleaseTargetsSchema, 'targets', trust.root, crypto);
  if (!opened.ok) return opened;
  const { value } = opened.value;
  return value.expiresMs <= nowMs ? err('expired') : ok(value);
}
