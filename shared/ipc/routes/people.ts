import { z } from 'zod';
import { EmptySchema, LocaleSchema, MsSchema, RoleSchema, SecretSchema } from '../common';
import { route } from '../define';
import { SettingsSchema } from './app';
import { PinnedKeySchema, TokenChangeSchema } from './tokens';
import { RecoveryRefusedSchemas } from './unlock';

const BadgeSchema = z.string().min(1).max(32);

const PersonRowSchema = z.strictObject({
  badge: z.string(),
  name: z.string(),
  /** As the server's statement has it; null where none is in force. */
  role: RoleSchema.nullable(),
  factors: z.array(z.enum(['password', 'machine', 'token'])),
  sinceMs: MsSchema.nullable(),
  /**
   * waiting: after wrong passwords; locked: until released; no-statement: cannot unlock; other-role: moved to a role
   * that needs other keys.
   */
  state: z.enum(['ready', 'waiting', 'locked', 'no-statement', 'other-role']),
  waitUntilMs: MsSchema.nullable(),
  isSelf: z.boolean(),
});
export type PersonRow = z.infer<typeof PersonRowSchema>;

const PeopleListSchema = z.strictObject({
  people: z.array(PersonRowSchema),
  /** Of whom a role statement is in force, without a way in yet. */
  candidates: z.array(
    z.strictObject({
      badge: z.string(),
      name: z.string(),
      role: RoleSchema,
      /** Whether the present session holds the keys of that role. */
      isGivable: z.boolean(),
    }),
  ),
  minPasswordLength: z.number().int(),
  /** Policy: each way in needs a U-Key. */
  asksToken: z.boolean(),
  /** A removed person knew keys that are still in use. */
  isRotationAdvised: z.boolean(),
  recovery: z.strictObject({
    /** held: to be handed out now; lost: made, but never handed out; former: the same, and the one before it still opens. */
    state: z.enum(['none', 'held', 'lost', 'former', 'handed-out']),
    madeMs: MsSchema.nullable(),
  }),
});
export type PeopleList = z.infer<typeof PeopleListSchema>;

const main = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
const window = { window: 'handout', transport: 'ipc', needs: 'unlocked', roles: 'any' } as const;
export const peopleRoutes = {
  'people.list': route({
    ...main,
    kind: 'query',
    roles: 'any',
    audit: null,
    input: EmptySchema,
    output: PeopleListSchema,
  }),
  'people.add': route({
    ...main,
    kind: 'command',
    roles: 'any',
    audit: 'person-added',
    input: z.strictObject({
      badge: BadgeSchema,
      password: SecretSchema,
      /** The new person's U-Key; without it ENROL_TOKEN_NEEDED where the policy asks for one. */
      token: PinnedKeySchema.optional(),
    }),
    output: EmptySchema,
  }),
  'people.remove': route({
    ...main,
    kind: 'command',
    roles: ['security-admin', 'head'],
    audit: 'person-removed',
    input: z.strictObject({ badge: BadgeSchema }),
    output: EmptySchema,
  }),
  'people.release': route({
    ...main,
    kind: 'command',
    roles: ['security-admin'],
    audit: 'badge-released',
    input: z.strictObject({ badge: BadgeSchema }),
    output: EmptySchema,
  }),
  'people.change-password': route({
    ...main,
    kind: 'command',
    roles: 'any',
    audit: 'password-changed',
    /** `pin` of the U-Key, where the slot has one. */
    input: z.strictObject({
      password: SecretSchema,
      next: SecretSchema,
      pin: SecretSchema.optional(),
    }),
    output: z.discriminatedUnion('outcome', [
      ...TokenChangeSchema.options,
      z.strictObject({ outcome: z.literal('token-needed') }),
    ]),
  }),
  /**
   * Makes a new recovery key; the old one opens nothing once both parts are handed out. By both parts of the old one the new one holds the
   * first audit key too, which no working role has.
   */
  'people.make-recovery': route({
    ...main,
    kind: 'command',
    roles: ['head'],
    audit: 'recovery-made',
    input: z.strictObject({
      former: z.strictObject({ a: SecretSchema, b: SecretSchema }).optional(),
    }),
    output: z.discriminatedUnion('outcome', [
      z.strictObject({ outcome: z.literal('made'), holdsAudit: z.boolean() }),
      ...RecoveryRefusedSchemas,
    ]),
  }),
  /** Opens the window in which the parts are handed out, one at a time. They never reach this page. */
  'people.hand-out': route({
    ...main,
    kind: 'command',
    roles: 'any',
    audit: 'recovery-shown',
    input: EmptySchema,
    output: EmptySchema,
  }),
  'handout.shown': route({
    ...window,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      part: z.enum(['a', 'b']),
      groups: z.array(z.string()),
      askedGroup: z.number().int(),
      office: z.string(),
      madeMs: MsSchema,
      isPractice: z.boolean(),
      locale: LocaleSchema,
      theme: SettingsSchema.shape.theme,
    }),
  }),
  'handout.print': route({
    ...window,
    kind: 'command',
    audit: 'recovery-printed',
    input: EmptySchema,
    output: z.strictObject({ outcome: z.enum(['printed', 'cancelled', 'no-printer']) }),
  }),
  /** The keeper has the part: four characters typed back. */
  'handout.confirm': route({
    ...window,
    kind: 'command',
    audit: 'recovery-handed-out',
    input: z.strictObject({ typed: z.string().max(8) }),
    output: z.strictObject({ outcome: z.enum(['wrong', 'next', 'done']) }),
  }),
  'handout.close': route({
    ...window,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
