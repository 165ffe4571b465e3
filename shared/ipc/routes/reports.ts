import { z } from 'zod';
import { EmptySchema, IdSchema, MsSchema, SavedFilesSchema } from '../common';
import { route } from '../define';
import { VisitReasonSchema, VisitSelectionSchema } from './visits';

const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const Note = z.string().trim().max(2_000);
const Handles = z.array(z.string().max(40)).max(10);

/** Fields of a certificate's record that a correction may be about. */
export const CORRECTION_FIELDS = [
  'name',
  'sex',
  'idNumber',
  'number',
  'company',
  'validFrom',
  'validTo',
  'reviewDue',
  'status',
  'photo',
  'other',
] as const;

export const ReportSchema = z.strictObject({
  key: Ulid,
  kind: z.enum(['field-check', 'correction', 'suspected-fake']),
  atMs: MsSchema,
  /** Masked: whom or what it is about. */
  title: z.string().max(200),
  certificate: IdSchema.nullable(),
  files: z.number().int().nonnegative(),
  /** `accepted`: taken, or a person at the centre accepted it. */
  state: z.enum(['waiting', 'under-review', 'accepted', 'rejected']),
  /** Of a rejection: a word of the centre, or what a person there wrote. */
  reason: z.string().max(300).nullable(),
});
export type ReportView = z.infer<typeof ReportSchema>;

export const FollowUpSchema = z.strictObject({
  id: Ulid,
  certificate: IdSchema.nullable(),
  title: z.string().max(200),
  note: z.string().max(500),
  addedMs: MsSchema,
  doneMs: MsSchema.nullable(),
  /** The employer's name, and of an entry that came with a selection why. */
  company: z.string().max(256).nullable().optional(),
  reason: VisitReasonSchema.optional(),
});
export type FollowUp = z.infer<typeof FollowUpSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
} as const;
const Title = z.string().trim().min(1).max(200);
const Left = z.number().int().nonnegative();
const FollowUps = z.strictObject({ items: z.array(FollowUpSchema).max(500) });

export const reportRoutes = {
  /** What was found on site about a certificate. The log's entry comes with the command. */
  'reports.field-check': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({
      certificate: IdSchema,
      title: Title,
      result: z.enum(['matches', 'differs', 'absent', 'not-carried']),
      note: Note,
      handles: Handles,
    }),
    output: EmptySchema,
  }),
  /** A value of the record that is wrong at its source. */
  'reports.correction': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({
      certificate: IdSchema,
      title: Title,
      /** The revision that the person saw. */
      rev: z.number().int().positive(),
      field: z.enum(CORRECTION_FIELDS),
      proposed: z.string().trim().min(1).max(500),
      note: Note.min(1),
      handles: Handles,
    }),
    output: EmptySchema,
  }),
  /** A paper that looks forged; no certificate where none of its number is known here. */
  'reports.fake': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({
      certificate: IdSchema.nullable(),
      holder: z.string().trim().min(1).max(80),
      place: z.string().trim().max(200),
      note: Note.min(1),
      handles: Handles,
    }),
    output: EmptySchema,
  }),
  /** What this person reported, newest first, with what became of it. */
  'reports.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ reports: z.array(ReportSchema).max(150) }),
  }),
  'followups.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: FollowUps,
  }),
  /** Adds an entry, open ones on top. SITE_FULL. */
  'followups.add': route({
    ...common,
    kind: 'command',
    audit: 'follow-up',
    input: z.strictObject({
      certificate: IdSchema.nullable(),
      title: Title,
      note: z.string().trim().max(500),
      /** Whose sheet it stands on; a certificate's employer. */
      company: z.string().max(256).nullable().optional(),
    }),
    output: FollowUps,
  }),
  /**
   * Adds what a selection holds, at most 500 of it, each with its reason; says what was left out and why: on the list
   * already, no room on the list, more than 500, rows that are about no certificate here or fit several. Nothing of a batch that is
   * gone.
   */
  'followups.add-selection': route({
    ...common,
    kind: 'command',
    audit: 'follow-up',
    input: z.strictObject({ selection: VisitSelectionSchema }),
    output: FollowUps.extend({
      total: Left,
      added: Left,
      left: z.strictObject({
        already: Left,
        full: Left,
        beyond: Left,
        without: Left,
        several: Left,
      }),
    }),
  }),
  /** Ticks an entry off, or opens it again. SITE_GONE. */
  'followups.tick': route({
    ...common,
    kind: 'command',
    audit: 'follow-up',
    input: z.strictObject({ id: Ulid, isDone: z.boolean() }),
    output: FollowUps,
  }),
  /**
   * What is open on the list as a PDF for the visit, a sheet a company with columns to tick; main asks where. Logged before
   * it is written. INPUT_INVALID where nothing is open.
   */
  'followups.pdf': route({
    ...common,
    kind: 'command',
    audit: 'follow-up-pdf',
    input: EmptySchema,
    output: z.discriminatedUnion('outcome', [
      z.strictObject({
        outcome: z.literal('saved'),
        traceId: z.string(),
        sheets: z.number().int(),
      }),
      z.strictObject({ outcome: z.literal('cancelled') }),
    ]),
  }),
  /**
   * Writes the whole list, each entry with its reason and what was ticked off, as a document and a workbook, signed by the
   * person's U-Key in the signing window, by the device where no usable key is at hand. Null: the dialog was closed.
   * INPUT_INVALID for an empty list.
   */
  'followups.save': route({
    ...common,
    kind: 'command',
    audit: 'visits-saved',
    input: EmptySchema,
    output: z.strictObject({ saved: SavedFilesSchema.nullable() }),
  }),
  'followups.remove': route({
    ...common,
    kind: 'command',
    audit: 'follow-up',
    input: z.strictObject({ id: Ulid }),
    output: FollowUps,
  }),
};
