import { z } from 'zod';
import { MAX_LIFTED, MAX_MARKED_IDS, MAX_MARKS, type MarkState } from '../domain/marks/marks';

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

/** What a device keeps of marks. */
export const MarkStateSchema: z.ZodType<MarkState> = z.strictObject({
  marks: z
    .array(
      z.strictObject({
        id: MarkIdSchema,
        set: MarkedSetSchema,
        reason: z.string().max(300),
        sinceMs: z.number().int().positive(),
      }),
    )
    // Two places that are put together may hold more for a moment.
    .max(2 * MAX_MARKS),
  lifted: z.array(MarkIdSchema).max(MAX_LIFTED),
});
