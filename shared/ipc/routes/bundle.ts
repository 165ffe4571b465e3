import { z } from 'zod';
import { BundleCountsSchema, MAX_BUNDLE_GRANTS } from '../../protocol/bundle';
import { RequestIdSchema } from '../../protocol/cross-region';
import { DIRECTIVE_KINDS } from '../../protocol/signed-statement';
import { DaySchema, EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const CountSchema = z.number().int().nonnegative();

/** What a bundle brings, before anything is applied. */
export const BundlePreviewSchema = z.strictObject({
  handle: z.uuid(),
  /** A first load; a continuation of what is here; a whole in the place of rows that differ; nothing that is not here already. */
  fit: z.enum(['first', 'continues', 'mends', 'applied']),
  issuedMs: MsSchema,
  /** State of this device; null without data. */
  haveMs: MsSchema.nullable(),
  bytes: CountSchema,
  volumes: z.number().int().positive(),
  /** Rows of a first load; 0 otherwise. */
  rows: CountSchema,
  counts: BundleCountsSchema,
  /** Change numbers: the bundle's, and this device's (null without data). */
  from: CountSchema,
  to: CountSchema,
  have: CountSchema.nullable(),
  directives: z
    .array(
      z.strictObject({
        kind: z.enum(DIRECTIVE_KINDS),
        reason: z.string().max(300),
        issuedMs: MsSchema,
      }),
    )
    .max(50),
  /** End of the lease that it brings; null where it brings none that is newer. */
  leaseUntilMs: MsSchema.nullable(),
  /** Verdicts on what this device sent. */
  verdicts: CountSchema,
  /** Photos, scans and e-certificates. */
  pictures: CountSchema,
  pictureBytes: CountSchema,
  /** Day of the national status filter that it brings; null where it brings none that is newer. */
  nationalDay: DaySchema.nullable(),
  /** What it says of requests to other regions and brings of grants; null where it says nothing. */
  otherRegions: z
    .strictObject({
      /** More is known here: all of it is left out. */
      isOlder: z.boolean(),
      /** When the centre looked. */
      atMs: MsSchema,
      /** Requests that it tells of. */
      requests: CountSchema,
      /** Grants that last here and that it takes back. */
      ended: CountSchema,
      /** Grants whose rows it brings. */
      grants: z
        .array(
          z.strictObject({
            request: RequestIdSchema,
            regions: z.array(z.string().max(6)).max(20),
            rows: CountSchema,
            untilMs: MsSchema,
            /** To the person at the desk: nobody else loads them. */
            isOwn: z.boolean(),
            isHere: z.boolean(),
          }),
        )
        .max(MAX_BUNDLE_GRANTS),
    })
    .nullable(),
});
export type BundlePreview = z.infer<typeof BundlePreviewSchema>;

/** What an outgoing bundle would hold. */
export const OutgoingPreviewSchema = z.strictObject({
  commands: CountSchema,
  receipts: CountSchema,
  failures: CountSchema,
  /** Photos and documents of reports that the centre does not have yet. */
  evidence: CountSchema,
  evidenceBytes: CountSchema,
  /** Pictures that this device asks for. */
  pictures: CountSchema,
  /** The data here differ from what was signed: the centre is asked for a whole bundle. */
  needsWhole: z.boolean(),
  /** When the last one was written; null before the first. */
  lastMs: MsSchema.nullable(),
});
export type OutgoingPreview = z.infer<typeof OutgoingPreviewSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
const reading = ['inspector', 'head', 'approver'] as const;
const sending = ['inspector', 'head', 'approver', 'system-admin', 'security-admin'] as const;

export const bundleRoutes = {
  /** Main opens the dialog and checks every file of the bundle; progress comes as events. */
  'bundle.choose': route({
    ...common,
    kind: 'command',
    roles: reading,
    audit: 'bundle-checked',
    input: EmptySchema,
    output: z.strictObject({ preview: BundlePreviewSchema.nullable() }),
  }),
  /** Applies a checked bundle to its end; its steps come as events of synchronisation. */
  'bundle.apply': route({
    ...common,
    kind: 'command',
    roles: reading,
    audit: 'bundle-imported',
    input: z.strictObject({ handle: z.uuid() }),
    output: z.strictObject({
      outcome: z.enum(['applied', 'cancelled', 'locked']),
      /** Rows that were written. */
      rows: CountSchema,
      asOfMs: MsSchema.nullable(),
      /** Pictures that were kept, and those for which there was no room. */
      pictures: CountSchema,
      picturesLeft: CountSchema,
      /** Grants whose rows were loaded. */
      grants: CountSchema,
    }),
  }),
  /** Ends checking or applying; what was applied stays and the next import goes on. */
  'bundle.cancel': route({
    ...common,
    kind: 'command',
    roles: reading,
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  'bundle.outgoing': route({
    ...common,
    kind: 'query',
    roles: sending,
    audit: null,
    input: EmptySchema,
    output: OutgoingPreviewSchema,
  }),
  /** Main asks for the folder; answers when every byte is on the medium. `files` null: the person cancelled. */
  'bundle.export': route({
    ...common,
    kind: 'command',
    roles: sending,
    audit: 'bundle-exported',
    input: EmptySchema,
    output: z.strictObject({
      files: z.array(z.string().max(120)).nullable(),
      commands: CountSchema,
      evidence: CountSchema,
      bytes: CountSchema,
    }),
  }),
};
