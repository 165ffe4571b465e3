import { z } from 'zod';
import {
  DaySchema,
  EmptySchema,
  FilterSchema,
  IdSchema,
  ReadKindSchema,
  StatusSchema,
} from '../common';
import { route } from '../define';

const Count = z.number().int().nonnegative();
const BoardSchema = z.strictObject({
  day: DaySchema,
  total: Count,
  byStatus: z.partialRecord(StatusSchema, Count),
  /** Certificates in force whose deciding date falls within n days, inclusive: 7, 30, 60, 90. */
  within: z.strictObject({ d7: Count, d30: Count, d60: Count, d90: Count }),
  /** 续证率 of certificates whose period ended in the last 365 days: renewed ÷ ended; null when none ended. */
  renewal: z.strictObject({ ended: Count, renewed: Count }),
  /** 24 months from the board's day on; expiry by valid-to and reviews by review-due. */
  calendar: z
    .array(
      z.strictObject({
        year: z.number().int(),
        month: z.number().int(),
        expiring: Count,
        reviews: Count,
      }),
    )
    .length(24),
  /** Rows: direct children regions of the scope; columns: industries, largest first, 0 = the rest. */
  heat: z.strictObject({
    regions: z.array(z.string()),
    industries: z.array(z.number().int()),
    /** [region][industry] totals and those due within 90 days. */
    total: z.array(z.array(Count)),
    due90: z.array(z.array(Count)),
  }),
  kinds: z.array(z.strictObject({ kind: ReadKindSchema, total: Count, expired: Count })),
  regions: z.array(
    z.strictObject({ region: z.string(), total: Count, expired: Count, due90: Count }),
  ),
  companies: z
    .array(
      z.strictObject({
        id: IdSchema,
        name: z.string(),
        region: z.string(),
        total: Count,
        due90: Count,
        expired: Count,
      }),
    )
    .max(20),
  /** Bodies that trained the holders, largest first. */
  bodies: z
    .array(
      z.strictObject({
        id: IdSchema,
        name: z.string(),
        total: Count,
        ended: Count,
        renewed: Count,
      }),
    )
    .max(20),
  /** A day before today, as known today. */
  isPast: z.boolean(),
  /** Certificates left out because nobody can tell their state on that day. */
  unknown: Count,
  /**
   * Changes, training and exams are all here. False while they still arrive after a first load: no renewal is counted then and
   * no rate may be shown, there is no year and no exam, and a past day or a forecast is refused with BOARDS_INCOMPLETE.
   */
  isWhole: z.boolean(),
  tookMs: z.number(),
});
/** The year before a board's day, month end by month end; null under a filter that names days. */
const TrendSchema = z.strictObject({
  points: z
    .array(
      z.strictObject({
        day: DaySchema,
        total: Count,
        valid: Count,
        soon: Count,
        due7: Count,
        due30: Count,
        due60: Count,
        due90: Count,
        expired: Count,
        overdue: Count,
        suspended: Count,
        revoked: Count,
        ended: Count,
        renewed: Count,
      }),
    )
    .length(13)
    .nullable(),
  /** The certified-staff rate on the same days; null under a filter by status or day. */
  staff: z
    .array(z.strictObject({ day: DaySchema, headcount: Count, certified: Count }))
    .length(13)
    .nullable(),
  unknown: Count,
  /** Exams by training body; they follow the kinds of the filter alone. */
  exams: z.array(z.strictObject({ body: IdSchema, exams: Count, passed: Count })),
});
/** 持证率 of companies: persons with a certificate in force ÷ headcount, both of the companies that state a headcount. */
export const StaffSchema = z.strictObject({
  /** Companies under the filter by their own region and industry, and those of them that state a headcount. */
  companies: Count,
  stated: Count,
  headcount: Count,
  required: Count,
  certified: Count,
});
export type Staff = z.infer<typeof StaffSchema>;
export type Board = z.infer<typeof BoardSchema>;
export type Trend = z.infer<typeof TrendSchema>;

export const boardRoutes = {
  /** Every figure of the board under one filter. The list behind a figure is search.query with the same filter. */
  'boards.query': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: z.strictObject({ filter: FilterSchema, day: DaySchema }),
    output: BoardSchema,
  }),
  /** How the main figures came to be where they are. */
  'boards.trend': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: z.strictObject({ filter: FilterSchema }),
    output: TrendSchema,
  }),
  /**
   * The certified-staff rate as of a day, today unless told: certificates as they were then, employers and holders as of now,
   * headcounts of that year or before. Null under a filter by status or day.
   */
  'boards.staff': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: z.strictObject({ filter: FilterSchema, day: DaySchema.optional() }),
    output: z.strictObject({ staff: StaffSchema.nullable() }),
  }),
  /** Prints the board that is shown, by the system's dialog: a page cannot print by itself. */
  'boards.print': route({
    kind: 'command',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'ipc',
    audit: 'board-print',
    input: EmptySchema,
    output: z.strictObject({ outcome: z.enum(['printed', 'cancelled', 'no-printer']) }),
  }),
};
