import { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { HashSchema } from './manifest';
import { ReleaseBlocksSchema } from './release-blocks';
import { RELEASE_VERSION } from './release-version';

/**
 * Who released what, in the manner of TUF (The Update Framework 1.0, sections 4 and 5). Five roles sign, each with
 * keys and a threshold that the root names: `root` the keys, `targets` the releases, `snapshot` which list of
 * releases holds, `timestamp` which snapshot is the newest (online, for days), `stick` the same for sticks (offline,
 * for a year). A role's signature counts for its own type only.
 *
 * In a folder that a plain server or a stick offers: `metadata/<n>.root.json`, `metadata/<n>.targets.json`,
 * `metadata/<n>.snapshot.json`, `metadata/timestamp.json`, `metadata/stick.json`, `files/<name>`, `files/<name>.blocks`.
 */
export const RELEASE_ROLES = ['root', 'targets', 'snapshot', 'timestamp', 'stick'] as const;
export type ReleaseRole = (typeof RELEASE_ROLES)[number];

/** No metadata file is longer; whoever reads one stops there. */
export const RELEASE_METADATA_MAX_BYTES = 1_048_576;

const Ms = z.number().int().positive();
const Count = z.number().int().positive().max(1_000_000);
const Version = z.string().regex(RELEASE_VERSION);
const KeyIds = z.array(HashSchema).min(1).max(16);

/** `signed` is canonical JSON as text, so the signed bytes travel as they were signed. Ed25519 (RFC 8032). */
export const ReleaseEnvelopeSchema = z.strictObject({
  signed: z.string().min(2).max(RELEASE_METADATA_MAX_BYTES),
  signatures: z
    .array(z.strictObject({ keyid: HashSchema, sig: z.string().regex(/^[0-9a-f]{128}$/) }))
    .max(32),
});
export type ReleaseEnvelope = z.infer<typeof ReleaseEnvelopeSchema>;

const dated = { version: Count, issuedMs: Ms, expiresMs: Ms };
const RoleKeys = z.strictObject({ keyids: KeyIds, threshold: z.number().int().min(1).max(16) });

export const ReleaseRootSchema = z.strictObject({
  type: z.literal('root'),
  ...dated,
  /** Raw public keys of 32 bytes as hex, by the SHA-256 of these bytes. */
  keys: z.record(HashSchema, HashSchema),
  roles: z.strictObject({
    root: RoleKeys,
    targets: RoleKeys,
    snapshot: RoleKeys,
    timestamp: RoleKeys,
    stick: RoleKeys,
  }),
});
export type ReleaseRoot = z.infer<typeof ReleaseRootSchema>;

/** `sha256` is that of the text `signed`, UTF-8. */
const Pointer = z.strictObject({ version: Count, sha256: HashSchema });
export type ReleasePointer = z.infer<typeof Pointer>;

const newest = { ...dated, snapshot: Pointer };
export const ReleaseTimestampSchema = z.strictObject({ type: z.literal('timestamp'), ...newest });
export const ReleaseStickSchema = z.strictObject({ type: z.literal('stick'), ...newest });
export const ReleaseSnapshotSchema = z.strictObject({
  type: z.literal('snapshot'),
  ...dated,
  targets: Pointer,
});

export const ReleaseFileSchema = z.strictObject({
  /** One plain name: no folder, no drive, no device of Windows, nothing that a file system would read otherwise. */
  name: z
    .string()
    .max(120)
    .regex(/^(?!(?:con|prn|aux|nul|com\d|lpt\d)\.)[a-z0-9][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)+$/i),
  platform: z.enum(['linux', 'win32', 'darwin']),
  arch: z.enum(['x64', 'arm64']),
  kind: z.enum(['AppImage', 'deb', 'nsis', 'zip', 'dmg']),
  bytes: z.number().int().positive().max(2_000_000_000),
  sha256: HashSchema,
  /** Its block map, beside it; a file without one is fetched whole. */
  blocks: ReleaseBlocksSchema.optional(),
});
export type ReleaseFile = z.infer<typeof ReleaseFileSchema>;

const Notes = z.string().min(1).max(20_000);
export const RELEASE_CHANNELS = ['stable', 'beta'] as const;

export const ReleaseSchema = z.strictObject({
  version: Version,
  channel: z.enum(RELEASE_CHANNELS),
  publishedMs: Ms,
  /** What is older than this cannot go to it in one step. */
  fromVersion: Version,
  /** After this time the update is due, whatever the user prefers. */
  mandatoryByMs: Ms.nullable(),
  /** Of a hundred devices so many are offered it; 100: all. */
  rolloutPercent: z.number().int().min(0).max(100),
  notes: z.strictObject({ 'zh-CN': Notes, en: Notes, ug: Notes }),
  files: z.array(ReleaseFileSchema).min(1).max(20),
});
export type Release = z.infer<typeof ReleaseSchema>;

/** Releases on one list. */
export const MOST_RELEASES = 40;

export const ReleaseTargetsSchema = z.strictObject({
  type: z.literal('targets'),
  ...dated,
  /** What is older is not to be used any more: the update is due at once. */
  minimumVersion: Version,
  releases: z.array(ReleaseSchema).max(MOST_RELEASES),
});
export type ReleaseTargets = z.infer<typeof ReleaseTargetsSchema>;

/** The bytes that are signed: a domain of their own, so that no other signature of these keys can pass for one. */
export function releaseBytes(signed: string): Uint8Array {
  return utf8Bytes(`fieldcert-release-v1\n${signed}`);
}

/** An envelope nobody has signed yet. Throws TypeError for what canonical JSON cannot express. */
export function releaseDraft(payload: object): ReleaseEnvelope {
  return { signed: canonicalJson(payload), signatures: [] };
}
