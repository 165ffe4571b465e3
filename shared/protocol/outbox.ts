import { z } from 'zod';
import { HashSchema } from './manifest';

/** Kinds of commands that a device may send up; their payload schemas come with their capability. */
export const COMMAND_KINDS = [
  'export-record',
  'audit-page',
  'correction',
  'field-check',
  'suspected-fake',
  'cross-region-request',
  'approval',
  'feedback',
] as const;

/** POST /v1/outbox: append-only commands, gapless per device, chained and signed. */
export const OutboxCommandSchema = z.strictObject({
  device: z.string().max(40),
  dseq: z.number().int().positive(),
  /** ULID, the idempotency key. */
  key: z.string().length(26),
  kind: z.enum(COMMAND_KINDS),
  actor: z.string().max(40),
  /** Revision of the row that the command is about, if any. */
  base: z.number().int().positive().optional(),
  /** Sealed box to the server's key, base64 of canonical JSON. */
  payload: z.string().max(2_000_000),
  atMs: z.number().int().positive(),
  previous: HashSchema.nullable(),
  /** ES256 by the device's signature key over canonical JSON of the other fields, base64url. */
  sig: z.string().max(120),
});
export type OutboxCommand = z.infer<typeof OutboxCommandSchema>;
export const OutboxRequestSchema = z.strictObject({
  commands: z.array(OutboxCommandSchema).min(1).max(200),
});

export const VerdictSchema = z.strictObject({
  dseq: z.number().int().positive(),
  verdict: z.enum(['applied', 'duplicate', 'rejected', 'needs-review', 'gap']),
  reason: z.string().max(300).optional(),
});
export const OutboxAnswerSchema = z.strictObject({
  verdicts: z.array(VerdictSchema).max(200),
  /** Signed statement {type:'receipt', device, dseq, head, atMs}. */
  receipt: z.unknown(),
});
