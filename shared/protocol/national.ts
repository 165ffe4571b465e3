import { z } from 'zod';
import { HashSchema } from './manifest';
import { SignedStatementSchema } from './signed-statement';

/**
 * What lets a device answer for people from elsewhere: the keys under which compact codes count, and the status filter.
 * Payload of a statement that the device's own centre signs; the filter's bytes travel beside it.
 */
const Ms = z.number().int().positive();
const Day = z.number().int().min(0).max(73_050);

export const CodeIssuerSchema = z.strictObject({
  kid: z.string().regex(/^[0-9a-f]{16}$/),
  alg: z.enum(['ES256', 'SM2']),
  /** ES256: SPKI DER, base64. SM2: the uncompressed point, 130 hex digits. */
  key: z.string().min(80).max(200),
  name: z.string().min(1).max(80),
  /** Names the centre whose ids its codes carry, in the filter too. */
  centre: z.string().regex(/^[0-9a-f]{16}$/),
  /** The filter was built from that centre's certificates too. */
  isCovered: z.boolean(),
  /** Its ids are those of the device's own slice. */
  isOwn: z.boolean(),
  /** Codes made before or after these days do not count. */
  fromDay: Day,
  untilDay: Day.nullable(),
});
export type CodeIssuer = z.infer<typeof CodeIssuerSchema>;

export const NationalSchema = z.strictObject({
  type: z.literal('national'),
  /** Grows with every publication; a device takes no older one. */
  seq: z.number().int().positive(),
  issuedMs: Ms,
  /** The statuses are as of the end of this day. */
  day: Day,
  issuers: z.array(CodeIssuerSchema).max(200),
  filter: z.strictObject({
    sha256: HashSchema,
    bytes: z.number().int().positive(),
    /** Certificates it was built from, and those among them that are not in force. */
    certificates: z.number().int().nonnegative(),
    listed: z.number().int().nonnegative(),
  }),
});
export type National = z.infer<typeof NationalSchema>;

/** `statement` null: nothing is published yet. */
export const NationalAnswerSchema = z.strictObject({ statement: SignedStatementSchema.nullable() });

/** GET → NationalAnswer with a SignedStatement of a National, 304 for `If-None-Match`; GET `?sha256=…` of the second → the filter's bytes. With `&from=…`,
 * the hash of the filter that is held: a delta (domain/national/cascade-delta.ts) where there is one, told by how it begins. */
export const NATIONAL_PATH = '/v1/national';
export const NATIONAL_FILTER_PATH = '/v1/national/filter';
