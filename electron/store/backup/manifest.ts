import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { hkdf } from '../../crypto/hkdf';

/**
 * manifest.json of a generation: canonical JSON {mac, manifest}. `mac` is HMAC-SHA-256 under a key derived from
 * K_journal over the manifest's canonical JSON, which names every other file by its SHA-256: who finds a
 * stick can neither read nor change anything unseen.
 */
export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 'fieldcert-backup';
/** The highest form that is read: 2 has evidence. */
const BACKUP_VERSION = 2;
/** Written where there is no evidence, so that a program of before reads it. */
export const PLAIN_BACKUP_VERSION = 1;
export const EVIDENCE_BACKUP_VERSION = 2;
const MAX_BYTES = 4 * 1024 * 1024;

const Hex32 = z.string().regex(/^[0-9a-f]{64}$/);
/** Plain names that mean the same on every file system. */
const FileName = z.string().regex(/^[a-z0-9-]{1,30}\.(bin|json|sealed)$/);
const ChunkSchema = z.strictObject({
  name: FileName,
  bytes: z.number().int().nonnegative(),
  sha256: Hex32,
});
export type Chunk = z.infer<typeof ChunkSchema>;

/** Pages of one database file, as they lay on the disk, encrypted. */
const PartSchema = z.strictObject({
  /** Schema version; null where no key to the file was there to ask. */
  schema: z.number().int().nullable(),
  /** Of the whole file. */
  pages: z.number().int().positive().max(4_294_967_295),
  /** Pages in `chunks`: all, or those that changed since the parent. */
  stored: z.number().int().nonnegative(),
  /** Every page's HMAC held while it was copied. */
  isChecked: z.boolean(),
  chunks: z.array(ChunkSchema).max(10_000),
  /** Numbers of the stored pages, u32 little-endian; null: all pages in order. */
  list: ChunkSchema.nullable(),
  /** First 16 bytes of every page's HMAC, of all pages. */
  macs: ChunkSchema,
});
export type Part = z.infer<typeof PartSchema>;

/** Folder of a restored office that holds its evidence until the next session takes it up. */
export const RESTORED_EVIDENCE = 'evidence-restored';
/** Evidence files as they lie beside the office, sealed to the server; those that it refused end in `.refused`. */
export const EVIDENCE_NAME = /^[0-9a-f]{64}\.box(\.refused)?$/;
const EvidencePartSchema = z.strictObject({
  /** In the order in which they stand in the chunks. */
  files: z
    .array(
      z.strictObject({
        name: z.string().regex(EVIDENCE_NAME),
        bytes: z.number().int().positive(),
      }),
    )
    .min(1)
    .max(10_000),
  chunks: z.array(ChunkSchema).min(1).max(10_000),
});
export type EvidencePart = z.infer<typeof EvidencePartSchema>;

const ManifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal([PLAIN_BACKUP_VERSION, EVIDENCE_BACKUP_VERSION]),
  office: z.strictObject({ code: z.string().min(1).max(20), name: z.string().min(1).max(80) }),
  deviceId: z.string().min(1).max(40),
  generation: z.number().int().positive(),
  kind: z.enum(['full', 'incremental']),
  parent: z.strictObject({ generation: z.number().int().positive(), sha256: Hex32 }).nullable(),
  createdMs: z.number().int().positive(),
  program: z.string().min(1).max(60),
  journal: PartSchema,
  slice: PartSchema.nullable(),
  /** Small files, whole. */
  copies: z.array(ChunkSchema).max(10),
  /** Of version 2. */
  evidence: EvidencePartSchema.optional(),
  facts: z.strictObject({
    auditEntries: z.number().int().nonnegative(),
    auditHead: z.string().max(64),
    /** Certificates. */
    rows: z.number().int().nonnegative(),
    /** Digest roots by entity, as kept in the slice. */
    roots: z.record(z.string(), Hex32),
  }),
});
export type GenerationManifest = z.infer<typeof ManifestSchema>;

const FileSchema = z.strictObject({ mac: Hex32, manifest: ManifestSchema });
export type ManifestFile = z.infer<typeof FileSchema>;

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function macOf(manifest: GenerationManifest, journalKey: Uint8Array): string {
  const key = hkdf(journalKey, 'fieldcert backup manifest v1', 32);
  try {
    return createHmac('sha256', key).update(canonicalJson(manifest)).digest('hex');
  } finally {
    key.fill(0);
  }
}

/** The file's text, authenticated under K_journal. */
export function serializeManifest(manifest: GenerationManifest, journalKey: Uint8Array): string {
  return canonicalJson({ mac: macOf(manifest, journalKey), manifest });
}

/** Whether the manifest was made under this K_journal and not changed since. */
export function isAuthentic({ mac, manifest }: ManifestFile, journalKey: Uint8Array): boolean {
  return timingSafeEqual(Buffer.from(macOf(manifest, journalKey)), Buffer.from(mac));
}

/** Reads the file's bytes, unauthenticated. Throws BACKUP_FROM_FUTURE (naming its program) or BACKUP_ALTERED. */
export function parseManifest(bytes: Uint8Array): ManifestFile {
  const altered = (detail: string) =>
    new AppError('BACKUP_ALTERED', { file: MANIFEST_FILE }, detail);
  if (bytes.length > MAX_BYTES) throw altered('too large');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw altered('not JSON');
  }
  const newer = z
    .object({ manifest: z.object({ format: z.literal(FORMAT), version: z.number() }) })
    .safeParse(value);
  if (newer.success && newer.data.manifest.version > BACKUP_VERSION) {
    const { program } = (value as { manifest: { program?: unknown } }).manifest;
    throw new AppError('BACKUP_FROM_FUTURE', { program: String(program ?? '').slice(0, 60) });
  }
  const parsed = FileSchema.safeParse(value);
  if (!parsed.success) throw altered(parsed.error.issues[0]?.path.join('.') ?? 'form');
  return parsed.data;
}
