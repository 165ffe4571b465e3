import { z } from 'zod';
import { EXPORT_PURPOSES, EXPORT_WAYS } from '../../domain/policy/export-policy';
import {
  EXPORT_COLUMNS,
  EXPORT_MASKINGS,
  RECORD_PAGES,
} from '../../domain/policy/export-templates';
import { BoardStateSchema } from '../../protocol/board-state';
import { RequestIdSchema } from '../../protocol/cross-region';
import { EmptySchema, FilterSchema, MsSchema, SecretSchema } from '../common';
import { route } from '../define';

const PurposeSchema = z.enum(EXPORT_PURPOSES);
const Request = z.string().length(26);

/** A form that packages may have (shared/domain/policy/export-templates.ts). */
const ShownTemplateSchema = z.strictObject({
  id: z.string(),
  names: z.strictObject({ 'zh-CN': z.string(), en: z.string(), ug: z.string() }),
  columns: z.array(z.enum(EXPORT_COLUMNS)),
  masking: z.enum(EXPORT_MASKINGS),
  hasList: z.boolean(),
  records: z.enum(RECORD_PAGES),
  maxRows: z.number().int(),
  needsRecipient: z.boolean(),
});
export type ShownTemplate = z.infer<typeof ShownTemplateSchema>;

/** What a person asks to let out. */
const wish = {
  filter: FilterSchema,
  purposeClass: PurposeSchema,
  purpose: z.string().min(4).max(200),
  /** Id of a template of the policy; absent: the full list. */
  template: z.string().max(32).optional(),
  /** A board of the scope in place of its certificates. */
  board: BoardStateSchema.optional(),
  /** The grant whose rows go out in place of the office's own. */
  grant: RequestIdSchema.optional(),
};
/** Where the package goes, and for whom it is encrypted (a handle of `exports.choose-recipient`); null: for nobody. */
const going = {
  target: z.enum(['default', 'choose']),
  recipient: z.string().max(64).nullable(),
};
const started = z.strictObject({
  outcome: z.literal('started'),
  jobId: z.string(),
  traceId: z.string(),
});
const wrong = z.strictObject({
  outcome: z.literal('code-wrong'),
  triesLeft: z.number().int().nonnegative(),
});
/** The code was used, has ended or is of another session: a new one is asked for. */
const over = z.strictObject({ outcome: z.literal('code-ended') });

const exporter = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head'],
} as const;

/**
 * The second factor of an export. There is no other way to one: each of the three that begin (start, answer-code,
 * resume) ends in a ticket that main checked itself; a page says what it wants, never that it may.
 */
export const exportFactorRoutes = {
  /** Ways and purposes of the policy, tickets that lie here, requests that wait or were decided. */
  'exports.factors': route({
    ...exporter,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      ways: z.array(z.enum(EXPORT_WAYS)),
      purposes: z.array(PurposeSchema),
      templates: z.array(ShownTemplateSchema).max(20),
      tickets: z
        .array(
          z.strictObject({
            id: z.string(),
            expiresMs: MsSchema,
            maxRows: z.number().int(),
            purposes: z.array(PurposeSchema),
          }),
        )
        .max(60),
      requests: z
        .array(
          z.strictObject({
            request: z.string(),
            askedMs: MsSchema,
            traceId: z.string(),
            scope: z.string(),
            purposeClass: PurposeSchema,
            purpose: z.string(),
            count: z.number().int(),
            /** For whom the package will be encrypted; null: for everybody. */
            recipient: z.string().nullable(),
            /** over: consented to, and not used in time; unheard: no answer was heard for so long that none may come any more. */
            state: z.enum(['waiting', 'approved', 'refused', 'over', 'unheard']),
            by: z.string().nullable(),
            note: z.string().nullable(),
            decidedMs: MsSchema.nullable(),
          }),
        )
        .max(50),
    }),
  }),
  /**
   * With the code of a ticket that lies here. Asks for a folder by dialog (or uses the default folder), collects, opens
   * the signing window, seals.
   */
  'exports.start': route({
    ...exporter,
    kind: 'command',
    audit: 'export',
    input: z.strictObject({
      ...wish,
      ...going,
      ticket: z.string().max(16),
      code: SecretSchema,
    }),
    output: z.discriminatedUnion('outcome', [started, wrong, over]),
  }),
  /** Has the server send a code for exactly this export to the person's phone. */
  'exports.ask-code': route({
    ...exporter,
    kind: 'command',
    audit: 'export-code',
    input: z.strictObject(wish),
    output: z.discriminatedUnion('outcome', [
      z.strictObject({
        outcome: z.literal('sent'),
        challenge: z.string(),
        /** The phone, masked. */
        to: z.string(),
        expiresMs: MsSchema,
        tries: z.number().int(),
      }),
      z.strictObject({ outcome: z.literal('too-many'), againMs: MsSchema }),
      z.strictObject({ outcome: z.enum(['no-phone', 'not-allowed', 'not-sent']) }),
    ]),
  }),
  /** The code that came; begins the export that it was asked for. */
  'exports.answer-code': route({
    ...exporter,
    kind: 'command',
    audit: 'export',
    input: z.strictObject({ challenge: Request, code: SecretSchema, ...going }),
    output: z.discriminatedUnion('outcome', [started, wrong, over]),
  }),
  /** Queues the export for somebody's consent at the centre. */
  'exports.request': route({
    ...exporter,
    kind: 'command',
    audit: 'export-request',
    input: z.strictObject({ ...wish, ...going }),
    output: z.strictObject({ request: z.string() }),
  }),
  /** Goes on with a request that was consented to; scope, purpose, folder and recipient are those of the request. */
  'exports.resume': route({
    ...exporter,
    kind: 'command',
    audit: 'export',
    input: z.strictObject({ request: Request }),
    output: z.discriminatedUnion('outcome', [started, wrong, over]),
  }),
  /** A decided request is not shown any more. */
  'exports.dismiss': route({
    ...exporter,
    kind: 'command',
    audit: 'export-request',
    input: z.strictObject({ request: Request }),
    output: EmptySchema,
  }),
};
