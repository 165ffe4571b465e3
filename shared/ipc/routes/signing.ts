import { z } from 'zod';
import { EmptySchema, MsSchema, SecretSchema } from '../common';
import { route } from '../define';

export const TokenCertificateSchema = z.strictObject({
  tokenId: z.string(),
  keyRef: z.string(),
  driver: z.enum(['pkcs11', 'training', 'skf', 'pcsc-piv', 'ccid-piv']),
  tokenLabel: z.string(),
  /** Last four characters of the serial number. */
  serialTail: z.string(),
  /** The whole subject, `CN=…, O=…`. */
  subject: z.string(),
  /** The person: the subject's common name, or the whole subject without one. */
  holder: z.string(),
  /** Empty where the certificate names none. */
  organisation: z.string(),
  /** Null for a kind of key that nothing here can verify. */
  algorithm: z.enum(['ES256', 'ES384', 'RS256', 'SM2']).nullable(),
  notBeforeMs: MsSchema,
  notAfterMs: MsSchema,
  /** Whole days until it ends; negative when it has. */
  daysLeft: z.number().int(),
  /** usable, or the reason why it is listed but disabled. */
  state: z.enum(['usable', 'expired', 'not-yet-valid', 'wrong-usage', 'weak', 'unknown-kind']),
  /** Tries left; null where the token does not tell. */
  triesLeft: z.number().int().nullable(),
  isPinLocked: z.boolean(),
  isPractice: z.boolean(),
});
export type TokenCertificate = z.infer<typeof TokenCertificateSchema>;

const common = { window: 'signing', transport: 'ipc', needs: 'unlocked', roles: 'any' } as const;

/** Of the signing window alone. It asks about what waits; it names neither a digest nor what it is about. */
export const signingRoutes = {
  /** What main computed and will have signed; the window shows nothing that came from a page. */
  'signing.request': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      title: z.string(),
      text: z.string(),
      keep: z.string(),
      /** Every part of the intent, in the person's language. */
      rows: z
        .array(
          z.strictObject({
            label: z.string(),
            value: z.string(),
            look: z.enum(['plain', 'large', 'code']),
          }),
        )
        .max(30),
      /** Of an export: as the main window shows it. */
      trace: z.string().nullable(),
      /** In whose name it is signed: a certificate that names somebody else is told before the PIN. */
      person: z.strictObject({ name: z.string(), badge: z.string() }),
      files: z.array(z.strictObject({ path: z.string(), bytes: z.number().int() })),
      /** First and last groups of the SM3 of the data files, as digest words. */
      digestWords: z.string(),
      signatures: z.number().int(),
      /** A second person signs too; `first` is who signed already, null before that. */
      review: z.strictObject({ first: z.string().nullable() }).nullable(),
      isPractice: z.boolean(),
      locale: z.enum(['zh-CN', 'en', 'ug']),
      theme: z.enum(['light', 'dark', 'contrast']),
    }),
  }),
  'signing.certificates': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      items: z.array(TokenCertificateSchema).max(50),
      problem: z.string().nullable(),
    }),
  }),
  'signing.confirm': route({
    ...common,
    kind: 'command',
    audit: 'sign',
    input: z.strictObject({
      tokenId: z.string().max(128),
      keyRef: z.string().max(256),
      pin: SecretSchema,
    }),
    output: z.discriminatedUnion('outcome', [
      z.strictObject({ outcome: z.literal('signed') }),
      /** Signed by the first person; the second one's key is asked for now. */
      z.strictObject({ outcome: z.literal('review') }),
      /** The second key is the first person's too: another person has to sign. */
      z.strictObject({ outcome: z.literal('same-person') }),
      z.strictObject({ outcome: z.literal('pin-wrong'), triesLeft: z.number().int().nullable() }),
      z.strictObject({ outcome: z.literal('pin-locked') }),
      z.strictObject({ outcome: z.literal('token-removed') }),
      z.strictObject({ outcome: z.literal('failed'), code: z.string() }),
    ]),
  }),
  'signing.cancel': route({
    ...common,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
