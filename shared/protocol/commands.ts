import { z } from 'zod';
import { ALERT_RULES } from '../domain/alerts/alert';
import { EXPORT_PURPOSES } from '../domain/policy/export-policy';
import { CrossRegionRequestSchema } from './cross-region';
import { LevelSchema } from './emergency-level';
import { ImportSchema } from './imports';
import { SignedIntentSchema } from './intents';
import { HashSchema } from './manifest';
import { DIRECTIVE_KINDS, DIRECTIVE_REFUSALS, SignedStatementSchema } from './signed-statement';
import { ExportIntentSchema } from './ticket';

/**
 * What the commands of the outbox say, by kind: the payload that is sealed to the server. The device makes
 * no other, and the server refuses another as `form`.
 */
const UlidSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const IdSchema = z.number().int().positive();
const Ms = z.number().int().positive();
const DaySchema = z.number().int().min(0).max(60_000);
const NoteSchema = z.string().trim().min(1).max(2_000);
const SUBJECTS = ['certificate', 'person', 'company'] as const;
/** Attachments of a command by the SHA-256 of their bytes; the bytes travel on their own. */
/** Files of evidence that one command may name. */
export const MAX_EVIDENCE_FILES = 10;
const EvidenceSchema = z.array(HashSchema).max(MAX_EVIDENCE_FILES);

/** Payload of `device-act`: what was done to the device itself, and by whose order. */
export const DeviceActSchema = z.strictObject({
  act: z.enum([
    'locked',
    'lease-renewed',
    'wipe-ordered',
    'order-done',
    'order-refused',
    'level-set',
    'level-practised',
  ]),
  /** Of an order: what was ordered (null: it could not be read), and why it was refused. */
  kind: z.enum(DIRECTIVE_KINDS).nullable().optional(),
  refused: z.enum(DIRECTIVE_REFUSALS).optional(),
  /** The directive that ordered it; null for a person's act. */
  directive: z.string().length(26).nullable(),
  /** Badges of those who did it; none for a directive. */
  persons: z.array(z.string().min(1).max(32)).max(2),
  /** Serial of the lease that a file brought. */
  lease: z.string().max(40).optional(),
  /** Of an emergency level: which, by order or by the office head, and whether it was a drill. */
  level: LevelSchema.optional(),
  isDrill: z.boolean().optional(),
  atMs: Ms,
});
export type DeviceAct = z.infer<typeof DeviceActSchema>;

/** A package that left the office. One that was sealed without a ticket that fits it is refused, and noted. */
const ExportRecordSchema = z.strictObject({
  traceId: z.string().min(1).max(80),
  purpose: z.string().max(500),
  /** What was chosen, in words, and who signed; absent in records of programs before this was asked for. */
  scope: z.string().max(1_000).optional(),
  signer: z.string().max(500).nullable().optional(),
  purposeClass: z.enum(EXPORT_PURPOSES).optional(),
  count: z.number().int().nonnegative(),
  outcome: z.enum(['sealed', 'cancelled', 'failed']),
  verificationCode: z.string().max(80).nullable(),
  packageSha256: HashSchema.nullable(),
  atMs: Ms,
  /** As they lie in the package's manifest. */
  intent: ExportIntentSchema.optional(),
  ticket: SignedStatementSchema.optional(),
  /** Hex SHA-256 of the manifest, which the countersignature names. */
  manifestSha256: HashSchema.optional(),
  /** Certificates (DER, base64) of who signed, and of the second person where one signed too. */
  signerCertificate: z.base64().max(24_000).optional(),
  reviewerCertificate: z.base64().max(24_000).optional(),
});

/** A record that somebody printed: so the code on the paper can be looked up. */
const RecordPdfSchema = z.strictObject({
  traceId: z.string().min(1).max(80),
  verificationCode: z.string().max(80),
  certificate: IdSchema,
  atMs: Ms,
});

/** An export that waits for somebody's consent at the centre. */
const ExportRequestSchema = z.strictObject({ request: UlidSchema, intent: ExportIntentSchema });

/**
 * Entries of the device's audit chain, in order and gapless: their headers (canonical JSON) and macs. The
 * contents stay on the device; the headers commit to them.
 */
export const AuditPageSchema = z.strictObject({
  /** Number of the first entry. */
  from: z.number().int().positive(),
  entries: z
    .array(z.strictObject({ header: z.string().min(2).max(2_000), mac: HashSchema }))
    .min(1)
    .max(500),
});
export type AuditPage = z.infer<typeof AuditPageSchema>;

/** A place in an audit chain: number and hash of an entry; 0 and zeros before the first. */
const AuditPlaceSchema = z.strictObject({ seq: z.number().int().nonnegative(), hash: HashSchema });

/**
 * The device's own word that its audit chain does not go on where the centre has it: the journal was restored from a
 * backup or begun anew. Nothing of the log is taken from there on until somebody at the centre accepts it.
 */
export const AuditRenewalSchema = z.strictObject({
  cause: z.enum(['restored', 'renewed', 'unexplained']),
  /** The entry after which the chain is handed in again: one that the centre has, or the beginning of a new chain. */
  begins: AuditPlaceSchema,
  /** The last entry of the chain before, as far as the device knows it. */
  told: AuditPlaceSchema.nullable(),
  /** The last entry of the chain as it is now. */
  head: AuditPlaceSchema,
});
export type AuditRenewal = z.infer<typeof AuditRenewalSchema>;

/** A value that is wrong at its source, with what it should be. `base` of the command names the row's revision. */
const CorrectionSchema = z.strictObject({
  subject: z.enum(SUBJECTS),
  id: IdSchema,
  field: z.string().min(1).max(40),
  proposed: z.string().trim().min(1).max(500),
  note: NoteSchema,
  evidence: EvidenceSchema,
});

/** A check on site of a holder or company against the record. */
const FieldCheckSchema = z.strictObject({
  check: UlidSchema,
  subject: z.enum(SUBJECTS),
  id: IdSchema,
  result: z.enum(['matches', 'differs', 'absent', 'not-carried']),
  note: z.string().max(2_000),
  day: DaySchema,
  evidence: EvidenceSchema,
});

/** A paper that looks forged; `certificate` null when no record of that number is known here. */
const SuspectedFakeSchema = z.strictObject({
  certificate: IdSchema.nullable(),
  holder: z.string().trim().min(1).max(80),
  place: z.string().max(200),
  note: NoteSchema,
  evidence: EvidenceSchema,
});

/**
 * A question that this office's data cannot answer: is a certificate in force anywhere. The answer is the verdict's reason,
 * `lookup:` and what `readLookupAnswer` reads: never a person's data.
 */
const LookupSchema = z.strictObject({
  lookup: UlidSchema,
  name: z.string().max(80).nullable(),
  idNumber: z.string().max(40).nullable(),
  number: z.string().max(80).nullable(),
  /** Of a compact code: the issuing key and its certificate. */
  code: z.strictObject({ kid: z.string().regex(/^[0-9a-f]{16}$/), id: IdSchema }).nullable(),
});

/** The record of a visit: who was checked, what came of it, and until when something is to be put right. */
const SiteRecordSchema = z.strictObject({
  visit: UlidSchema,
  place: z.string().trim().min(1).max(200),
  startedMs: Ms,
  closedMs: Ms,
  people: z
    .array(
      z.strictObject({
        n: IdSchema,
        /** Masked. */
        name: z.string().max(200).nullable(),
        verdict: z.string().min(1).max(40),
        certificates: z.array(IdSchema).max(10),
        dueDay: DaySchema.nullable(),
      }),
    )
    .max(1_000),
});

const ApprovalSchema = z.strictObject({
  request: UlidSchema,
  decision: z.enum(['approved', 'refused']),
  note: z.string().max(2_000),
  /** The approval intent under the person's U-Key: without it nothing is decided. */
  signed: SignedIntentSchema,
});

export const FEEDBACK_TOPICS = ['fault', 'data', 'wish', 'other'] as const;
const FeedbackSchema = z.strictObject({
  topic: z.enum(FEEDBACK_TOPICS),
  text: NoteSchema,
  /** Program and version. */
  program: z.string().max(80),
});

/** Saved things that a user may have at a time. */
export const MAX_SAVED_ITEMS = 500;

/** One of a user's saved things as it is now; the newest that the server takes counts, a deletion too. */
export const SavedItemSchema = z.strictObject({
  item: UlidSchema,
  /** Kinds of newer programs are kept and passed on by older ones. */
  kind: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  title: z.string().max(200),
  /** Canonical JSON of what was saved; empty for a deletion. */
  body: z.string().max(20_000),
  isDeleted: z.boolean(),
});
export type SavedItem = z.infer<typeof SavedItemSchema>;

/**
 * A user's saved items after a rank, as the device opens them (sealed box, canonical JSON): the newest state
 * of each, deletions too. `rank` counts the changes of the user's items in the order the server took them.
 */
export const SavedChangesSchema = z.strictObject({
  changes: z.array(z.strictObject({ rank: IdSchema, item: SavedItemSchema })).max(200),
});
/** Answer of GET saved items; `box` null: nothing is newer. */
export const SavedItemsAnswerSchema = z.strictObject({
  box: z.string().max(6_000_000).nullable(),
  /** The newest rank of all; a device that saw a later one knows that the centre was restored. */
  head: z.number().int().nonnegative().optional(),
});

/** The user agreement, signed by a person with the U-Key. */
const AgreementSchema = z.strictObject({ signed: SignedIntentSchema });

/** The end of the device's audit chain, signed by a person's U-Key. */
const AuditCheckpointSchema = z.strictObject({ signed: SignedIntentSchema });

/** Use of the data that is out of the ordinary, as the device's own log shows it. Counts and times, never what was looked for. */
const AlertSchema = z.strictObject({
  rule: z.enum(ALERT_RULES),
  /** Whose acts they are. */
  about: z.string().min(1).max(40),
  day: DaySchema,
  firstMs: Ms,
  lastMs: Ms,
  count: z.number().nonnegative(),
  limit: z.number().nonnegative(),
  usual: z.number().nonnegative().nullable(),
});

/** The payload of every kind. */
export const COMMAND_PAYLOADS = {
  'export-record': ExportRecordSchema,
  'export-request': ExportRequestSchema,
  'record-pdf': RecordPdfSchema,
  'audit-page': AuditPageSchema,
  'audit-renewal': AuditRenewalSchema,
  correction: CorrectionSchema,
  'field-check': FieldCheckSchema,
  'suspected-fake': SuspectedFakeSchema,
  lookup: LookupSchema,
  'site-record': SiteRecordSchema,
  'cross-region-request': CrossRegionRequestSchema,
  approval: ApprovalSchema,
  feedback: FeedbackSchema,
  'device-act': DeviceActSchema,
  'saved-item': SavedItemSchema,
  agreement: AgreementSchema,
  'audit-checkpoint': AuditCheckpointSchema,
  import: ImportSchema,
  alert: AlertSchema,
} as const;
export type CommandKind = keyof typeof COMMAND_PAYLOADS;
export type CommandPayload<K extends CommandKind> = z.infer<(typeof COMMAND_PAYLOADS)[K]>;

/** Texts of a refused command that its author may write anew; a kind without any can only be sent again as it is. */
export const EDITABLE_FIELDS: { readonly [K in CommandKind]?: readonly string[] } = {
  correction: ['proposed', 'note'],
  'field-check': ['note'],
  'suspected-fake': ['holder', 'place', 'note'],
  'cross-region-request': ['purpose', 'basis'],
  feedback: ['text'],
};

/** Kinds that the program makes by itself: nobody wrote them, so nobody is asked to write them anew. */
export const UNATTENDED_KINDS: ReadonlySet<CommandKind> = new Set<CommandKind>([
  'record-pdf',
  'audit-page',
  'device-act',
  'saved-item',
  'export-record',
  'site-record',
  'agreement',
  'audit-checkpoint',
  'alert',
  // Signed as they are: they are handed in anew, never written anew.
  'import',
  'approval',
]);
