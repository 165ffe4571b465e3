import { z } from 'zod';
import { EmptySchema, MsSchema, SecretSchema } from '../common';
import { route } from '../define';
import { PinnedKeySchema } from './tokens';

const CountSchema = z.number().int().nonnegative();
const IdSchema = z.uuid();

/** A backup that was found in a chosen place, before any key vouches for it. */
export const BackupChoiceSchema = z.strictObject({
  /** Stands for the folder, which no page knows. */
  id: IdSchema,
  generation: z.number().int().positive(),
  kind: z.enum(['full', 'incremental']),
  createdMs: MsSchema,
  bytes: CountSchema,
  rows: CountSchema,
  office: z.string(),
  device: z.string(),
  /** Code of the error that opening it would meet; null where nothing speaks against it. */
  fault: z.string().nullable(),
  faultParams: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type BackupChoice = z.infer<typeof BackupChoiceSchema>;

/** What lies in the present office's folder beside what the backup has. */
export const PresentDataSchema = z.strictObject({
  journal: z.enum(['missing', 'healthy', 'damaged', 'other-key']),
  /** It goes on where the backup's ends: `newer` entries are in it alone. */
  isContinuation: z.boolean(),
  newer: CountSchema,
  lastMs: MsSchema.nullable(),
  unsent: CountSchema,
});
export type PresentData = z.infer<typeof PresentDataSchema>;

export const RestoreOutcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('opened'),
    createdMs: MsSchema,
    /** Null where there is no office on this device. */
    present: PresentDataSchema.nullable(),
  }),
  z.strictObject({ outcome: z.literal('wrong'), triesLeft: z.number().int() }),
  z.strictObject({ outcome: z.literal('wait'), untilMs: MsSchema }),
  z.strictObject({ outcome: z.literal('administrator-needed') }),
  z.strictObject({ outcome: z.literal('token-needed') }),
  /** The U-Key did not open its part; a wrong PIN counts at the key, not here. */
  z.strictObject({
    outcome: z.literal('token-failed'),
    code: z.string(),
    triesLeft: z.number().int().nullable(),
  }),
  /** `group`: number of the mistyped group; null when characters are missing or too many. */
  z.strictObject({
    outcome: z.literal('part-wrong'),
    part: z.enum(['a', 'b']),
    group: z.number().int().nullable(),
  }),
  z.strictObject({ outcome: z.literal('wrong-parts') }),
  z.strictObject({ outcome: z.literal('no-recovery-key') }),
]);
export type RestoreOutcome = z.infer<typeof RestoreOutcomeSchema>;

export const RestoredSchema = z.strictObject({
  rows: CountSchema,
  auditEntries: CountSchema,
  isSliceProven: z.boolean(),
  tookMs: MsSchema,
  /** Name of the folder in which the former office is kept; null where there was none. */
  formerFolder: z.string().nullable(),
});
export type Restored = z.infer<typeof RestoredSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'none',
  roles: 'any',
  kind: 'command',
  audit: null,
} as const;

/** Restoring works while locked, and without an office: the backup's own keys decide who may. */
export const restoreRoutes = {
  /** Main opens the dialog; null when the person chose nothing. */
  'restore.choose': route({
    ...common,
    input: EmptySchema,
    output: z.strictObject({ choices: z.array(BackupChoiceSchema).max(500).nullable() }),
  }),
  /** Who can open a backup. */
  'restore.pick': route({
    ...common,
    input: z.strictObject({ id: IdSchema }),
    output: z.strictObject({
      people: z.array(
        z.strictObject({
          badge: z.string(),
          name: z.string(),
          /** The U-Key that the slot had at the time. */
          token: z.strictObject({ serialTail: z.string(), keyRef: z.string() }).nullable(),
        }),
      ),
      /** `not-yet`: made when the backup was, its parts not handed out by then; those who got them later open it. */
      recoveryKey: z.enum(['in-hand', 'not-yet', 'none']),
    }),
  }),
  /** Opens a backup by a person's password at the time and the U-Key of then; says what the present data have that it has not. */
  'restore.open': route({
    ...common,
    input: z.strictObject({
      id: IdSchema,
      badge: z.string().min(1).max(32),
      password: SecretSchema,
      /** Of the U-Key, where the person's slot had one. */
      pin: SecretSchema.optional(),
    }),
    output: RestoreOutcomeSchema,
  }),
  /** Opens a backup by both parts of its recovery key, also on another machine, where the person gets a new password. */
  'restore.open-by-key': route({
    ...common,
    input: z.strictObject({
      id: IdSchema,
      a: SecretSchema,
      b: SecretSchema,
      badge: z.string().min(1).max(32),
      password: SecretSchema,
      /** A U-Key that the new way in is bound to; without it ENROL_TOKEN_NEEDED where the policy asks for one. */
      token: PinnedKeySchema.optional(),
    }),
    output: RestoreOutcomeSchema,
  }),
  /** Restores what was opened; the audit entry is in the restored journal before it becomes the office's. */
  'restore.start': route({
    ...common,
    audit: 'restore',
    input: z.strictObject({ keepsJournal: z.boolean() }),
    output: RestoredSchema,
  }),
  'restore.cancel': route({ ...common, input: EmptySchema, output: EmptySchema }),
};
