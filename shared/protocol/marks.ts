import { z } from 'zod';
import {
  MAX_LIFTED,
  MAX_MARKED_IDS,
  MAX_MARKS,
  type Mark,
  type MarkState,
} from '../domain/marks/marks';

const Id = z.number().int().positive();
export const MarkIdSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

/** Which certificates a mark is about, as an order says it: by ids of the server, never by numbers that hold an ID. */
export const MarkedSetSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('certificates'),
    ids: z
      .array(Id)
      .min(1)
      .max(MAX_MARKED_IDS)
      .refine((ids) => new Set(ids).size === ids.length, 'each certificate once'),
  }),
  z.strictObject({ by: z.literal('company'), id: Id }),
  z.strictObject({ by: z.literal('body'), id: Id }),
  z.strictObject({ by: z.literal('issuer'), id: Id }),
]);

/** A mark in force. */
const MarkSchema = z.strictObject({
  id: MarkIdSchema,
  set: MarkedSetSchema,
  reason: z.string().max(300),
  sinceMs: z.number().int().positive(),
});

/** Marks of one grant that are told one by one, and the certificates that all of them may name. */
export const MAX_GRANT_MARKS = 200;
export const MAX_GRANT_MARKED_IDS = 5_000;

/**
 * Marks of the granted regions that are about a grant's rows. `every`: there are more than can be told one by one, and nothing granted
 * is read as valid.
 */
export const GrantMarksSchema: z.ZodType<readonly Mark[]> = z
  .array(
    z.strictObject({
      ...MarkSchema.shape,
      set: z.union([MarkedSetSchema, z.strictObject({ by: z.literal('every') })]),
    }),
  )
  .max(MAX_GRANT_MARKS);

/** What a device keeps of marks. */
export const MarkStateSchema: z.ZodType<MarkState> = z.strictObject({
  marks: z
    .array(MarkSchema)
    // Two places that are put together may hold more for a moment.
    .max(2 * MAX_MARKS),
  lifted: z.array(MarkIdSchema).max(MAX_LIFTED),
});
