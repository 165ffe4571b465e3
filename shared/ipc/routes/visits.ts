import { z } from 'zod';
import { BATCH_VERDICTS, type BatchVerdict } from '../../domain/batch/verdicts';
import { LAPSE_FEATURES } from '../../domain/forecast/features';
import { DaySchema, FilterSchema, StatusSchema } from '../common';
import { UnderstoodSchema } from './search';

const VerdictSchema = z.enum(BATCH_VERDICTS as [BatchVerdict, ...BatchVerdict[]]);

/** Why somebody is to be visited, as it stood when the entry was made. */
export const VisitReasonSchema = z.discriminatedUnion('kind', [
  /** The certificate's status, and the day that decides it; null where the issuer's word does. */
  z.strictObject({ kind: z.literal('status'), status: StatusSchema, day: DaySchema.nullable() }),
  /** The forecast: how probable it is not to be renewed after `day`, and what speaks for that. */
  z.strictObject({
    kind: z.literal('lapse'),
    day: DaySchema,
    probability: z.number().min(0).max(1),
    features: z.array(z.enum(LAPSE_FEATURES)).max(3),
  }),
  /** A row of a list that was verified. */
  z.strictObject({
    kind: z.literal('batch'),
    line: z.number().int().positive(),
    verdict: VerdictSchema,
  }),
]);
export type VisitReason = z.infer<typeof VisitReasonSchema>;

/** What a page shows that is to be visited; who is in it, main asks the store. */
export const VisitSelectionSchema = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('list'),
    text: z.string().max(64),
    filter: FilterSchema,
    meaning: UnderstoodSchema.optional(),
    /** The list of a day before today: who was on it then, each with its reason of now. */
    day: DaySchema.optional(),
  }),
  /** Due within 90 days or expired: a company at risk. */
  z.strictObject({ from: z.literal('risk'), filter: FilterSchema }),
  /** The most probable lapses of the forecast. */
  z.strictObject({ from: z.literal('lapse'), filter: FilterSchema }),
  z.strictObject({
    from: z.literal('batch'),
    batch: z.uuid(),
    verdicts: z.array(VerdictSchema).max(32).nullable(),
  }),
]);
export type VisitSelection = z.infer<typeof VisitSelectionSchema>;
