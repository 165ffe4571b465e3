import { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { SignedIntentSchema } from './intents';

/*
 * What lies beside the files of a record (a visit to a site, the result of a batch verification): who signed which bytes.
 * The intent in it names every file with its SHA-256.
 */

/** By a person's U-Key: the signature proves who signed. */
const ByPersonSchema = z.strictObject({
  format: z.literal('fieldcert-signed-record'),
  version: z.literal(1),
  by: z.literal('u-key'),
  signed: SignedIntentSchema,
});

/** By the device, where no key was at hand: it proves from which device the files come, and nobody's consent. */
const ByDeviceSchema = z.strictObject({
  format: z.literal('fieldcert-signed-record'),
  version: z.literal(1),
  by: z.literal('device'),
  /** Canonical JSON of the intent. */
  intent: z.string().min(2).max(12_000),
  alg: z.literal('ES256'),
  /** SPKI of the device's signature key, base64: the centre knows it by the device's number. */
  publicKey: z.base64().min(4).max(400),
  /** r ‖ s over `deviceRecordMessage`, base64url. */
  signature: z.base64url().min(4).max(200),
});

export const SignedRecordSchema = z.discriminatedUnion('by', [ByPersonSchema, ByDeviceSchema]);
export type SignedRecord = z.infer<typeof SignedRecordSchema>;

/** The bytes that a device signs for a record's intent. */
export function deviceRecordMessage(intent: string): Uint8Array {
  return utf8Bytes(`fieldcert-device-record-v1\n${intent}`);
}
