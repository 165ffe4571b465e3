import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { KEY_NAMES } from './key-ring';

/**
 * keyslots.json: who can open this device's files, and how. Holds no secret in the clear; every wrapped
 * key is bound to the slot's owner, factors and key list, so that none of these can be edited and no key moved
 * to another slot.
 */
const MAX_FILE_BYTES = 1_048_576;
const MAX_SLOTS = 200;

/** Base64 of `iv(12) ‖ ciphertext ‖ tag(16)`. */
const WrappedSchema = z.string().regex(/^[A-Za-z0-9+/]{40,1200}={0,2}$/);
/** Letters and digits only: badges are also property names of this file. */
export const BadgeSchema = z.string().regex(/^[\p{L}\p{N}-]{1,32}$/u);
const MsSchema = z.number().int().min(0).max(8_640_000_000_000_000);

export const FactorSchema = z.enum(['password', 'machine', 'token']);
export type Factor = z.infer<typeof FactorSchema>;

const KdfSchema = z.strictObject({
  algorithm: z.literal('argon2id'),
  /** Bounded, so that an edited file cannot take the machine's memory. */
  memoryKiB: z.number().int().min(64).max(1_048_576),
  passes: z.number().int().min(1).max(64),
  lanes: z.number().int().min(1).max(4),
  /** Base64 of 16 bytes. */
  salt: z.string().regex(/^[A-Za-z0-9+/]{22}==$/),
});

/** Where the token secret is: `wrapped` opens by the token's encryption key and its PIN. */
const TokenSchema = z.strictObject({
  driver: z.string().min(1).max(20),
  serial: z.string().min(1).max(120),
  keyRef: z.string().min(1).max(300),
  wrapped: z.string().regex(/^[A-Za-z0-9+/]{4,2000}={0,2}$/),
});
export type SlotToken = z.infer<typeof TokenSchema>;

const SlotSchema = z.strictObject({
  slotId: z.string().regex(/^[0-9a-f]{32}$/),
  userId: z.string().min(1).max(40),
  badge: BadgeSchema,
  /** For the unlock page; sessions take the name from the signed statement. */
  displayName: z.string().min(1).max(80),
  /** Serial of the role statement that the slot was made for; the statement itself decides at every session. */
  roleStatementRef: z.string().min(1).max(40),
  factors: z.array(FactorSchema).min(1).max(3),
  kdf: KdfSchema,
  token: TokenSchema.optional(),
  /** Tells a wrong password from a damaged slot. */
  check: WrappedSchema,
  wrapped: z.partialRecord(z.enum(KEY_NAMES), WrappedSchema),
});
export type Slot = z.infer<typeof SlotSchema>;

const AttemptsSchema = z.strictObject({
  failures: z.number().int().min(0).max(1000),
  notBefore: MsSchema,
  highestSeenMs: MsSchema,
});

export const KeyslotFileSchema = z.strictObject({
  format: z.literal('fieldcert-keyslots'),
  version: z.literal(1),
  /** Code of the office and, after `|`, the hash of its authority's key: both are bound into every slot. */
  office: z.string().min(1).max(100),
  deviceId: z.string().min(1).max(40),
  slots: z.array(SlotSchema).max(MAX_SLOTS),
  /** By badge. */
  attempts: z.record(BadgeSchema, AttemptsSchema),
});
export type KeyslotFile = z.infer<typeof KeyslotFileSchema>;

/** Reads the file's bytes. Throws KEYSLOTS_DAMAGED for anything but a well-formed file of this version. */
export function parseKeyslots(bytes: Uint8Array): KeyslotFile {
  if (bytes.length > MAX_FILE_BYTES) throw new AppError('KEYSLOTS_DAMAGED', {}, 'too large');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'not JSON');
  }
  const parsed = KeyslotFileSchema.safeParse(value);
  if (!parsed.success)
    throw new AppError('KEYSLOTS_DAMAGED', {}, parsed.error.issues[0]?.path.join('.') ?? 'form');
  const { slots } = parsed.data;
  if (new Set(slots.map((slot) => slot.badge)).size !== slots.length)
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'badge twice');
  return parsed.data;
}

/** The file's bytes. */
export function serializeKeyslots(file: KeyslotFile): string {
  return `${canonicalJson(file)}\n`;
}
