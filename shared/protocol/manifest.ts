import { z } from 'zod';

/** Hex SHA-256. */
export const HashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const Region = z.string().regex(/^\d{2,6}$/);
const Ms = z.number().int().positive();
export const EntityNameSchema = z.enum([
  'person',
  'company',
  'certificate',
  'event',
  'training',
  'exam',
  'attachment',
]);
const Roots = z.record(EntityNameSchema, HashSchema);
const Counts = z.record(EntityNameSchema, z.number().int().nonnegative());

/** State of a region at one rseq, signed: what a slice is compared with. Payload of a signed statement. */
export const CheckpointSchema = z.strictObject({
  type: z.literal('checkpoint'),
  region: Region,
  epoch: z.string().max(40),
  schema: z.number().int().positive(),
  rseq: z.number().int().nonnegative(),
  /** Set digest per entity and over all (see domain/sync/digest). */
  roots: Roots,
  root: HashSchema,
  counts: Counts,
  issuedMs: Ms,
  expiresMs: Ms,
});
export type Checkpoint = z.infer<typeof CheckpointSchema>;

export const SegmentRefSchema = z.strictObject({
  entity: EntityNameSchema,
  sha256: HashSchema,
  bytes: z.number().int().positive(),
  rows: z.number().int().positive(),
  firstId: z.number().int().positive(),
  lastId: z.number().int().positive(),
});
export type SegmentRef = z.infer<typeof SegmentRefSchema>;

/** One object of a tier: the rows whose last change before the tier's end lies at or below `to`. */
export const TierPartSchema = z.strictObject({
  sha256: HashSchema,
  bytes: z.number().int().positive(),
  rows: z.number().int().nonnegative(),
  to: z.number().int().positive(),
});

/** Net changes with from < rseq ≤ to, as page objects in the order of their last change (tier-cover.ts). */
export const TierRefSchema = z.strictObject({
  tier: z.enum(['day', 'week', 'month']),
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  parts: z.array(TierPartSchema).min(1).max(2_000),
});
export type TierRef = z.infer<typeof TierRefSchema>;

/** A pack the slice depends on: rule pack, reference tables, national filter. Fetched as an object. */
export const PackRefSchema = z.strictObject({
  kind: z.enum(['rules', 'reference', 'filter']),
  id: z.string().max(80),
  sha256: HashSchema,
  bytes: z.number().int().positive(),
});

/** Signed, chained list of immutable objects that make up a region. Payload of a signed statement. */
export const ManifestSchema = z.strictObject({
  type: z.literal('manifest'),
  region: Region,
  epoch: z.string().max(40),
  schema: z.strictObject({ min: z.number().int().positive(), max: z.number().int().positive() }),
  keyEpoch: z.number().int().positive(),
  /** State that the segments make up; changes after it come as pages or tiers. */
  base: CheckpointSchema,
  /** Opaque cursor that continues right after `base`. */
  cursor: z.string().max(512),
  segments: z.array(SegmentRefSchema).max(20_000),
  tiers: z.array(TierRefSchema).max(2_000),
  packs: z.array(PackRefSchema).max(50),
  previous: HashSchema.nullable(),
  issuedMs: Ms,
  expiresMs: Ms,
});
export type Manifest = z.infer<typeof ManifestSchema>;

/**
 * What the manifest signs of the names of issuers and training bodies: their pack, whose hash is SHA-256 over canonical
 * JSON of the lists in order of their ids. Undefined: a server of before that signs none.
 */
export function namesRef({
  packs,
}: Pick<Manifest, 'packs'>): Manifest['packs'][number] | undefined {
  return packs.find(({ kind }) => kind === 'reference');
}

/** Reference pack (kind `reference`): issuers and training bodies, as canonical JSON. */
export const ReferencePackSchema = z.strictObject({
  format: z.literal('fieldcert-reference'),
  version: z.literal(1),
  region: Region,
  issuers: z
    .array(
      z.strictObject({
        id: z.number().int().positive(),
        name: z.string().max(120),
        region: Region,
      }),
    )
    .max(20_000),
  bodies: z
    .array(
      z.strictObject({
        id: z.number().int().positive(),
        name: z.string().max(120),
        region: Region,
      }),
    )
    .max(20_000),
});
export type ReferencePack = z.infer<typeof ReferencePackSchema>;
