import { z } from 'zod';
import { MAX_ROWS_PER_OBJECT } from './columns';
import { CheckpointSchema } from './manifest';

/**
 * Object framing, for segments and delta pages alike:
 *
 *   "FCO1" | u32be header length | header (canonical JSON, UTF-8) | public part | private part
 *
 * A part = AES-256-GCM(key, iv, brotli-5(JSON), aad = ASCII `${format}|${part}|${region}|${keyEpoch}`)
 * with the 16-byte tag appended. iv = first 12 bytes of HMAC-SHA-256(key, brotli bytes), so equal
 * content gives equal objects and an iv never repeats for other content. The public transport key
 * opens the public part; the private one (ID numbers, phones) only the private part: a CDN reads
 * neither, the store process only the former. The object's name is the SHA-256 of all its bytes.
 */
export const OBJECT_MAGIC = 'FCO1';
export const MAX_HEADER_BYTES = 4096;

const Part = z.strictObject({ bytes: z.number().int().nonnegative(), iv: z.string().length(16) });

export const SegmentHeaderSchema = z.strictObject({
  format: z.literal('fieldcert-segment'),
  schema: z.number().int().positive(),
  region: z.string().regex(/^\d{2,6}$/),
  keyEpoch: z.number().int().positive(),
  entity: z.enum(['person', 'company', 'certificate', 'event', 'training', 'exam', 'attachment']),
  rows: z.number().int().positive(),
  firstId: z.number().int().positive(),
  lastId: z.number().int().positive(),
  /** `iv` is base64url of 12 bytes; `bytes` include the tag. */
  public: Part,
  private: Part.optional(),
});
/**
 * A segment's public part is a ColumnBlock (columns.ts). Its private part has the private columns in
 * the same row order; a column in which every value is absent is left out, and the whole part when all are.
 */
export const SegmentPrivateSchema = z.strictObject({
  columns: z.record(z.string().max(32), z.array(z.unknown()).max(MAX_ROWS_PER_OBJECT)),
});
export type SegmentPrivate = z.infer<typeof SegmentPrivateSchema>;

export type SegmentHeader = z.infer<typeof SegmentHeaderSchema>;

export const PageHeaderSchema = z.strictObject({
  format: z.literal('fieldcert-page'),
  schema: z.number().int().positive(),
  region: z.string().regex(/^\d{2,6}$/),
  keyEpoch: z.number().int().positive(),
  epoch: z.string().max(40),
  /** Changes with from < rseq ≤ to, coalesced to their net effect. */
  from: z.number().int().nonnegative(),
  to: z.number().int().nonnegative(),
  hasMore: z.boolean(),
  /** Opaque; to be sent back unchanged. */
  cursor: z.string().max(512),
  /**
   * Only in a part of a tier: where the whole tier begins. It may be applied to any state from there on
   * (tier-cover.ts); a page without it continues the one cursor that it was asked with.
   */
  since: z.number().int().nonnegative().optional(),
  /**
   * Only in the last part of a tier: the state that it leads to. Believed because the signed manifest
   * names the object by its hash.
   */
  checkpoint: CheckpointSchema.optional(),
  public: Part,
  private: Part.optional(),
});
export type PageHeader = z.infer<typeof PageHeaderSchema>;

/** The aad of one part of an object. */
export function partAad(
  format: string,
  part: 'public' | 'private',
  region: string,
  keyEpoch: number,
): string {
  return `${format}|${part}|${region}|${keyEpoch}`;
}
