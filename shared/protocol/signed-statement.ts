import { z } from 'zod';
import { ROLES } from '../domain/model';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { base64urlFromBytes, bytesFromBase64url } from '../kernel/codecs';
import { err, ok, type Result } from '../kernel/result';
import { LevelSchema } from './emergency-level';
import { MarkedSetSchema, MarkIdSchema } from './marks';

/**
 * What the server says and anybody who holds its certificate can check: roles, lease, directives,
 * office, checkpoints, manifests, receipts.
 *
 * `payload` is canonical JSON as text, so the signed bytes travel as they were signed. `sig` is ES256
 * (ECDSA P-256, SHA-256; RFC 7518 section 3.4: r ‖ s, 64 bytes) over `statementBytes(kid, payload)`.
 * `kid` = first 16 hex digits of SHA-256 of the signing key's SPKI DER.
 */
export const SignedStatementSchema = z.strictObject({
  payload: z.string().min(2).max(8_000_000),
  alg: z.literal('ES256'),
  kid: z.string().regex(/^[0-9a-f]{16}$/),
  sig: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type SignedStatement = z.infer<typeof SignedStatementSchema>;

const Ms = z.number().int().positive();
const Region = z.string().regex(/^\d{2,6}$/);
const Office = z.string().min(1).max(20);
const Device = z.string().min(1).max(40);
const Serial = z.string().min(1).max(40);

/** What one person may do and where. Checked at every session; a row edited in a database promotes nobody. */
export const RoleStatementSchema = z.strictObject({
  type: z.literal('role'),
  serial: Serial,
  office: Office,
  userId: z.string().min(1).max(40),
  badge: z.string().min(1).max(32),
  name: z.string().min(1).max(80),
  role: z.enum(ROLES),
  /** Region code prefixes of 2, 4 or 6 digits; none for a role that sees no certificate. */
  regions: z.array(Region).max(200),
  issuedMs: Ms,
  expiresMs: Ms,
});
export type RoleStatement = z.infer<typeof RoleStatementSchema>;

/** How long a device may work without contact, and on which server time that was decided. */
export const LeaseStatementSchema = z.strictObject({
  type: z.literal('lease'),
  serial: Serial,
  office: Office,
  device: Device,
  issuedMs: Ms,
  expiresMs: Ms,
});
export type LeaseStatement = z.infer<typeof LeaseStatementSchema>;

/**
 * What a device may be ordered to do. `practise` changes nothing: it is shown and acknowledged. `mark` has a set of certificates
 * read as 核查中 (under verification) until `lift-mark`. `set-level` sets the emergency level of the office, or practises it; 0 lifts it.
 */
export const DIRECTIVE_KINDS = [
  'lock',
  'wipe',
  'require-sync',
  'renew-lease',
  'switch-endpoint',
  'practise',
  'mark',
  'lift-mark',
  'set-level',
] as const;
/**
 * Why a device does not carry an order out: it cannot be proved to come from the centre, it is for another device, its time is
 * over, a newer one came before it, its lease is none that may be taken, the device holds as many marks as it can.
 */
export const DIRECTIVE_REFUSALS = [
  'signature',
  'other-device',
  'expired',
  'order',
  'lease',
  'too-many',
] as const;
export type DirectiveRefusal = (typeof DIRECTIVE_REFUSALS)[number];

/**
 * An order to one device. `seq` is gapless per device, from 1. A lock or a wipe has no end and waits for no other: it applies
 * whenever it comes, whatever is still missing; the gap is only told. The others have an end, and none of them is carried
 * out after a newer one.
 */
export const DirectiveStatementSchema = z
  .strictObject({
    type: z.literal('directive'),
    id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
    office: Office,
    device: Device,
    kind: z.enum(DIRECTIVE_KINDS),
    seq: z.number().int().positive(),
    reason: z.string().max(300),
    issuedMs: Ms,
    expiresMs: Ms.optional(),
    /** Of `switch-endpoint`: addresses that are asked first from now on; of `set-level` 3 and 4: those alone that are asked. */
    endpoints: z
      .array(z.url({ protocol: /^https$/ }).max(200))
      .min(1)
      .max(10)
      .optional(),
    /** Of `renew-lease`: a signed lease statement. */
    lease: SignedStatementSchema.optional(),
    /** Of `mark` and `lift-mark`: which mark, the same on every device. */
    mark: MarkIdSchema.optional(),
    /** Of `mark`: which certificates. */
    marked: MarkedSetSchema.optional(),
    /** Of `set-level`. `isDrill`: goes the same way, changes nothing and is reported. */
    level: LevelSchema.optional(),
    isDrill: z.boolean().optional(),
  })
  .refine(
    ({ kind, expiresMs, endpoints, lease, mark, marked, level, isDrill }) =>
      (expiresMs === undefined) === (kind === 'lock' || kind === 'wipe') &&
      (endpoints !== undefined) === (kind === 'switch-endpoint' || (level ?? 0) >= 3) &&
      (level !== undefined) === (kind === 'set-level') &&
      (isDrill !== undefined) === (kind === 'set-level') &&
      (lease !== undefined) === (kind === 'renew-lease') &&
      (mark !== undefined) === (kind === 'mark' || kind === 'lift-mark') &&
      (marked !== undefined) === (kind === 'mark'),
    'not what an order of its kind says',
  );
export type DirectiveStatement = z.infer<typeof DirectiveStatementSchema>;

/** Facts of the office that its devices go by; `isPractice` marks all it makes 练习·无效力. */
export const OfficeStatementSchema = z.strictObject({
  type: z.literal('office'),
  serial: Serial,
  office: Office,
  name: z.string().min(1).max(80),
  region: Region,
  isPractice: z.boolean(),
  /** Factors that a keyslot of this office must have. */
  factors: z
    .array(z.enum(['password', 'machine', 'token']))
    .min(1)
    .max(3),
  minPasswordLength: z.number().int().min(6).max(128),
  issuedMs: Ms,
  expiresMs: Ms,
});
export type OfficeStatement = z.infer<typeof OfficeStatementSchema>;

/** The server's clock at the moment of one request: `nonce` is the asker's, so that no older answer can pass for it. */
export const TimeStatementSchema = z.strictObject({
  type: z.literal('time'),
  device: Device,
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  atMs: Ms,
});

/** The server has the device's outbox up to `dseq`, with the chain's head. */
export const ReceiptStatementSchema = z.strictObject({
  type: z.literal('receipt'),
  device: Device,
  dseq: z.number().int().nonnegative(),
  head: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  atMs: Ms,
});
export type ReceiptStatement = z.infer<typeof ReceiptStatementSchema>;

/** The bytes that are signed: domain, key and payload, so no other ES256 signature can pass for one. */
export function statementBytes(kid: string, payload: string): Uint8Array {
  return utf8Bytes(`fieldcert-statement-v1\n${kid}\n${payload}`);
}

/** ES256 over the bytes, 64 bytes r ‖ s. */
export type StatementSigner = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Makes an envelope. Throws TypeError for a payload that canonical JSON cannot express or a signature of another form. */
export async function signStatement(
  kid: string,
  payload: unknown,
  sign: StatementSigner,
): Promise<SignedStatement> {
  const text = canonicalJson(payload);
  const signature = await sign(statementBytes(kid, text));
  if (signature.length !== 64) throw new TypeError('statement: ES256 signatures have 64 bytes');
  return { payload: text, alg: 'ES256', kid, sig: base64urlFromBytes(signature) };
}

/** Checks one ES256 signature (r ‖ s) with a public key in SPKI DER; false for anything that does not verify. */
export type StatementVerifier = (
  spki: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

export type StatementFault =
  | 'malformed'
  | 'key-unknown'
  | 'signature-bad'
  | 'not-canonical'
  | 'payload-bad'
  | 'not-yet-valid'
  | 'expired';

export interface StatementTrust {
  /** SPKI DER by kid: the keys whose certificates were followed to the pinned CA. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly verify: StatementVerifier;
  /** Highest time seen, UTC ms. */
  readonly nowMs: number;
  /** How far the server's clock may be ahead of ours. Default: ten minutes. */
  readonly skewMs?: number;
}

/**
 * Opens an envelope from outside: form, signature, canonical payload, its schema, then its times
 * (`issuedMs`, `expiresMs` where the payload has them). The signature is checked before the payload is parsed.
 */
export async function openStatement<T>(
  envelope: unknown,
  schema: z.ZodType<T>,
  trust: StatementTrust,
): Promise<Result<T, StatementFault>> {
  const form = SignedStatementSchema.safeParse(envelope);
  if (!form.success) return err('malformed');
  const { kid, payload, sig } = form.data;
  const spki = trust.keys.get(kid);
  if (spki === undefined) return err('key-unknown');
  const signature = bytesFromBase64url(sig);
  if (!signature.ok || signature.value.length !== 64) return err('malformed');
  if (!(await trust.verify(spki, statementBytes(kid, payload), signature.value)))
    return err('signature-bad');
  const value = parseCanonical(payload);
  if (value === undefined) return err('not-canonical');
  const parsed = schema.safeParse(value);
  if (!parsed.success) return err('payload-bad');
  const times = value as { readonly issuedMs?: unknown; readonly expiresMs?: unknown };
  const { nowMs, skewMs = 600_000 } = trust;
  if (typeof times.issuedMs === 'number' && times.issuedMs > nowMs + skewMs)
    return err('not-yet-valid');
  if (typeof times.expiresMs === 'number' && times.expiresMs <= nowMs) return err('expired');
  return ok(parsed.data);
}

/** One reading only: a signer's duplicate keys or odd numbers would be read differently elsewhere. */
function parseCanonical(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && canonicalJson(value) === text
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
