import { z } from 'zod';
import {
  AGREEMENT_GATES,
  EXPORT_PURPOSES,
  EXPORT_WAYS,
  type ExportPolicy,
} from '../domain/policy/export-policy';
import {
  EXPORT_COLUMNS,
  EXPORT_MASKINGS,
  MAX_EXPORT_ROWS,
  RECORD_PAGES,
  templateFault,
} from '../domain/policy/export-templates';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { BoardStateSchema } from './board-state';
import { HashSchema } from './manifest';
import { SignedStatementSchema } from './signed-statement';
import { VerifyAtSchema } from './verification-code';

/*
 * The second factor of a bulk export, field by field in server/tickets/FORMAT.md. A ticket is a signed statement for
 * one export of one person on one device. It lies in the package's manifest, so that nobody takes a package without
 * one, and the server finds one that was used twice.
 */
const Ms = z.number().int().positive();
const Rows = z.number().int().min(1).max(MAX_EXPORT_ROWS);
const Region = z.string().regex(/^\d{2,6}$/);
const Office = z.string().min(1).max(20);
const Device = z.string().min(1).max(40);
const Person = z.string().min(1).max(40);
const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const Purpose = z.enum(EXPORT_PURPOSES);

/** As sheets, pages and the signing window show it: `ET-XXXX-XXXX`, 40 random bits. */
export const TicketIdSchema = z.string().regex(/^ET(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);

const PermittedFormSchema = z.strictObject({
  id: z.string().min(1).max(32),
  columns: z.array(z.enum(EXPORT_COLUMNS)).min(1).max(EXPORT_COLUMNS.length).readonly(),
  masking: z.enum(EXPORT_MASKINGS),
  records: z.enum(RECORD_PAGES),
  needsRecipient: z.boolean(),
  maxRows: Rows,
});

/** The payload of a ticket. */
export const ExportTicketSchema = z.strictObject({
  type: z.literal('export-ticket'),
  id: TicketIdSchema,
  way: z.enum(EXPORT_WAYS),
  office: Office,
  device: Device,
  userId: Person,
  badge: z.string().min(1).max(32),
  /** Prefixes that every region of the export's scope begins with. */
  regions: z.array(Region).min(1).max(200),
  purposes: z.array(Purpose).min(1).max(EXPORT_PURPOSES.length),
  maxRows: Rows,
  /** Above so many certificates the package carries a second person's signature. */
  reviewOver: z.number().int().nonnegative().nullable(),
  /** Forms that a package of certificates may have; absent in tickets of centres before they said so: any. */
  forms: z.array(PermittedFormSchema).min(1).max(20).optional(),
  /** `intentDigest` of the one export that it was made for; null for a ticket that was issued in advance. */
  intent: HashSchema.nullable(),
  issuedMs: Ms,
  expiresMs: Ms,
});
export type ExportTicket = z.infer<typeof ExportTicketSchema>;

/** A ticket under a code, and what may be known of it without the code. Payload of a signed statement. */
export const SealedTicketSchema = z.strictObject({
  type: z.literal('sealed-ticket'),
  id: TicketIdSchema,
  office: Office,
  device: Device,
  userId: Person,
  purposes: z.array(Purpose).min(1).max(EXPORT_PURPOSES.length),
  maxRows: Rows,
  issuedMs: Ms,
  expiresMs: Ms,
  /** Argon2id (RFC 9106) from the code's 11 characters of secret to 32 bytes. */
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    memoryKiB: z.number().int().min(65_536).max(262_144),
    passes: z.number().int().min(3).max(10),
    lanes: z.literal(1),
    /** 16 bytes, base64. */
    salt: z.string().length(24),
  }),
  /** AES-256-GCM: iv (12) | canonical JSON of the ticket's envelope | tag (16); base64. aad: `ticketAad`. */
  box: z.base64().max(12_000),
});
export type SealedTicket = z.infer<typeof SealedTicketSchema>;

export const ticketAad = (id: string, device: string): string =>
  `fieldcert-ticket-v1|${id}|${device}`;

/** What a person wants to let out, as main computed it. Its digest is what a ticket may be bound to. */
export const ExportIntentSchema = z.strictObject({
  type: z.literal('export-intent'),
  traceId: z.string().min(6).max(48),
  office: Office,
  device: Device,
  userId: Person,
  purposeClass: Purpose,
  purpose: z.string().min(4).max(200),
  /** Template of the policy that the package has; absent in intents of programs before there were any. */
  template: z.string().min(1).max(32).optional(),
  /** Canonical JSON of the filter. */
  filter: z.string().min(2).max(8_000),
  /** The filter in words. */
  scope: z.string().max(1_000),
  /** Region code prefixes that the scope lies in. */
  regions: z.array(Region).min(1).max(200),
  /** A board of the scope, not its certificates; absent: a list. */
  board: BoardStateSchema.optional(),
  /** The grant whose rows go out: those of other regions, none of the office's own. Absent: the office's own. */
  grant: Ulid.optional(),
  /** Certificates of a list, numbers of a board. */
  maxRows: Rows,
});
export type ExportIntent = z.infer<typeof ExportIntentSchema>;

/** The bytes whose SHA-256 a ticket names as `intent`, and that a second person signs. */
export function intentBytes(intent: ExportIntent): Uint8Array {
  return utf8Bytes(`fieldcert-export-intent-v1\n${canonicalJson(intent)}`);
}

/** What the centre said to a request that waited. Payload of a signed statement. */
export const ExportDecisionSchema = z.strictObject({
  type: z.literal('export-decision'),
  request: Ulid,
  office: Office,
  device: Device,
  userId: Person,
  decision: z.enum(['approved', 'refused']),
  /** Who decided. */
  by: z.string().min(1).max(80),
  note: z.string().max(500),
  /** The ticket, for an approval. */
  ticket: SignedStatementSchema.nullable(),
  issuedMs: Ms,
  expiresMs: Ms,
});
export type ExportDecision = z.infer<typeof ExportDecisionSchema>;

const LimitsSchema = z.strictObject({
  maxRows: Rows,
  perDay: z.number().int().min(1).max(10_000_000),
  perMonth: z.number().int().min(1).max(100_000_000),
});

const TemplateSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    names: z.strictObject({
      'zh-CN': z.string().min(1).max(40),
      en: z.string().min(1).max(40),
      ug: z.string().min(1).max(40),
    }),
    columns: z.array(z.enum(EXPORT_COLUMNS)).min(1).max(EXPORT_COLUMNS.length),
    masking: z.enum(EXPORT_MASKINGS),
    hasList: z.boolean(),
    records: z.enum(RECORD_PAGES),
    maxRows: Rows,
    needsRecipient: z.boolean(),
  })
  .refine((template) => templateFault(template) === null);
const haveOwnIds = (templates: readonly { readonly id: string }[]) =>
  new Set(templates.map(({ id }) => id)).size === templates.length;

/** What an office's people may let out. */
export const ExportPolicySchema = z.strictObject({
  limits: z.strictObject({ inspector: LimitsSchema, head: LimitsSchema }),
  reviewOver: z.number().int().nonnegative().max(MAX_EXPORT_ROWS).nullable(),
  ways: z.array(z.enum(EXPORT_WAYS)).min(1).max(EXPORT_WAYS.length),
  purposes: z.array(Purpose).min(1).max(EXPORT_PURPOSES.length),
  /** Absent: the shipped ones. */
  templates: z.array(TemplateSchema).min(1).max(20).refine(haveOwnIds).optional(),
  agreementBefore: z.array(z.enum(AGREEMENT_GATES)).max(AGREEMENT_GATES.length).optional(),
  verifyAt: VerifyAtSchema.optional(),
}) satisfies z.ZodType<ExportPolicy>;

/** Payload of a signed statement. */
export const ExportPolicyStatementSchema = z.strictObject({
  type: z.literal('export-policy'),
  serial: z.string().min(1).max(40),
  office: Office,
  policy: ExportPolicySchema,
  issuedMs: Ms,
  expiresMs: Ms,
});

/** POST: has a code sent to the person's phone for one export. */
export const CHALLENGE_PATH = '/v1/exports/challenge';
export const ChallengeRequestSchema = z.strictObject({ intent: ExportIntentSchema });
export const ChallengeAnswerSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('sent'),
    challenge: Ulid,
    /** The phone, masked. */
    to: z.string().max(40),
    expiresMs: Ms,
    tries: z.number().int().positive(),
  }),
  /** Too many codes; the moment from which the next is sent. */
  z.strictObject({ outcome: z.literal('too-many'), againMs: Ms }),
  /** The server knows no phone of the person, the policy has no such way, or the gateway took nothing. */
  z.strictObject({ outcome: z.enum(['no-phone', 'not-allowed', 'not-sent']) }),
]);

/** POST: the code that came. */
export const ANSWER_PATH = '/v1/exports/answer';
export const CodeRequestSchema = z.strictObject({
  challenge: Ulid,
  code: z.string().regex(/^\d{6}$/),
});
export const CodeAnswerSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('ticket'), ticket: SignedStatementSchema }),
  z.strictObject({ outcome: z.literal('wrong'), triesLeft: z.number().int().nonnegative() }),
  /** Used, expired, of another device, or tried too often. */
  z.strictObject({ outcome: z.literal('ended') }),
]);
