import { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
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
  'device-act',
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
  /** SHA-256 of chainBytes of the device's command before; null for the first. */
  previous: HashSchema.nullable(),
  /** ES256 by the device's signature key over canonical JSON of the other fields, base64url. */
  sig: z.string().max(120),
});
export type OutboxCommand = z.infer<typeof OutboxCommandSchema>;

/** The bytes that `sig` signs: canonical JSON of every field but `sig`. */
export function signedBytes<T extends { readonly sig: string }>(command: T): Uint8Array {
  return utf8Bytes(canonicalJson({ ...command, sig: undefined }));
}
/** The bytes whose SHA-256 the next command names as `previous`: canonical JSON of the whole command. */
export function chainBytes<T extends { readonly sig: string }>(command: T): Uint8Array {
  return utf8Bytes(canonicalJson(command));
}

/** Payload of `device-act`: what was done to the device itself, and by whose order. */
export const DeviceActSchema = z.strictObject({
  act: z.enum(['locked', 'lease-renewed', 'wipe-ordered']),
  /** The directive that ordered it; null for a person's act. */
  directive: z.string().length(26).nullable(),
  /** Badges of those who did it; none for a directive. */
  persons: z.array(z.string().min(1).max(32)).max(2),
  /** Serial of the lease that a file brought. */
  lease: z.string().max(40).optional(),
  atMs: z.number().int().positive(),
});
export type DeviceAct = z.infer<typeof DeviceActSchema>;

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
