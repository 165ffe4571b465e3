import { z } from 'zod';
import { EPSILONS, STATISTICS_TABLES } from '../../domain/statistics/question';
import {
  DaySchema,
  EmptySchema,
  FilterSchema,
  KindSchema,
  MsSchema,
  SavedFilesSchema,
} from '../common';
import { route } from '../define';

const Count = z.number().int().nonnegative();
/** ε as a fraction, exact: 3/10, or a whole number. */
const Fraction = z.string().regex(/^(?:\d{1,40}|\d{1,40}\/\d{1,40})$/);
const Table = z.enum(STATISTICS_TABLES);
const EpsilonChoice = z.enum(EPSILONS);

/** Smallest figure that is shown; noisy figures below it are suppressed. */
export const LEAST_SHOWN = { low: 1, usual: 10, high: 1_000 } as const;

/** Region, industry and kind alone: days, companies or single certificates would come too near to persons. */
const Narrowing = FilterSchema.pick({ regions: true, industries: true })
  .extend({ kinds: z.array(KindSchema).min(1).max(8).optional() })
  .refine((filter) => Object.values(filter).some((part) => part !== undefined));

const Question = z.strictObject({
  table: Table,
  filter: Narrowing.optional(),
  epsilon: EpsilonChoice,
  least: z.number().int().min(LEAST_SHOWN.low).max(LEAST_SHOWN.high),
});

/** A row or column: its code, and its name where the page has no word of its own for it. */
const Head = z.strictObject({ code: z.string().max(24), name: z.string().max(64).nullable() });
export type StatisticsHead = z.infer<typeof Head>;

const Budget = z.strictObject({
  year: z.number().int(),
  /** The office's for the year. */
  office: Fraction,
  /** What the centre gave this device for it; null: nothing, or not to this ledger. */
  share: Fraction.nullable(),
  spent: Fraction,
  left: Fraction,
});
export type StatisticsBudget = z.infer<typeof Budget>;

const ReleaseSchema = Question.extend({
  id: z.string().max(40),
  day: DaySchema,
  /** Root of the slice that was counted, hex. */
  root: z.string().max(64),
  atMs: MsSchema,
  /** It had been paid for: the same question to the same data. */
  wasPaid: z.boolean(),
  rows: z.array(Head).min(1).max(400),
  columns: z.array(Head).min(1).max(40),
  /** [row][column]; null: suppressed. */
  cells: z.array(z.array(Count.nullable())),
  rowSums: z.array(Count),
  columnSums: z.array(Count),
  sum: Count,
  suppressed: Count,
  /** In 95 of 100 cells the noise is no larger. */
  bound: Count,
  budget: Budget,
});
export type StatisticsRelease = z.infer<typeof ReleaseSchema>;

const common = {
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
  window: 'main',
  transport: 'ipc',
} as const;

/** Tables that leave with noise: never exact figures, which main counts, noises and forgets. */
export const statisticsRoutes = {
  /** The year's budget, and what was released. */
  'statistics.state': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      budget: Budget.nullable(),
      releases: z
        .array(z.strictObject({ table: Table, epsilon: z.string().max(20), atMs: MsSchema }))
        .max(20),
    }),
  }),
  /** What a release would be, without a figure of it: its shape, its noise and its price. */
  'statistics.preview': route({
    ...common,
    kind: 'query',
    audit: null,
    input: Question,
    output: z.strictObject({
      rows: z.array(Head).max(400),
      columns: z.array(Head).max(40),
      bound: Count,
      price: z.enum(['free', 'charged', 'refused', 'no-share', 'clock']),
      budget: Budget,
      /** What is left afterwards; null where it is refused. */
      after: Fraction.nullable(),
    }),
  }),
  /**
   * Pays for a table and answers it with noise; written down and logged before. STATISTICS_BUDGET, STATISTICS_NO_SHARE,
   * STATISTICS_CLOCK, STATISTICS_LIMIT, SLICE_EMPTY, BUSY.
   */
  'statistics.release': route({
    ...common,
    kind: 'command',
    audit: 'statistics-release',
    input: Question,
    output: ReleaseSchema,
  }),
  /** The report of the release that was shown last, signed: document, workbook, CSV. STATISTICS_GONE. */
  'statistics.save': route({
    ...common,
    kind: 'command',
    audit: 'statistics-saved',
    input: z.strictObject({ id: z.string().max(40) }),
    output: z.strictObject({ saved: SavedFilesSchema.nullable() }),
  }),
};
