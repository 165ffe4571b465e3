import { z } from 'zod';
import { EmptySchema, MsSchema, RoleSchema, SecretSchema } from '../common';
import { route } from '../define';
import { SessionSchema } from './app';
import { PinnedKeySchema } from './tokens';

/** Wrong passwords are outcomes, not errors. */
export const UnlockOutcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('opened'), session: SessionSchema }),
  /** A file did not open: the recovery page tells. */
  z.strictObject({ outcome: z.literal('damaged') }),
  z.strictObject({ outcome: z.literal('wrong'), triesLeft: z.number().int() }),
  z.strictObject({ outcome: z.literal('wait'), untilMs: MsSchema }),
  z.strictObject({ outcome: z.literal('administrator-needed') }),
  z.strictObject({ outcome: z.literal('token-needed') }),
  /** The U-Key did not open its part: the code says why; a wrong PIN counts at the key, not here. */
  z.strictObject({
    outcome: z.literal('token-failed'),
    code: z.string(),
    triesLeft: z.number().int().nullable(),
  }),
]);

/** Why the parts of a recovery key did not open. */
export const RecoveryRefusedSchemas = [
  /** A check character does not fit; `group` from 1, null where characters are missing or too many. */
  z.strictObject({
    outcome: z.literal('part-wrong'),
    part: z.enum(['a', 'b']),
    group: z.number().int().nullable(),
  }),
  z.strictObject({ outcome: z.literal('wrong-parts') }),
  z.strictObject({ outcome: z.literal('wait'), untilMs: MsSchema }),
  z.strictObject({ outcome: z.literal('no-recovery-key') }),
] as const;

const RecoverOutcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('opened'), session: SessionSchema }),
  ...RecoveryRefusedSchemas,
]);

const common = { window: 'main', transport: 'ipc', roles: 'any', kind: 'command' } as const;
export const unlockRoutes = {
  'unlock.open': route({
    ...common,
    needs: 'none',
    audit: 'login',
    input: z.strictObject({
      badge: z.string().min(1).max(32),
      password: SecretSchema,
      /** Of the U-Key, where the person's slot has one. */
      pin: SecretSchema.optional(),
    }),
    output: UnlockOutcomeSchema,
  }),
  'unlock.lock': route({
    ...common,
    needs: 'none',
    audit: 'lock',
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Enrols the office; opens the session of the slip's user; the first sync starts by sync.start. */
  'unlock.enrol': route({
    ...common,
    needs: 'none',
    audit: 'enrol',
    input: z.strictObject({
      address: z.string().min(1).max(200),
      code: z.string().min(1).max(64),
      password: SecretSchema,
      /** A U-Key that is to open the slot too; without it ENROL_TOKEN_NEEDED where the policy asks for one. */
      token: PinnedKeySchema.optional(),
    }),
    output: z.strictObject({ session: SessionSchema }),
  }),
  /** Whether a recovery key can make a new way in, and for whom. */
  'unlock.recovery': route({
    ...common,
    kind: 'query',
    needs: 'none',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      isPossible: z.boolean(),
      people: z.array(z.strictObject({ badge: z.string(), name: z.string(), role: RoleSchema })),
      minPasswordLength: z.number().int(),
      /** Policy: the new way in needs a U-Key. */
      asksToken: z.boolean(),
    }),
  }),
  /** Both parts of the recovery key make a person a new way in; opens the session with it. */
  'unlock.recover': route({
    ...common,
    needs: 'none',
    audit: 'recovery-used',
    input: z.strictObject({
      a: SecretSchema,
      b: SecretSchema,
      badge: z.string().min(1).max(32),
      password: SecretSchema,
      /** A U-Key that is to open the slot too; without it ENROL_TOKEN_NEEDED where the policy asks for one. */
      token: PinnedKeySchema.optional(),
    }),
    output: RecoverOutcomeSchema,
  }),
  /** Makes or opens the practice office (own data folder, own server in a source checkout). */
  'unlock.practice': route({
    ...common,
    needs: 'none',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ badge: z.string() }),
  }),
};
