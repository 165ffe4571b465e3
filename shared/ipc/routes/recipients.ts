import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

/** A certificate that packages can be encrypted to, as a page and the signing window show it. */
export const ShownRecipientSchema = z.strictObject({
  /** For `exports.start` and its kin, within this session. */
  handle: z.string().max(64),
  holder: z.string(),
  subject: z.string(),
  issuer: z.string(),
  notBeforeMs: MsSchema,
  notAfterMs: MsSchema,
  /** SHA-256 of the certificate in groups of four. */
  fingerprint: z.string(),
  /** Why nothing can be encrypted to it; null: it can. */
  fault: z.enum(['sm2', 'weak', 'kind', 'usage', 'not-yet-valid', 'expired']).nullable(),
});
export type ShownRecipient = z.infer<typeof ShownRecipientSchema>;

export const recipientRoutes = {
  /** Main asks for the file of a certificate by dialog; nothing is kept beyond the session. */
  'exports.choose-recipient': route({
    window: 'main',
    transport: 'ipc',
    kind: 'command',
    needs: 'unlocked',
    roles: ['inspector', 'head'],
    audit: null,
    input: EmptySchema,
    /** null when the dialog was closed. */
    output: z.strictObject({ recipient: ShownRecipientSchema.nullable() }),
  }),
};
