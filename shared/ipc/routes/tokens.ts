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
};
