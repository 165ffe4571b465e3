import { z } from 'zod';
import { SignedStatementSchema } from './signed-statement';

/**
 * POST /v1/enrol. Over TLS 1.3 without a client certificate; the server is recognised by the CA
 * fingerprint in the one-time code, so nothing has to be trusted beforehand.
 *
 * Code as printed on the slip: 5 groups of Crockford base32 (enrol-code.ts), `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`:
 * 60-bit secret ‖ 60-bit CA fingerprint prefix (SHA-256 of the CA's DER SPKI) ‖ 5-bit check.
 */
export const EnrolRequestSchema = z.strictObject({
  /** The secret part of the code only, 12 base32 characters. */
  secret: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{12}$/),
  device: z.strictObject({
    name: z.string().min(1).max(80),
    /** SPKI DER, base64, P-256 each; TLS client key, sealed-box key, outbox signature key. */
    tlsKey: z.string().max(400),
    boxKey: z.string().max(400),
    signKey: z.string().max(400),
    /** Control channel key, likewise; absent from programs of before. */
    controlKey: z.string().max(400).optional(),
    /** ES256 by the TLS key over `enrolProofText` (endpoints.ts): proof of possession. */
    proof: z.string().max(200),
  }),
  program: z.string().max(40),
});
export type EnrolRequest = z.infer<typeof EnrolRequestSchema>;

export const EnrolAnswerSchema = z.strictObject({
  deviceId: z.string().max(40),
  office: z.strictObject({
    code: z.string().max(20),
    name: z.string().max(80),
    region: z.string().regex(/^\d{2,6}$/),
  }),
  /** Badge of the user that the slip was made for; null when it was made for the office as a whole. */
  user: z.string().max(40).nullable(),
  /** PEM. */
  tlsCertificate: z.string().max(8000),
  /** PEM for the control key, where the request had one; opens the control paths and nothing else. */
  controlCertificate: z.string().max(8000).optional(),
  ca: z.string().max(8000),
  /** PEM, issued by the CA: whose key signs statements. */
  statementCertificate: z.string().max(8000),
  /** PEM, issued by the CA: the key that outbox payloads are sealed to. */
  boxCertificate: z.string().max(8000),
  endpoints: z.array(z.string().max(200)).min(1).max(10),
  /** Role statements of the office's users, lease, office. */
  statements: z.array(SignedStatementSchema).min(2).max(200),
  /** Sealed box (base64) to boxKey: JSON RegionKeys. */
  sealedKeys: z.string().max(4000),
});
export type EnrolAnswer = z.infer<typeof EnrolAnswerSchema>;

/** Keys of the region that every device of it holds; base64 of 32 bytes each. */
export const RegionKeysSchema = z.strictObject({
  region: z.string().regex(/^\d{2,6}$/),
  keyEpoch: z.number().int().positive(),
  digestTag: z.string().length(44),
  transportPublic: z.string().length(44),
  transportPrivate: z.string().length(44),
});
export type RegionKeys = z.infer<typeof RegionKeysSchema>;

/** Every refusal of the server. `code` is machine-read, `message` goes to the log. */
export const ServerRefusalSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum([
      'bad-request',
      'code-unknown',
      'code-expired',
      'code-used',
      'device-unknown',
      'device-revoked',
      'forbidden',
      'not-found',
      'cursor-unknown',
      'state-moved',
      'schema-unsupported',
      'busy',
      'internal',
    ]),
    message: z.string().max(500),
    retryAfterMs: z.number().int().nonnegative().optional(),
  }),
});
export type ServerRefusal = z.infer<typeof ServerRefusalSchema>;
