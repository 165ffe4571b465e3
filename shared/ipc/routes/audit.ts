import { z } from 'zod';
import { ACT_GROUPS } from '../../domain/audit/acts';
import {
  AUDIT_EXPORTERS,
  AUDIT_READERS,
  OPEN_FIELDS,
  RECORD_FIELDS,
} from '../../domain/audit/content';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const SeqSchema = z.number().int().nonnegative();
const UserSchema = z.string().max(40);

export const AuditFilterSchema = z.strictObject({
  /** UTC ms, inclusive and exclusive. */
  fromMs: MsSchema.optional(),
  untilMs: MsSchema.optional(),
  actor: UserSchema.optional(),
  group: z.enum(ACT_GROUPS).optional(),
  device: z.enum(['own', 'other']).optional(),
});

const EntrySchema = z.strictObject({
  seq: SeqSchema,
  atMs: MsSchema,
  actor: UserSchema,
  /** Null: nobody of this office, or the program itself. */
  name: z.string().nullable(),
  kind: z.string(),
  device: z.string(),
  fields: z.array(
    z.strictObject({ name: z.enum([...OPEN_FIELDS, ...RECORD_FIELDS]), value: z.string() }),
  ),
  state: z.enum(['open', 'withheld', 'purged']),
});
export type AuditEntryView = z.infer<typeof EntrySchema>;

const PlaceSchema = z
  .strictObject({
    seq: SeqSchema,
    atMs: MsSchema,
    actor: UserSchema,
    name: z.string().nullable(),
    kind: z.string(),
  })
  .nullable();

export const AuditVerdictSchema = z.strictObject({
  atMs: MsSchema,
  /** Entries that hold together from the first on. */
  entries: SeqSchema,
  /** Hash of the last of them. */
  head: z.string(),
  /** With the first key of the log, which the auditor alone holds: also entries written anew as a whole are found. */
  isKeyed: z.boolean(),
  /** Ends that a U-Key signed and whose signatures hold. */
  signatures: SeqSchema,
  /** Null: nothing was found. */
  broken: z
    .strictObject({
      fault: z.enum([
        'header',
        'gap',
        'link',
        'hash',
        'payload',
        'mac',
        'truncated',
        'columns',
        'signed',
        'signature',
        'handed-in',
      ]),
      seq: SeqSchema,
      before: PlaceSchema,
      at: PlaceSchema,
    })
    .nullable(),
});
export type AuditVerdict = z.infer<typeof AuditVerdictSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
export const auditRoutes = {
  /** Who is in the log's filter, and what the last verification of this session said. */
  'audit.state': route({
    ...common,
    kind: 'query',
    roles: AUDIT_READERS,
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      people: z.array(z.strictObject({ userId: UserSchema, badge: z.string(), name: z.string() })),
      device: z.string(),
      verdict: AuditVerdictSchema.nullable(),
      isVerifying: z.boolean(),
      mayExport: z.boolean(),
    }),
  }),
  /** Newest first. `next`: ask again from there; null at the beginning of the log. */
  'audit.entries': route({
    ...common,
    kind: 'query',
    roles: AUDIT_READERS,
    audit: 'audit-viewed',
    input: z.strictObject({ before: SeqSchema.nullable(), filter: AuditFilterSchema }),
    output: z.strictObject({ entries: z.array(EntrySchema), next: SeqSchema.nullable() }),
  }),
  /** Verifies the whole log; progress comes as events. BUSY while it runs, CANCELLED. */
  'audit.verify': route({
    ...common,
    kind: 'command',
    roles: AUDIT_READERS,
    audit: 'audit-verified',
    input: EmptySchema,
    output: AuditVerdictSchema,
  }),
  'audit.cancel': route({
    ...common,
    kind: 'command',
    roles: AUDIT_READERS,
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Writes the log to a folder that the person chooses, its end signed by the U-Key. Null: no folder was chosen. */
  'audit.export': route({
    ...common,
    kind: 'command',
    roles: AUDIT_EXPORTERS,
    audit: 'audit-exported',
    input: EmptySchema,
    output: z.strictObject({
      // The folder by its own name: the page says where the file lies, and learns no path.
      file: z.strictObject({ folder: z.string(), name: z.string(), entries: SeqSchema }).nullable(),
    }),
  }),
};
