import { z } from 'zod';
import { IMPORT_FAULTS } from '../../domain/imports/read-import-row';
import { IMPORT_LISTS, IMPORT_VERDICTS, MAX_IMPORT_ROWS } from '../../domain/imports/rows';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const CountSchema = z.number().int().nonnegative();
const ListSchema = z.enum(IMPORT_LISTS);
const IdSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

/** A list after its dry run: what would be handed in, and which rows would not. Names are masked. */
const ImportReviewSchema = z.strictObject({
  file: z.string(),
  list: ListSchema,
  rows: CountSchema,
  faults: z
    .array(
      z.strictObject({
        line: z.number().int().positive(),
        name: z.string(),
        fault: z.enum(IMPORT_FAULTS),
      }),
    )
    .max(MAX_IMPORT_ROWS),
  /** Sheets behind the first that are not empty, and are not handed in. */
  otherSheets: CountSchema,
});
export type ImportReview = z.infer<typeof ImportReviewSchema>;

const ImportHeadSchema = z.strictObject({
  id: IdSchema,
  atMs: MsSchema,
  /** Null where the journal was restored from before it. */
  about: z
    .strictObject({ file: z.string(), list: ListSchema, rows: CountSchema, leftOut: CountSchema })
    .nullable(),
  state: z.enum(['waiting', 'judged', 'returned', 'under-review']),
  /** A word of the centre (`outbox.reason-…`) where it took nothing. */
  reason: z.string().nullable(),
  /** What the persons said who accepted a list whose signature came late. */
  words: z.string().nullable(),
  counts: z.partialRecord(z.enum(IMPORT_VERDICTS), CountSchema),
});
export type ImportHead = z.infer<typeof ImportHeadSchema>;

const ImportRowSchema = z.strictObject({
  line: z.number().int().positive(),
  name: z.string(),
  /** Null: not judged yet, or a verdict of a newer centre. */
  verdict: z.enum(IMPORT_VERDICTS).nullable(),
});
export type ImportRowView = z.infer<typeof ImportRowSchema>;

/** The office's head alone hands lists in. */
const common = { window: 'main', transport: 'ipc', needs: 'unlocked', roles: ['head'] } as const;

export const importRoutes = {
  /** Reads a list and tries it: one that was dropped (`drops.piece`), or a file chosen in main's dialog. Null: the dialog was closed. */
  'imports.open': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({
      list: ListSchema,
      name: z.string().max(255).optional(),
      file: z.uuid().optional(),
    }),
    output: z.strictObject({ review: ImportReviewSchema.nullable() }),
  }),
  /** Puts the list that was tried away. */
  'imports.close': route({
    ...common,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Opens the signing window on the list that was tried; answers when it is signed and queued. CANCELLED where not. */
  'imports.sign': route({
    ...common,
    kind: 'command',
    audit: 'import-signed',
    input: EmptySchema,
    output: z.strictObject({ id: IdSchema }),
  }),
  /** What this person handed in, newest first. */
  'imports.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ imports: z.array(ImportHeadSchema).max(50) }),
  }),
  /** The rows of one, with what the centre said of each. IMPORT_GONE. */
  'imports.rows': route({
    ...common,
    kind: 'query',
    audit: null,
    input: z.strictObject({ id: IdSchema }),
    output: z.strictObject({ rows: z.array(ImportRowSchema).max(MAX_IMPORT_ROWS) }),
  }),
  /** Writes an empty list with its headings into a folder that the person chooses. Null: the dialog was closed. */
  'imports.template': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({ list: ListSchema }),
    output: z.strictObject({ file: z.string().nullable() }),
  }),
};
