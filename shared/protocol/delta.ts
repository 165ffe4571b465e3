import { z } from 'zod';
import { ColumnBlockSchema, MAX_ROWS_PER_OBJECT } from './columns';

/**
 * The public part of a delta page. Order of application: exits, puts, patches; entities in
 * ENTITY_ORDER. Net effect: an id occurs in at most one of the three per entity.
 * The resulting leaf is not repeated per row: the signed checkpoint's root after the last page
 * proves the same with 32 bytes instead of 32 a row.
 */
const Ids = z.array(z.number().int().positive()).max(MAX_ROWS_PER_OBJECT);

export const PatchGroupSchema = z.strictObject({
  /** Names of the changed columns; absent optional values are null. */
  fields: z.array(z.string().max(32)).min(1).max(32),
  ids: Ids,
  /** Revision that the patch stands on; another local revision is an error, never merged. */
  base: z.array(z.number().int().positive()).max(MAX_ROWS_PER_OBJECT),
  revs: z.array(z.number().int().positive()).max(MAX_ROWS_PER_OBJECT),
  columns: z.record(z.string().max(32), z.array(z.unknown()).max(MAX_ROWS_PER_OBJECT)),
});
export type PatchGroup = z.infer<typeof PatchGroupSchema>;

export const ExitsSchema = z.strictObject({
  /** First differences, as in ColumnBlock. */
  ids: Ids,
  /** EXIT_REASONS codes. */
  reasons: z.array(z.number().int().min(1).max(3)).max(MAX_ROWS_PER_OBJECT),
  /** Region moved to (tombstone), 0 otherwise; and the day. */
  movedTo: z.array(z.number().int().nonnegative()).max(MAX_ROWS_PER_OBJECT),
  days: z.array(z.number().int()).max(MAX_ROWS_PER_OBJECT),
});

export const EntityChangesSchema = z.strictObject({
  put: ColumnBlockSchema.optional(),
  patch: z.array(PatchGroupSchema).max(256).optional(),
  exit: ExitsSchema.optional(),
});
export type EntityChanges = z.infer<typeof EntityChangesSchema>;

const entities = [
  'person',
  'company',
  'certificate',
  'event',
  'training',
  'exam',
  'attachment',
] as const;
export const PagePublicSchema = z.strictObject({
  changes: z.partialRecord(z.enum(entities), EntityChangesSchema),
});
export type PagePublic = z.infer<typeof PagePublicSchema>;

/** The private part: the private columns of the put rows, in the same order; a changed private value always comes as a put. */
export const PagePrivateSchema = z.strictObject({
  changes: z.partialRecord(
    z.enum(entities),
    z.strictObject({
      columns: z.record(z.string().max(32), z.array(z.unknown()).max(MAX_ROWS_PER_OBJECT)),
    }),
  ),
});
export type PagePrivate = z.infer<typeof PagePrivateSchema>;
