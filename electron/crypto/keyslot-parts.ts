import { z } from 'zod';

/** Parts that both versions of keyslots.json are made of. */

/** Base64 of `iv(12) ‖ ciphertext ‖ tag(16)`, of a tag or of a public key. */
export const Base64Schema = z.string().regex(/^[A-Za-z0-9+/]{40,1200}={0,2}$/);
/** Letters and digits only: badges are also property names of this file. */
export const BadgeSchema = z.string().regex(/^[\p{L}\p{N}-]{1,32}$/u);

export const FactorSchema = z.enum(['password', 'machine', 'token']);
export type Factor = z.infer<typeof FactorSchema>;

export const KdfSchema = z.strictObject({
  algorithm: z.literal('argon2id'),
  /** Bounded, so that an edited file cannot take the machine's memory. */
  memoryKiB: z.number().int().min(64).max(1_048_576),
  passes: z.number().int().min(1).max(64),
  lanes: z.number().int().min(1).max(4),
  /** Base64 of 16 bytes. */
  salt: z.string().regex(/^[A-Za-z0-9+/]{22}==$/),
});

/** Where the token secret is: `wrapped` opens by the token's encryption key and its PIN. */
export const TokenSchema = z.strictObject({
  driver: z.string().min(1).max(20),
  serial: z.string().min(1).max(120),
  keyRef: z.string().min(1).max(300),
  wrapped: z.string().regex(/^[A-Za-z0-9+/]{4,2000}={0,2}$/),
});
export type SlotToken = z.infer<typeof TokenSchema>;
