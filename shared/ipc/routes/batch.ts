import { z } from 'zod';
import { BATCH_FIELDS } from '../../domain/batch/columns';
import { TRIAL_FAULTS } from '../../domain/batch/try-list';
import { BATCH_VERDICTS, type BatchVerdict } from '../../domain/batch/verdicts';
import { EmptySchema, MsSchema, ReadKindSchema, SavedFilesSchema, StatusSchema } from '../common';
import { route } from '../define';

const CountSchema = z.number().int().nonnegative();
const VerdictSchema = z.enum(BATCH_VERDICTS as [BatchVerdict, ...BatchVerdict[]]);
const ColumnSchema = z.number().int().min(0).max(63);

export const MappingSchema = z.strictObject(
  Object.fromEntries(BATCH_FIELDS.map((field) => [field, ColumnSchema.optional()])) as Record<
    (typeof BATCH_FIELDS)[number],
    z.ZodOptional<typeof ColumnSchema>
  >,
);
export type Mapping = z.infer<typeof MappingSchema>;

/** A list that is open, as the page shows it: headings, and some rows with their numbers masked. */
export const OpenListSchema = z.strictObject({
  name: z.string(),
  rows: CountSchema,
  headings: z.array(z.string()).max(64),
  sample: z.array(z.array(z.string()).max(64)).max(20),
  guess: MappingSchema,
  /** Rows above it are no part of the list; null where no headings were found. */
  headingLine: z.number().int().positive().nullable(),
  /** Sheets behind the first that are not empty: nothing of them is judged. */
  otherSheets: CountSchema,
});
export type OpenList = z.infer<typeof OpenListSchema>;

export const BatchHeadSchema = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  atMs: MsSchema,
  rows: CountSchema,
  counts: z.partialRecord(VerdictSchema, CountSchema),
});
export type BatchHead = z.infer<typeof BatchHeadSchema>;

export const BatchRowSchema = z.strictObject({
  line: z.number().int().positive(),
  verdict: VerdictSchema,
  reason: z
    .enum([
      'empty',
      'spreadsheet-number',
      'characters',
      'length',
      'birth-date',
      'checksum',
      'other-person',
      'unknown-number',
      'date-unreadable',
    ])
    .nullable(),
  name: z.string(),
  id: z.string(),
  number: z.string().nullable(),
  kind: ReadKindSchema.nullable(),
  validTo: z.number().int().nullable(),
  certificateId: z.number().int().nullable(),
  found: CountSchema,
});
export type BatchRowView = z.infer<typeof BatchRowSchema>;

/** Rows that are named when more of them changed. */
export const MAX_CHANGED = 1_000;
export const BatchAgainSchema = z.strictObject({
  changed: CountSchema,
  /** Not compared: several certificates, none, or a list of a former program. */
  unknown: CountSchema,
  /** The first of the rows that changed, with what their certificate reads now; null: not among the data any more. */
  rows: z
    .array(z.strictObject({ line: z.number().int().positive(), now: StatusSchema.nullable() }))
    .max(MAX_CHANGED),
});
export type BatchAgain = z.infer<typeof BatchAgainSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
} as const;

export const batchRoutes = {
  /** Opens a list: one that was dropped (`drops.piece`), or a file that the person chooses in main's dialog. Null: the dialog was closed. */
  'batch.open': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({
      name: z.string().max(255).optional(),
      file: z.uuid().optional(),
    }),
    output: z.strictObject({ list: OpenListSchema.nullable() }),
  }),
  /** The dry run: what every row of the open list is read as. Nobody is looked up, nothing is kept. */
  'batch.try': route({
    ...common,
    kind: 'query',
    audit: null,
    input: z.strictObject({ mapping: MappingSchema }),
    output: z.strictObject({
      ready: CountSchema,
      faults: z
        .array(
          z.strictObject({
            fault: z.enum(TRIAL_FAULTS),
            count: z.number().int().positive(),
            line: z.number().int().positive(),
          }),
        )
        .max(TRIAL_FAULTS.length),
    }),
  }),
  /** Judges every row of the open list and keeps the result; progress comes as events. CANCELLED leaves nothing. */
  'batch.run': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({ mapping: MappingSchema }),
    output: z.strictObject({ batch: BatchHeadSchema }),
  }),
  /** Ends what runs, and closes the list. */
  'batch.cancel': route({
    ...common,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  'batch.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ batches: z.array(BatchHeadSchema).max(100) }),
  }),
  'batch.rows': route({
    ...common,
    kind: 'query',
    audit: null,
    input: z.strictObject({
      batch: z.uuid(),
      verdicts: z.array(VerdictSchema).max(32).nullable(),
      /** These lines of the list alone. */
      lines: z.array(z.number().int().positive()).max(MAX_CHANGED).optional(),
      offset: CountSchema.max(200_000),
      limit: z.number().int().min(1).max(200),
    }),
    output: z.strictObject({ rows: z.array(BatchRowSchema).max(200), total: CountSchema }),
  }),
  /**
   * Looks the certificates of a batch up again: which rows read otherwise now than when the list was judged. It is a look-up
   * of its people and logged as one.
   */
  'batch.again': route({
    ...common,
    kind: 'query',
    audit: 'batch-looked-again',
    input: z.strictObject({ batch: z.uuid() }),
    output: BatchAgainSchema,
  }),
  /** Takes a batch back: its rows are gone, its audit entries stay. */
  'batch.remove': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({ batch: z.uuid() }),
    output: EmptySchema,
  }),
  /**
   * Writes a workbook into a folder that the person chooses: every row masked, or for the company only how many of
   * its certificates are in force, without persons; signed as a site record is. Null: the dialog was closed.
   */
  'batch.save': route({
    ...common,
    kind: 'command',
    audit: 'batch-saved',
    input: z.strictObject({
      batch: z.uuid(),
      as: z.enum(['rows', 'summary']),
    }),
    output: z.strictObject({ saved: SavedFilesSchema.nullable() }),
  }),
  /** Writes an empty list with the headings that are known. */
  'batch.template': route({
    ...common,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ file: z.string().nullable() }),
  }),
};
