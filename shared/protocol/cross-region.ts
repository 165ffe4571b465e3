import { z } from 'zod';
import { GRANT_FIELDS, KIND_CODES } from '../domain/cross-region/scope';
import { CheckpointSchema, ReferencePackSchema, SegmentRefSchema } from './manifest';
import { GrantMarksSchema } from './marks';
import { SignedStatementSchema } from './signed-statement';

/*
 * Requests to see certificates of other regions, their way through the own head and a superior authority, and what a
 * grant brings. Asked and decided through the outbox; the standing comes back sealed to the device.
 */
const Ms = z.number().int().positive();
export const RequestIdSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

/** As `GrantScope`. */
export const GrantScopeSchema = z.strictObject({
  regions: z
    .array(
      z
        .string()
        .regex(/^[1-9]\d{3,5}$/)
        .refine(({ length }) => length !== 5),
    )
    .min(1)
    .max(20),
  kinds: z
    .array(
      z
        .number()
        .int()
        .refine((code) => KIND_CODES.includes(code)),
    )
    .max(8),
  people: z.array(z.string().regex(/^[0-9A-Za-z]{6,20}$/)).max(50),
  days: z.number().int().min(1).max(365),
  fields: z.array(z.enum(GRANT_FIELDS)).max(GRANT_FIELDS.length),
  mayExport: z.boolean(),
});

/** Nothing that grows in JSON beyond the bound of the kept text: no control characters but ends of lines and tabs, no half pairs. */
const plainText = /^(?:[\n\r\t]|[^\p{Cc}\p{Cs}])*$/u;

/** Payload of `cross-region-request`. */
export const CrossRegionRequestSchema = z.strictObject({
  request: RequestIdSchema,
  purpose: z.string().trim().min(1).max(2_000).regex(plainText),
  /** The document that it rests on. */
  basis: z.string().trim().min(1).max(200).regex(plainText),
  scope: GrantScopeSchema,
});

/** A request as the centre keeps it and as everybody signs it: what was asked, by whom, when it came. */
export const AskedSchema = CrossRegionRequestSchema.extend({
  office: z.string().min(1).max(20),
  officeName: z.string().min(1).max(80),
  /** Of the office. */
  region: z.string().regex(/^\d{2,6}$/),
  userId: z.string().min(1).max(40),
  badge: z.string().min(1).max(32),
  name: z.string().min(1).max(80),
  askedMs: Ms,
});
export type Asked = z.infer<typeof AskedSchema>;

export const REQUEST_STATES = ['asked', 'endorsed', 'granted', 'refused', 'ended'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** Statement: what an office's person may see of other regions on one device, and until when. */
export const GrantSchema = z.strictObject({
  type: z.literal('cross-region-grant'),
  /** That of the request. */
  grant: RequestIdSchema,
  office: z.string().min(1).max(20),
  device: z.string().min(1).max(40),
  userId: z.string().min(1).max(40),
  scope: GrantScopeSchema,
  purpose: z.string().max(2_000),
  basis: z.string().max(200),
  /** Who agreed, as the paper names them. */
  approvers: z.array(z.string().min(1).max(120)).min(1).max(4),
  issuedMs: Ms,
  expiresMs: Ms,
});
export type Grant = z.infer<typeof GrantSchema>;

/** Statement: a grant was taken back. It has no end. */
export const GrantEndSchema = z.strictObject({
  type: z.literal('cross-region-end'),
  grant: RequestIdSchema,
  device: z.string().min(1).max(40),
  reason: z.string().max(2_000),
  issuedMs: Ms,
});

/** Statement: the objects that make up a grant's rows, and the state that they come to. */
export const GrantContentSchema = z.strictObject({
  type: z.literal('cross-region-content'),
  grant: RequestIdSchema,
  device: z.string().min(1).max(40),
  base: CheckpointSchema,
  segments: z.array(SegmentRefSchema).max(20_000),
  reference: ReferencePackSchema,
  issuedMs: Ms,
  expiresMs: Ms,
});
export type GrantContent = z.infer<typeof GrantContentSchema>;

/** One step that a person signed. */
export const StepSchema = z.strictObject({
  kind: z.enum(['endorse', 'approve', 'revoke']),
  decision: z.enum(['approved', 'refused']),
  name: z.string().max(120),
  office: z.string().max(80),
  note: z.string().max(2_000),
  atMs: Ms,
});

/** A request as a device of the asking or deciding office sees it. */
/** Characters of a kept request. */
export const LONGEST_ASKED = 12_000;

export const StandingSchema = z.strictObject({
  /** Canonical JSON of `Asked`: the text whose SHA-256 is signed. */
  asked: z.string().min(2).max(LONGEST_ASKED),
  state: z.enum(REQUEST_STATES),
  /** Which role of this office has to decide now; null: none. */
  todo: z.enum(['endorse', 'approve']).nullable(),
  steps: z.array(StepSchema).max(10),
  /** What the steps so far leave of what was asked. */
  scope: GrantScopeSchema,
  /** How many approvers have to agree. */
  needed: z.number().int().min(1).max(4),
  /** For who decides: certificates that it would open, and the asker's requests before. */
  reach: z.number().int().nonnegative().nullable(),
  before: z
    .strictObject({
      asked: z.number().int().nonnegative(),
      granted: z.number().int().nonnegative(),
      refused: z.number().int().nonnegative(),
    })
    .nullable(),
  /** Of grants to this device: the statement, and the one that ended it. */
  grant: SignedStatementSchema.nullable(),
  end: SignedStatementSchema.nullable(),
  /** Of a grant to this device that lasts: what is under verification among its rows now. Told to devices that say they read it. */
  marks: GrantMarksSchema.optional(),
});
export type Standing = z.infer<typeof StandingSchema>;

/** What is in the box of the answer. */
export const StandingsSchema = z.strictObject({
  requests: z.array(StandingSchema).max(2_000),
});

/**
 * What is in the box of a grant's content: three keys of 32 bytes (digest tag, transport public, transport private), then
 * the signed content as JSON. The keys are never text: text stays in memory until somebody else needs the room.
 */
export const GRANT_KEY_BYTES = 32;
export const GRANT_KEYS_BYTES = 3 * GRANT_KEY_BYTES;

/** GET → {box}: `StandingsSchema`, canonical JSON, sealed to the device. Its tag: 304 for `If-None-Match`. */
export const CROSS_REGION_PATH = '/v1/cross-region';
/** The same, asked for by a device that reads which granted certificates are under verification. */
export const CROSS_REGION_MARKS_PATH = `${CROSS_REGION_PATH}?marks=1`;
/** Of its answer: when the centre looked, UTC ms of its clock. What a stick says of an earlier moment is old then. */
export const CROSS_REGION_AT_HEADER = 'x-fieldcert-at';
/** GET `?grant=…` → {box}: keys and content. Made when first asked for. */
export const CROSS_REGION_CONTENT_PATH = '/v1/cross-region/content';
/** GET `?grant=…` → an object of the grant's content; Range is honoured. */
export const crossRegionObjectPath = (sha256: string): string =>
  `/v1/cross-region/objects/${sha256}`;
/** Answer of both. */
export const BoxAnswerSchema = z.strictObject({ box: z.string().max(16_000_000) });

/** Contexts of the boxes. */
export const standingsContext = (device: string): string => `cross-region|${device}`;
export const grantContext = (device: string, grant: string): string =>
  `cross-region-grant|${device}|${grant}`;
