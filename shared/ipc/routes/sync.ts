import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

export const SyncPhaseSchema = z.enum([
  'connecting',
  'manifest',
  'segments',
  'indexing',
  'verifying',
  'changes',
  'late',
  'done',
]);
export const SyncProgressSchema = z.strictObject({
  runId: z.string(),
  phase: SyncPhaseSchema,
  isFirst: z.boolean(),
  /** Rows done and to do; total 0 when not known yet. */
  doneRows: z.number().int().nonnegative(),
  totalRows: z.number().int().nonnegative(),
  /** Of the objects and pages that came. */
  bytes: z.number().int().nonnegative(),
  /** What the line carried both ways since the run began, without what TLS adds; of a stick, the objects' bytes. */
  carriedBytes: z.number().int().nonnegative(),
  totalBytes: z.number().int().nonnegative(),
  rowsPerSecond: z.number().nonnegative(),
  remainingMs: MsSchema.nullable(),
});
export type SyncProgress = z.infer<typeof SyncProgressSchema>;

export const SyncRunSchema = z.strictObject({
  runId: z.string(),
  startedMs: MsSchema,
  endedMs: MsSchema,
  outcome: z.enum(['done', 'failed', 'cancelled']),
  isFirst: z.boolean(),
  rows: z.number().int().nonnegative(),
  /** As `carriedBytes`. */
  bytes: z.number().int().nonnegative(),
  /** ErrorCode when failed. */
  error: z.string().nullable(),
  /** A stick brought it. */
  isStick: z.boolean(),
});

export const SyncStatusSchema = z.strictObject({
  connection: z.enum(['online', 'offline', 'unknown']),
  hasSlice: z.boolean(),
  /** 数据截至: the time that the server signed the newest applied checkpoint, null before the first. */
  asOfMs: MsSchema.nullable(),
  isStale: z.boolean(),
  /** Days without a fresh proof after which the data count as stale (rule pack). */
  freshnessDays: z.number().int().positive(),
  isPaused: z.boolean(),
  isMetered: z.boolean(),
  /** Why the server cannot be reached from here: an ErrorCode; null while it can or nobody tried. */
  obstacle: z.string().nullable(),
  /** On a metered line: what is wanted and was not fetched without a person's consent. */
  awaiting: z
    .strictObject({ rows: z.number().int().nonnegative(), bytes: z.number().int().nonnegative() })
    .nullable(),
  /** Emergency reader: later changes, received before, could not be read; all data end at `asOfMs`. */
  isCut: z.boolean(),
  proof: z.strictObject({
    state: z.enum(['proven', 'differs', 'unproven']),
    /**
     * Why it is unproven: not all has come yet; the server's signature of the state is not here; what lies in its place
     * is not the server's or is of another state; a newer state was here before; the server signed no names of issuers and
     * training bodies, or none of its lists has come yet. Differs: those names, or where certificates went, alone are not the server's.
     */
    why: z
      .enum([
        'incomplete',
        'unsigned',
        'altered',
        'older',
        'names-unproven',
        'names-differ',
        'moves-differ',
      ])
      .nullable(),
    /** Names of issuers and training bodies beside what the server signed of them. */
    names: z.enum(['equal', 'differ', 'unproven']),
    /** What is said of where certificates went that are not here any more, likewise. Unproven, it takes no proof from the rows. */
    moves: z.enum(['equal', 'differ', 'unproven']),
    /** Proven: when the server signed the state that the slice equals. */
    atMs: MsSchema.nullable(),
    /** When the rows were last compared here; null: not since this state came. */
    checkedMs: MsSchema.nullable(),
    /** Differing buckets, when it differs. */
    buckets: z.number().int().nonnegative(),
    root: z.string().nullable(),
  }),
  counts: z.record(z.string(), z.number().int().nonnegative()),
  pending: z.number().int().nonnegative(),
  rejected: z.number().int().nonnegative(),
  running: SyncProgressSchema.nullable(),
  runs: z.array(SyncRunSchema).max(50),
  server: z.string().nullable(),
  leaseUntilMs: MsSchema.nullable(),
});
export type SyncStatus = z.infer<typeof SyncStatusSchema>;

const common = { window: 'main', transport: 'ipc', roles: 'any' } as const;
export const syncRoutes = {
  'sync.status': route({
    ...common,
    kind: 'query',
    needs: 'unlocked',
    audit: null,
    input: EmptySchema,
    output: SyncStatusSchema,
  }),
  /** Starts a run (or joins the running one); progress and the end come as events. */
  'sync.start': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    audit: 'sync',
    /** `isWhole`: on a metered line too, everything that is missing. */
    input: z.strictObject({ isWhole: z.boolean().optional() }),
    output: z.strictObject({ runId: z.string() }),
  }),
  'sync.cancel': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Recomputes the set digest from the stored columns and compares it with the last signed checkpoint. */
  'sync.verify': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    audit: 'verify-slice',
    input: EmptySchema,
    output: SyncStatusSchema.shape.proof,
  }),
};
