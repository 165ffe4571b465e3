import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { KEY_NAMES, KEY_SETS } from './key-ring';
import { BadgeSchema, Base64Schema, KdfSchema, TokenSchema } from './keyslot-parts';
import { KeyslotFileV1Schema, SlotV1Schema, upgradeFile } from './keyslot-v1';

/**
 * keyslots.json, version 2: who can open this device's files, and how. Holds no secret in the clear; every
 * wrapped key is bound to the slot's owner, kind, factors, box and key list, so that none of these can be edited
 * and no key moved to another slot.
 */
const MAX_FILE_BYTES = 8 * 1_048_576;
const MAX_SLOTS = 200;
export const MAX_NOTES = 50;
/** Of one badge. */
export const MOST_UNTOLD = 1_000_000;
/** Changes of keys that a slot can miss before its person has to come. */
export const MAX_DELIVERIES = 64;

const AttemptsSchema = z.strictObject({
  failures: z.number().int().min(0).max(1000),
  waitMs: z.number().int().min(0).max(3_600_000),
  run: z.string().max(32),
  atMs: z.number().int().min(0),
});

/** What every slot has, whatever its key is made of. */
const SlotBodySchema = z.strictObject({
  slotId: z.string().regex(/^[0-9a-f]{32}$/),
  /** What the slot may hold. */
  keySet: z.enum(KEY_SETS),
  /** Key pair (P-256) of the slot, by which changed keys reach it while its person is away. */
  box: z.strictObject({
    /** SPKI DER. */
    public: Base64Schema,
    /** PKCS#8 DER, wrapped like the keys. */
    sealed: Base64Schema,
  }),
  /** Tells a wrong password from a damaged slot. */
  check: Base64Schema,
  wrapped: z.partialRecord(z.enum(KEY_NAMES), Base64Schema),
  /** Keys changed since the slot was last opened, oldest first (slot-delivery.ts). */
  deliveries: z.array(z.string().regex(/^[A-Za-z0-9+/]{100,8000}={0,2}$/)).max(MAX_DELIVERIES),
  /** Made by whoever held the slot's keys: nothing is delivered to a slot without (vouch.ts). */
  vouch: Base64Schema,
});
export type SlotBody = z.infer<typeof SlotBodySchema>;

const SlotSchema = SlotBodySchema.extend({
  userId: SlotV1Schema.shape.userId,
  badge: BadgeSchema,
  displayName: SlotV1Schema.shape.displayName,
  roleStatementRef: SlotV1Schema.shape.roleStatementRef,
  factors: SlotV1Schema.shape.factors,
  kdf: KdfSchema,
  token: TokenSchema.optional(),
  /** When the slot was made, UTC ms; 0 where that is not known. */
  sinceMs: z.number().int().min(0),
});
/** A person's slot. */
export type Slot = z.infer<typeof SlotSchema>;

/** Opens to every key by two people's parts together (recovery-slot.ts). */
const RecoverySlotSchema = SlotBodySchema.extend({
  keySet: z.literal('recovery'),
  salt: KdfSchema.shape.salt,
  /** UTC ms. */
  madeMs: z.number().int().min(0),
  /** Whether both parts were confirmed by those who keep them. */
  isHandedOut: z.boolean(),
  attempts: AttemptsSchema,
});
export type RecoverySlot = z.infer<typeof RecoverySlotSchema>;

/** A slot of version 1 in a file of version 2: its person has not come since. */
export type LegacySlot = z.infer<typeof SlotV1Schema>;

const KeyslotFileSchema = z.strictObject({
  format: z.literal('fieldcert-keyslots'),
  version: z.literal(2),
  /** Code of the office and, after `|`, the hash of its authority's key: both are bound into every slot. */
  office: z.string().min(1).max(100),
  deviceId: z.string().min(1).max(40),
  slots: z.array(z.union([SlotSchema, SlotV1Schema])).max(MAX_SLOTS),
  recovery: RecoverySlotSchema.optional(),
  /** The one that is in the hands of its keepers, until both parts of `recovery` are. */
  formerRecovery: RecoverySlotSchema.optional(),
  /** By badge. */
  attempts: z.record(BadgeSchema, AttemptsSchema),
  /** Badges that the recovery key made a new way in for, until the audit log has it. */
  recovered: z
    .array(z.strictObject({ badge: BadgeSchema, atMs: z.number().int().min(0) }))
    .max(MAX_NOTES)
    .optional(),
  /** Wrong tries at the way in by badge, until the audit log has them. */
  untold: z.record(BadgeSchema, z.number().int().min(0).max(MOST_UNTOLD)).optional(),
});
export type KeyslotFile = z.infer<typeof KeyslotFileSchema>;

/** Whether the slot is of version 2. */
export function isCurrent(slot: Slot | LegacySlot): slot is Slot {
  return 'box' in slot;
}

/**
 * Reads the file's bytes; one of version 1 is read as the version 2 that it becomes at the next writing.
 * Throws KEYSLOTS_DAMAGED for anything but a well-formed file, STORE_FROM_FUTURE for a newer version.
 */
export function parseKeyslots(bytes: Uint8Array): KeyslotFile {
  if (bytes.length > MAX_FILE_BYTES) throw new AppError('KEYSLOTS_DAMAGED', {}, 'too large');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'not JSON');
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 2)
    throw new AppError('STORE_FROM_FUTURE', { file: 'keyslots.json' }, `version ${version}`);
  const file =
    version === 1
      ? upgradeFile(parsed(KeyslotFileV1Schema, value))
      : parsed(KeyslotFileSchema, value);
  if (new Set(file.slots.map((slot) => slot.badge)).size !== file.slots.length)
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'badge twice');
  return file;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('KEYSLOTS_DAMAGED', {}, result.error.issues[0]?.path.join('.') ?? 'form');
}

/** The file's bytes. */
export function serializeKeyslots(file: KeyslotFile): string {
  return `${canonicalJson(file)}\n`;
}
