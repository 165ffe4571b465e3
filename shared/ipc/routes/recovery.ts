import { z } from 'zod';
import { EmptySchema } from '../common';
import { route } from '../define';

const count = z.number().int().nonnegative();

const PartSchema = z.strictObject({
  page: count,
  table: z.string().nullable(),
  part: z.enum(['rows', 'index', 'free', 'unknown']),
  after: z.number().int().nullable(),
  until: z.number().int().nullable(),
});

const FileDiagnosisSchema = z.strictObject({
  file: z.enum(['journal.db', 'slice.db']),
  state: z.enum(['intact', 'damaged', 'missing', 'foreign', 'newer']),
  pages: count,
  damagedPages: count,
  parts: z.array(PartSchema).max(200),
  readableRows: z.record(z.string(), count),
  version: count.nullable(),
  isSound: z.boolean().nullable(),
});

/** What is damaged and what is safe; nothing personal. */
export const DiagnosisSchema = z.strictObject({
  journal: FileDiagnosisSchema,
  /** Null for roles that hold no key to certificate data. */
  slice: FileDiagnosisSchema.nullable(),
  content: z
    .strictObject({
      audit: z.strictObject({
        entries: count,
        isIntact: z.boolean(),
        firstFault: count.nullable(),
        head: z.strictObject({ seq: count, hash: z.string() }).nullable(),
      }),
      outbox: z.strictObject({ readable: count, unsent: count }),
      digest: z.string(),
    })
    .nullable(),
  tookMs: z.number(),
});
export type DiagnosisView = z.infer<typeof DiagnosisSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  roles: 'any',
  needs: 'none',
  kind: 'command',
} as const;

/** After the password opened a slot and a file did not open; LOCKED before. */
export const recoveryRoutes = {
  'recovery.diagnose': route({
    ...common,
    audit: null,
    input: EmptySchema,
    output: DiagnosisSchema,
  }),
  /** The damaged slice is set aside as it is; the first load begins anew. */
  'recovery.refetch': route({
    ...common,
    audit: 'recovery',
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Readable rows go into a new slice, the damaged one is set aside; what is missing is fetched after the next unlock. */
  'recovery.mend': route({
    ...common,
    audit: 'recovery',
    input: EmptySchema,
    output: z.strictObject({ rows: count }),
  }),
  /** The damaged journal is salvaged and set aside, a new one begins. */
  'recovery.renew': route({
    ...common,
    audit: 'recovery',
    input: z.strictObject({ isConfirmed: z.literal(true) }),
    output: z.strictObject({ rows: count, damagedPages: count }),
  }),
  /** Damaged files, report and salvaged records into a folder that main asks for; null: not chosen. */
  'recovery.export': route({
    ...common,
    audit: 'recovery',
    input: EmptySchema,
    output: z.strictObject({ folder: z.string().nullable() }),
  }),
  /** Looks again; where nothing is wrong any more the desk goes on. */
  'recovery.retry': route({
    ...common,
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ isResolved: z.boolean() }),
  }),
};
