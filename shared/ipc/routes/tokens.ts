import { z } from 'zod';
import { EmptySchema, MsSchema, SecretSchema } from '../common';
import { route } from '../define';

/** A key of a connected U-Key that can hold a part of a keyslot's key. */
export const UnlockKeySchema = z.strictObject({
  tokenId: z.string(),
  keyRef: z.string(),
  tokenLabel: z.string(),
  serialTail: z.string(),
  holder: z.string(),
  notAfterMs: MsSchema,
  isPinLocked: z.boolean(),
});
export type UnlockKey = z.infer<typeof UnlockKeySchema>;

/** Names a key chosen out of the list. */
export const TokenKeySchema = z.strictObject({
  tokenId: z.string().min(1).max(128),
  keyRef: z.string().min(1).max(256),
});
export const PinnedKeySchema = TokenKeySchema.extend({ pin: SecretSchema });

/** Wrong passwords and PINs are outcomes. */
export const TokenChangeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('changed') }),
  z.strictObject({ outcome: z.literal('wrong'), triesLeft: z.number().int() }),
  z.strictObject({ outcome: z.literal('wait'), untilMs: MsSchema }),
  z.strictObject({ outcome: z.literal('administrator-needed') }),
  z.strictObject({
    outcome: z.literal('token-failed'),
    code: z.string(),
    triesLeft: z.number().int().nullable(),
  }),
]);
export type TokenChange = z.infer<typeof TokenChangeSchema>;

/** What the program found on its way to a U-Key: each library of a vendor, each key, and the layer that failed. */
export const KeyCheckSchema = z.strictObject({
  drivers: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(['skf', 'pkcs11']),
        /**
         * `ok-helped`: for 32-bit programs, loaded by the helper; `no-helper`: for 32-bit programs, and the helper is missing
         * or cannot be started; `architecture`: built for another processor; `silent`: loaded, but answers with a failure or
         * not at all.
         */
        state: z.enum([
          'ok',
          'ok-helped',
          'missing',
          'architecture',
          'no-helper',
          'unusable',
          'silent',
        ]),
      }),
    )
    .max(64),
  /** Ways to cards and driverless keys, each with its readers. */
  ways: z
    .array(
      z.strictObject({
        kind: z.enum(['pcsc', 'usb']),
        state: z.enum([
          'ok',
          'no-reader',
          'no-library',
          'no-service',
          'no-access',
          'other-driver',
          'silent',
        ]),
        readers: z
          .array(
            z.strictObject({
              name: z.string(),
              state: z.enum([
                'token',
                'empty',
                'mute-card',
                'unknown-card',
                'busy',
                'closed',
                'unreadable',
              ]),
            }),
          )
          .max(64),
      }),
    )
    .max(2),
  tokens: z
    .array(
      z.strictObject({
        label: z.string(),
        serialTail: z.string(),
        /** Certificates on it, and how many of them can sign now. */
        certificates: z.int().nonnegative(),
        usable: z.int().nonnegative(),
        state: z.enum(['ready', 'pin-locked', 'no-certificate', 'not-usable', 'unreadable']),
      }),
    )
    .max(64),
});
export type KeyCheck = z.infer<typeof KeyCheckSchema>;

const common = { window: 'main', transport: 'ipc', roles: 'any' } as const;
export const tokenRoutes = {
  /** Also on the unlock page: which connected U-Keys could open a slot. Reads certificates, which are public. */
  'tokens.unlock-keys': route({
    ...common,
    kind: 'query',
    needs: 'none',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      items: z.array(UnlockKeySchema).max(64),
      problem: z.string().nullable(),
    }),
  }),
  /** Where the way to a U-Key ends: "works elsewhere, here no card" has one of a few reasons. */
  'tokens.diagnose': route({
    ...common,
    kind: 'query',
    needs: 'unlocked',
    audit: null,
    input: EmptySchema,
    output: KeyCheckSchema,
  }),
  /** Binds the own slot to a U-Key: from then on password and key open it together. */
  'tokens.attach': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    audit: 'token-attached',
    input: PinnedKeySchema.extend({ password: SecretSchema }),
    output: TokenChangeSchema,
  }),
  /** Takes the U-Key out of the own slot, where the policy does not ask for one. */
  'tokens.detach': route({
    ...common,
    kind: 'command',
    needs: 'unlocked',
    audit: 'token-detached',
    input: z.strictObject({ password: SecretSchema, pin: SecretSchema }),
    output: TokenChangeSchema,
  }),
};
