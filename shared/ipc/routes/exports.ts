import { z } from 'zod';
import { EXPORT_PURPOSES, EXPORT_WAYS } from '../../domain/policy/export-policy';
import { EXPORT_MASKINGS, RECORD_PAGES } from '../../domain/policy/export-templates';
import { bytesSchema, EmptySchema, FilterSchema, MsSchema, SecretSchema } from '../common';
import { route } from '../define';
import { ShownRecipientSchema } from './recipients';

export const ExportPhaseSchema = z.enum([
  'collecting',
  'workbook',
  'csv',
  'report',
  'awaiting-signature',
  'signing',
  'checking',
  'done',
  'failed',
  'cancelled',
]);
export const ExportProgressSchema = z.strictObject({
  jobId: z.string(),
  traceId: z.string(),
  phase: ExportPhaseSchema,
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  /** ErrorCode when failed. */
  error: z.string().nullable(),
});
export type ExportProgress = z.infer<typeof ExportProgressSchema>;

export const ExportRecordSchema = z.strictObject({
  traceId: z.string(),
  atMs: MsSchema,
  purpose: z.string(),
  count: z.number().int().nonnegative(),
  outcome: z.enum(['sealed', 'failed', 'cancelled']),
  signer: z.string().nullable(),
  verificationCode: z.string().nullable(),
  fileName: z.string().nullable(),
  /** Handle for exports.show; null when the file is gone. */
  handle: z.string().nullable(),
  isPractice: z.boolean(),
});

export const VerifyReportSchema = z.strictObject({
  verdict: z.enum(['genuine', 'practice', 'unknown-issuer', 'encrypted', 'altered', 'unreadable']),
  fileName: z.string(),
  checks: z
    .array(
      z.strictObject({
        id: z.enum([
          'container',
          'document',
          'manifest',
          'manifest-signature',
          'file-report.pdf',
          'file-data.xlsx',
          'file-data.csv',
          'file-records',
          'template',
          'review',
          'report-signature',
          'certificate-period',
          'certificate-usage',
          'issuer',
          'revocation',
          'practice',
          'ticket',
          'envelope',
        ]),
        isOk: z.boolean(),
        /** It did not fail, and must be read all the same. */
        isNotice: z.boolean(),
        /** Technical, in English: for who asks further. */
        detail: z.string().max(500),
      }),
    )
    .max(60),
  /** What is established, and what is left open however well everything looks. */
  proven: z.array(z.enum(['content', 'review', 'issuer', 'not-revoked', 'ticket'])).max(5),
  open: z.array(z.enum(['effect', 'issuer', 'time', 'revocation', 'ticket'])).max(5),
  signer: z.string().nullable(),
  /** The second person, where one signed too. */
  reviewer: z.string().nullable(),
  /** The signer's claim, and the last contact with the server before it. */
  signedMs: MsSchema.nullable(),
  notBeforeMs: MsSchema.nullable(),
  /** Whose key opens an encrypted package; null for every other file. */
  recipient: z.strictObject({ issuer: z.string(), serial: z.string() }).nullable(),
  summary: z
    .strictObject({
      traceId: z.string(),
      office: z.string(),
      requester: z.string(),
      purpose: z.string(),
      count: z.number().int(),
      createdAtMs: MsSchema,
      dataAsOfMs: MsSchema.nullable(),
      isPractice: z.boolean(),
    })
    .nullable(),
});
export type VerifyReport = z.infer<typeof VerifyReportSchema>;

const exporters = ['inspector', 'head'] as const;
const main = { window: 'main', transport: 'ipc' } as const;
const signing = {
  window: 'signing',
  transport: 'ipc',
  needs: 'unlocked',
  roles: exporters,
} as const;

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
  algorithm: z.enum(['ES256', 'ES384', 'RS256', 'SM2']),
  notBeforeMs: MsSchema,
  notAfterMs: MsSchema,
  /** usable, or the reason why it is listed but disabled. */
  state: z.enum(['usable', 'expired', 'not-yet-valid', 'wrong-usage']),
  /** Tries left; null where the token does not tell. */
  triesLeft: z.number().int().nullable(),
  isPinLocked: z.boolean(),
  isPractice: z.boolean(),
});
export type TokenCertificate = z.infer<typeof TokenCertificateSchema>;

export const exportRoutes = {
  'exports.count': route({
    ...main,
    kind: 'query',
    needs: 'unlocked',
    roles: exporters,
    audit: null,
    input: z.strictObject({ filter: FilterSchema }),
    output: z.strictObject({
      count: z.number().int(),
      limit: z.number().int(),
      usedToday: z.number().int(),
      quotaDay: z.number().int(),
      usedThisMonth: z.number().int(),
      quota: z.number().int(),
      /** Above so many a second person signs; null: never. */
      reviewOver: z.number().int().nullable(),
    }),
  }),
  'exports.cancel': route({
    ...main,
    kind: 'command',
    needs: 'unlocked',
    roles: exporters,
    audit: null,
    input: z.strictObject({ jobId: z.string().max(64) }),
    output: EmptySchema,
  }),
  'exports.history': route({
    ...main,
    kind: 'query',
    needs: 'unlocked',
    roles: exporters,
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ items: z.array(ExportRecordSchema).max(200) }),
  }),
  'exports.show': route({
    ...main,
    kind: 'command',
    needs: 'unlocked',
    roles: exporters,
    audit: null,
    input: z.strictObject({ handle: z.string().max(64) }),
    output: EmptySchema,
  }),
  /** Verifies any package, also without login. Without bytes main opens the file dialog. */
  'exports.verify': route({
    ...main,
    kind: 'command',
    needs: 'none',
    roles: 'any',
    audit: null,
    input: z.strictObject({
      name: z.string().max(255).optional(),
      bytes: bytesSchema(1, 268_435_456).optional(),
    }),
    /** null when the dialog was closed. */
    output: z.strictObject({ report: VerifyReportSchema.nullable() }),
  }),

  /** What main computed and will have signed; the signing window shows nothing that came from a page. */
  'signing.request': route({
    ...signing,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      traceId: z.string(),
      /** Number of the ticket, and how it came. */
      ticket: z.string(),
      way: z.enum(EXPORT_WAYS),
      purposeClass: z.enum(EXPORT_PURPOSES),
      purpose: z.string(),
      scope: z.string(),
      count: z.number().int(),
      fields: z.number().int(),
      /** Name of the template in the person's language, and what it makes of each certificate. */
      template: z.string(),
      masking: z.enum(EXPORT_MASKINGS),
      records: z.enum(RECORD_PAGES),
      requester: z.string(),
      files: z.array(z.strictObject({ path: z.string(), bytes: z.number().int() })),
      /** First and last groups of the SM3 of the data files, as digest words. */
      digestWords: z.string(),
      /** For whom the package is encrypted; null: for nobody. */
      recipient: ShownRecipientSchema.nullable(),
      signatures: z.number().int(),
      /** A second person signs too; `first` is who signed already, null before that. */
      review: z.strictObject({ first: z.string().nullable() }).nullable(),
      isPractice: z.boolean(),
      locale: z.enum(['zh-CN', 'en', 'ug']),
      theme: z.enum(['light', 'dark', 'contrast']),
    }),
  }),
  'signing.certificates': route({
    ...signing,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      items: z.array(TokenCertificateSchema).max(50),
      problem: z.string().nullable(),
    }),
  }),
  'signing.confirm': route({
    ...signing,
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
    ...signing,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
