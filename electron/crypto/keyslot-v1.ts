import { z } from 'zod';
import { waitAfter } from './attempt-policy';
import type { KeySet } from './key-ring';
import { BadgeSchema, Base64Schema, FactorSchema, KdfSchema, TokenSchema } from './keyslot-parts';

/**
 * keyslots.json, version 1: frozen. Slots had no kind, no box and no vouch; a wait was a moment of the wall
 * clock. A slot becomes one of version 2 when its person opens it.
 */
const KEY_NAMES_V1 = [
  'journal',
  'slice',
  'field',
  'region',
  'transportPublic',
  'transportPrivate',
  'audit',
  'deviceTls',
  'deviceSign',
  'deviceBox',
] as const;

export const SlotV1Schema = z.strictObject({
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
  check: Base64Schema,
  wrapped: z.partialRecord(z.enum(KEY_NAMES_V1), Base64Schema),
});
type SlotV1 = z.infer<typeof SlotV1Schema>;

export const KeyslotFileV1Schema = z.strictObject({
  format: z.literal('fieldcert-keyslots'),
  version: z.literal(1),
  office: z.string().min(1).max(100),
  deviceId: z.string().min(1).max(40),
  slots: z.array(SlotV1Schema).max(200),
  attempts: z.record(
    BadgeSchema,
    z.strictObject({
      failures: z.number().int().min(0).max(1000),
      notBefore: z.number().int().min(0),
      highestSeenMs: z.number().int().min(0),
    }),
  ),
});

/** The same office in version 2. A wait of version 1 runs its full length once more, and no longer. */
export function upgradeFile(file: z.infer<typeof KeyslotFileV1Schema>) {
  const attempts = Object.entries(file.attempts).map(([badge, { failures }]) => {
    const waitMs = waitAfter(failures);
    return [badge, { failures, waitMs, run: '', atMs: 0 }] as const;
  });
  return { ...file, version: 2 as const, attempts: Object.fromEntries(attempts) };
}

/** What a slot of version 1 may hold, by what it holds. */
export function keySetOfV1({ wrapped }: SlotV1): KeySet {
  if (wrapped.slice !== undefined) return 'reading';
  return wrapped.audit === undefined ? 'administration' : 'audit';
}
