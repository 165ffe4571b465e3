import { z } from 'zod';
import { DIRECTIVE_KINDS, DIRECTIVE_REFUSALS } from '../../protocol/signed-statement';
import { EmptySchema, MsSchema, RoleSchema, SecretSchema } from '../common';
import { route } from '../define';

/** What was wiped, when, by whom, and what survived; all that a wiped device still knows. */
export const WipedSchema = z.strictObject({
  /** False when a step failed: the next start goes on. */
  isDone: z.boolean(),
  atMs: MsSchema,
  device: z.string(),
  office: z.strictObject({ code: z.string(), name: z.string() }),
  directive: z.strictObject({ id: z.string(), reason: z.string() }).nullable(),
  /** Badges of those who did it here; none for a directive. */
  persons: z.array(z.string()).max(2),
  /** Whether the server has the receipt; `lost`: a crash took the key that would have signed it. */
  receipt: z.enum(['delivered', 'to-hand-in', 'lost']),
  /** Sealed reports that survived; null when there is no file. */
  outbox: z.strictObject({ commands: z.number().int(), bytes: z.number().int() }).nullable(),
});

export const DeviceStatusSchema = z.strictObject({
  device: z.string(),
  officeCode: z.string(),
  enrolledMs: MsSchema,
  lease: z.strictObject({ fromMs: MsSchema, untilMs: MsSchema }).nullable(),
  control: z.strictObject({
    hasKey: z.boolean(),
    lastContactMs: MsSchema.nullable(),
    /** ErrorCode of the last contact when it failed. */
    failure: z.string().nullable(),
    waitingReceipts: z.number().int(),
    /** The newest directives that were applied, newest first. */
    applied: z
      .array(
        z.strictObject({
          id: z.string(),
          kind: z.enum(DIRECTIVE_KINDS),
          reason: z.string(),
          atMs: MsSchema,
          /** Why it was not carried out; null: it was. */
          refused: z.enum(DIRECTIVE_REFUSALS).nullable(),
        }),
      )
      .max(10),
  }),
  /** How far this computer's clock is ahead (below 0: behind); 0 when it is off by little. */
  clockWrongByMs: z.number().int(),
  outbox: z.strictObject({ pending: z.number().int(), rejected: z.number().int() }),
  /** Who may order the wipe here, and how many of them it takes. */
  wipe: z.strictObject({
    needed: z.number().int().min(1).max(2),
    persons: z.array(
      z.strictObject({
        badge: z.string(),
        name: z.string(),
        role: RoleSchema,
        hasToken: z.boolean(),
      }),
    ),
  }),
});
export type DeviceStatus = z.infer<typeof DeviceStatusSchema>;

const BadgeSchema = z.string().min(1).max(32);
const common = { window: 'main', transport: 'ipc' } as const;
export const deviceRoutes = {
  'device.status': route({
    ...common,
    kind: 'query',
    needs: 'unlocked',
    roles: 'any',
    audit: null,
    input: EmptySchema,
    output: DeviceStatusSchema,
  }),
  /** Asks the server over the control channel now. */
  'device.contact': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    roles: 'any',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Main opens the dialog and reads the file; the answer says what it brought. */
  'device.renew-lease': route({
    ...common,
    kind: 'command',
    needs: 'none',
    roles: 'any',
    audit: 'device-act',
    input: EmptySchema,
    output: z.discriminatedUnion('outcome', [
      z.strictObject({ outcome: z.literal('cancelled') }),
      z.strictObject({
        outcome: z.literal('renewed'),
        issuedMs: MsSchema,
        untilMs: MsSchema,
        formerMs: MsSchema.nullable(),
      }),
    ]),
  }),
  /** Destroys keys and data of the office on this device. `officeCode` is typed by the person. */
  'device.wipe': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    roles: ['security-admin', 'head'],
    audit: 'device-act',
    input: z.strictObject({
      officeCode: z.string().max(40),
      persons: z
        .array(
          z.strictObject({
            badge: BadgeSchema,
            password: SecretSchema,
            pin: SecretSchema.optional(),
          }),
        )
        .min(1)
        .max(2),
    }),
    output: z.discriminatedUnion('outcome', [
      z.strictObject({ outcome: z.literal('wiping') }),
      z.strictObject({ outcome: z.literal('code-differs') }),
      z.strictObject({ outcome: z.literal('persons-needed') }),
      z.strictObject({
        outcome: z.literal('wrong'),
        badge: BadgeSchema,
        triesLeft: z.number().int(),
      }),
      z.strictObject({ outcome: z.literal('wait'), badge: BadgeSchema, untilMs: MsSchema }),
      z.strictObject({ outcome: z.literal('administrator-needed'), badge: BadgeSchema }),
      z.strictObject({ outcome: z.literal('token-needed'), badge: BadgeSchema }),
      z.strictObject({
        outcome: z.literal('token-failed'),
        badge: BadgeSchema,
        /** ErrorCode of the U-Key. */
        code: z.string(),
        triesLeft: z.number().int().nullable(),
      }),
    ]),
  }),
  /** Copies the sealed outbox of a wiped device to a place that main asks for. */
  'device.save-outbox': route({
    ...common,
    kind: 'command',
    needs: 'none',
    roles: 'any',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ isSaved: z.boolean() }),
  }),
};
