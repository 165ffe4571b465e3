import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const CountSchema = z.number().int().nonnegative();

export const BackupProgressSchema = z.strictObject({
  task: z.enum(['backup', 'verify', 'drill', 'restore']),
  phase: z.enum(['slice', 'journal', 'checking', 'assembling', 'proving']),
  doneBytes: CountSchema,
  /** 0: not known. */
  totalBytes: CountSchema,
  bytesPerSecond: z.number().nonnegative(),
  remainingMs: MsSchema.nullable(),
});
export type BackupProgress = z.infer<typeof BackupProgressSchema>;

/** A finished generation as it lies on the place. */
export const GenerationSchema = z.strictObject({
  generation: z.number().int().positive(),
  kind: z.enum(['full', 'incremental']),
  createdMs: MsSchema,
  bytes: CountSchema,
  rows: CountSchema,
  /** sound: authentic. unproven: made without the key to the slice. The others cannot be used. */
  state: z.enum(['sound', 'unproven', 'no-slice', 'altered', 'other-key', 'newer']),
});
export type Generation = z.infer<typeof GenerationSchema>;

/** What opening a copy proved, kept in the journal. */
export const CopyProofSchema = z.strictObject({
  atMs: MsSchema,
  generation: z.number().int().positive(),
  createdMs: MsSchema,
  chain: z.number().int().positive(),
  pages: CountSchema,
  bytes: CountSchema,
  auditEntries: CountSchema,
  rows: CountSchema,
  isSliceProven: z.boolean(),
  tookMs: MsSchema,
});
export type CopyProof = z.infer<typeof CopyProofSchema>;

export const BackupStatusSchema = z.strictObject({
  /** Name of the chosen folder; null where none is chosen. The path itself never reaches a page. */
  place: z.string().nullable(),
  isPlaceThere: z.boolean(),
  freeBytes: CountSchema.nullable(),
  /** Last good backups: with the slice, verified. */
  lastMs: MsSchema.nullable(),
  lastFullMs: MsSchema.nullable(),
  /** When the next one is due; in the past: at the next chance. */
  nextMs: MsSchema.nullable(),
  nextKind: z.enum(['full', 'incremental']),
  /** The last good backup is older than policy allows. */
  isStale: z.boolean(),
  staleDays: z.number().int().positive(),
  /** Why the last run failed, where none succeeded since. */
  failure: z
    .strictObject({
      atMs: MsSchema,
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
    })
    .nullable(),
  generations: z.array(GenerationSchema).max(500),
  running: BackupProgressSchema.nullable(),
  verified: CopyProofSchema.nullable(),
  drilled: CopyProofSchema.nullable(),
});
export type BackupStatus = z.infer<typeof BackupStatusSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['head', 'system-admin', 'security-admin'],
} as const;

export const backupRoutes = {
  'backup.status': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: BackupStatusSchema,
  }),
  /** Main opens the dialog; false when the person chose nothing. */
  'backup.choose-place': route({
    ...common,
    kind: 'command',
    audit: 'backup-place',
    input: EmptySchema,
    output: z.strictObject({ isChosen: z.boolean() }),
  }),
  /** Starts a run; progress and the end come as events. */
  'backup.start': route({
    ...common,
    kind: 'command',
    audit: 'backup',
    input: z.strictObject({ kind: z.enum(['full', 'incremental']) }),
    output: EmptySchema,
  }),
  /** Puts a generation together and opens it; a drill restores the whole office beside the live one. */
  'backup.verify': route({
    ...common,
    kind: 'command',
    audit: 'backup-verify',
    input: z.strictObject({ generation: z.number().int().positive(), isDrill: z.boolean() }),
    output: EmptySchema,
  }),
  'backup.cancel': route({
    ...common,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
