import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CheckpointSchema, HashSchema } from '../../../../../shared/protocol/manifest';
import { openGcm, sealGcm } from '../../../../crypto/aead';
import { hkdf } from '../../../../crypto/hkdf';
import { writeAtomically } from '../../../../platform/atomic-write';

const ObjectSchema = z.strictObject({ sha256: HashSchema, bytes: z.number().int().positive() });
const PageSchema = ObjectSchema.extend({
  from: z.number().int().nonnegative(),
  to: z.number().int().nonnegative(),
  /** Continues after this page. */
  cursor: z.string().max(512),
  checkpoint: CheckpointSchema.nullable(),
  /** The envelope that signs the checkpoint; absent in caches of former versions and where a tier ends. */
  envelope: z.unknown().optional(),
});
/** What the cache holds, in the order in which it is applied. */
const IndexSchema = z.strictObject({
  v: z.literal(1),
  /** The signed manifest as it came: verified again at every use. */
  envelope: z.unknown(),
  epoch: z.string(),
  base: z.strictObject({
    rseq: z.number().int().nonnegative(),
    issuedMs: z.number().int().nonnegative(),
    cursor: z.string(),
    bytes: z.number(),
  }),
  segments: z.array(ObjectSchema),
  /** Whether events, training, exams and attachments are among the segments. */
  hasLate: z.boolean(),
  /** The reference pack, sealed. */
  reference: ObjectSchema,
  pages: z.array(PageSchema),
  /** The slice may hold pages that are not here: what is read from here may not pass for current. */
  isBehind: z.boolean(),
  /** How many of the first pages were already merged by the server. */
  merged: z.number().int().nonnegative(),
  mergedMs: z.number().int().nonnegative(),
});
export type CacheObject = z.infer<typeof ObjectSchema>;
export type CachedPage = z.infer<typeof PageSchema>;
export type CacheIndex = z.infer<typeof IndexSchema>;

const AAD = 'fieldcert segment cache index v1';

/** Seals index and reference pack: from K_region, which no local rotation changes. */
export function cacheKey(regionKey: Uint8Array): Uint8Array {
  return hkdf(regionKey, 'fieldcert segment cache v1', 32);
}

export type ReadIndex =
  | { readonly state: 'none' | 'damaged' }
  | { readonly state: 'whole'; readonly index: CacheIndex };

/** Reads and authenticates the index; what was changed or cannot be read is `damaged`. */
export async function readCacheIndex(path: string, key: Uint8Array): Promise<ReadIndex> {
  const sealed = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : new Uint8Array(0),
  );
  if (sealed === null) return { state: 'none' };
  const plain = openGcm(key, sealed, AAD);
  if (plain === undefined) return { state: 'damaged' };
  const parsed = IndexSchema.safeParse(JSON.parse(Buffer.from(plain).toString('utf8')));
  return parsed.success ? { state: 'whole', index: parsed.data } : { state: 'damaged' };
}

/** Replaces the index; the objects it names must be on the disk already. */
export async function writeCacheIndex(
  path: string,
  key: Uint8Array,
  index: CacheIndex,
): Promise<void> {
  await writeAtomically(path, sealGcm(key, Buffer.from(JSON.stringify(index), 'utf8'), AAD));
}
