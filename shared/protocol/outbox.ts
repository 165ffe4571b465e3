import { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { MAX_IMPORT_ANSWER } from './imports';
import { HashSchema } from './manifest';
import { SignedStatementSchema } from './signed-statement';

/** POST /v1/outbox: append-only commands, gapless per device, chained and signed. */
export const OutboxCommandSchema = z.strictObject({
  device: z.string().max(40),
  dseq: z.number().int().positive(),
  /** ULID, the idempotency key. */
  key: z.string().length(26),
  /** A `CommandKind`, or one of another build: history is carried on by whoever does not know a kind. */
  kind: z.string().min(1).max(40),
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

/** An import's has a letter for each of its rows; every other is short. */
const ReasonSchema = z.string().max(MAX_IMPORT_ANSWER);
export const VerdictSchema = z.strictObject({
  dseq: z.number().int().positive(),
  verdict: z.enum(['applied', 'duplicate', 'rejected', 'needs-review', 'gap']),
  reason: ReasonSchema.optional(),
});
/** Commands of one request. None at all asks for the receipt alone. */
export const MAX_COMMANDS = 200;
/** What goes with the commands: the newest receipt that the device has, so that a server that lost what it confirmed finds it out. */
export const HeldReceiptSchema = SignedStatementSchema.optional();
/** GET verdicts `?of=1,7`: of these commands those that somebody at the centre decided by now. */
export const MAX_ASKED = 200;
export const DecidedSchema = z.strictObject({ verdicts: z.array(VerdictSchema).max(MAX_ASKED) });
/** Begins the reason of a verdict that a person gave; what follows are that person's words. */
export const DECIDED_BY_PERSON = 'central:';
/** Longest reason that a person may give, characters. */
export const MAX_DECISION_REASON = 280;
export const OutboxAnswerSchema = z.strictObject({
  verdicts: z.array(VerdictSchema).max(MAX_COMMANDS),
  /** Signed statement {type:'receipt', device, dseq, head, atMs}. */
  receipt: z.unknown(),
});

/**
 * Refusals that keep no place in the chain: device and server do not have the same history. They are no
 * verdict on what the command says, so the command goes on waiting.
 */
export const CONTRADICTIONS: readonly string[] = ['device', 'fork', 'chain', 'signature'];

/** GET /v1/outbox: what the server has of the device from a number on, for a journal that is older. */
export const OutboxHistorySchema = z.strictObject({
  commands: z
    .array(
      z.strictObject({
        command: OutboxCommandSchema,
        verdict: z.enum(['applied', 'duplicate', 'rejected', 'needs-review']),
        reason: ReasonSchema.nullable(),
      }),
    )
    .max(50),
});
