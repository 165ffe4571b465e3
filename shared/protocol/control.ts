import { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { DIRECTIVE_REFUSALS, SignedStatementSchema } from './signed-statement';

/**
 * The control channel: what a device asks and tells while it is locked. Its key opens no data, and its
 * certificate (common name `control:<deviceId>`) opens no path of the server but these.
 */
export const CONTROL_NAME_PREFIX = 'control:';
/** Largest answer of the channel, bytes. */
export const MAX_CONTROL_BYTES = 1024 * 1024;
export const MAX_DIRECTIVES = 50;

export const ControlQuerySchema = z.strictObject({ nonce: z.string().regex(/^[0-9a-f]{32}$/) });

/** Answer of GET control. Everything in it is signed; nothing is believed for the line's sake alone. */
export const ControlAnswerSchema = z.strictObject({
  /** TimeStatement with the request's nonce. */
  time: SignedStatementSchema,
  /** The office's role, lease and office statements as of now; none for a device that was revoked or wiped. */
  statements: z.array(SignedStatementSchema).max(500),
  /** Directives without a receipt, by `seq`. */
  directives: z.array(SignedStatementSchema).max(MAX_DIRECTIVES),
});
export type ControlAnswer = z.infer<typeof ControlAnswerSchema>;

/** What became of a directive, or of the device by a person's hand (`directive` null). */
export const ControlReceiptSchema = z.strictObject({
  type: z.literal('control-receipt'),
  device: z.string().min(1).max(40),
  directive: z.string().length(26).nullable(),
  outcome: z.enum(['locked', 'wiped', 'done', 'practised', 'refused']),
  /** Of a refusal. */
  reason: z.enum(DIRECTIVE_REFUSALS).optional(),
  atMs: z.number().int().positive(),
  /** ES256 by the control key over `receiptBytes`, base64url: whoever hands it in, it is the device's. */
  sig: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type ControlReceipt = z.infer<typeof ControlReceiptSchema>;

/** The bytes that a receipt's `sig` signs. */
export function receiptBytes(receipt: Omit<ControlReceipt, 'sig'>): Uint8Array {
  const { type, device, directive, outcome, reason, atMs } = receipt;
  const text = canonicalJson({ type, device, directive, outcome, reason, atMs });
  return utf8Bytes(`fieldcert-control-receipt-v1\n${text}`);
}

export const ControlReceiptsSchema = z.strictObject({
  receipts: z.array(ControlReceiptSchema).min(1).max(MAX_DIRECTIVES),
});
/** How many receipts are kept now, repetitions among them. */
export const ControlReceiptsAnswerSchema = z.strictObject({
  kept: z.number().int().nonnegative(),
});

/** The file that renews a lease by hand (a stick): one signed lease statement. */
export const LeaseFileSchema = z.strictObject({
  format: z.literal('fieldcert-lease'),
  version: z.literal(1),
  statement: SignedStatementSchema,
});
export const MAX_LEASE_FILE_BYTES = 64 * 1024;

/** A line of `outbox.sealed` that is no command: the receipt of a wipe, for whoever hands the file in. */
export const ReceiptLineSchema = z.strictObject({ receipt: ControlReceiptSchema });
