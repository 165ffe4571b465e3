import { z } from 'zod';
import { BoardStateSchema } from '../../protocol/board-state';
import { RequestIdSchema } from '../../protocol/cross-region';
import { MAX_RECEIPT_BYTES } from '../../protocol/export-receipt';
import { bytesSchema, EmptySchema, FilterSchema, MsSchema } from '../common';
import { route } from '../define';

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
  /** When the centre had its record, by its countersignature; null before that is known here. */
  takenMs: MsSchema.nullable(),
});

export const VerifyReportSchema = z.strictObject({
  verdict: z.enum([
    'genuine',
    'practice',
    'unknown-issuer',
    'encrypted',
    'unsigned',
    /** Signed in a form that is not judged here; nothing was found changed. */
    'unsupported',
    /** Nothing was altered, and yet it does not count: the certificate, the ticket or the form. */
    'not-valid',
    'altered',
    'unreadable',
  ]),
  fileName: z.string(),
  checks: z
    .array(
      z.strictObject({
        id: z.enum([
          'container',
          'document',
          'foreign',
          'data',
          'manifest',
          'manifest-signature',
          'file-report.pdf',
          'file-data.xlsx',
          'file-data.csv',
          'file-records',
          'file-board.png',
          'board',
          'template',
          'review',
          'receipt',
          'report-signature',
          'certificate-period',
          'certificate-usage',
          'issuer',
          'revocation',
          'practice',
          'ticket',
          'requester',
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
  proven: z.array(z.enum(['content', 'review', 'issuer', 'not-revoked', 'ticket', 'time'])).max(6),
  open: z
    .array(
      z.enum(['effect', 'issuer', 'requester', 'review', 'time', 'revocation', 'ticket', 'data']),
    )
    .max(8),
  signer: z.string().nullable(),
  /** The second person, where one signed too. */
  reviewer: z.string().nullable(),
  /** The signer's claim, and the last contact with the server before it. */
  signedMs: MsSchema.nullable(),
  notBeforeMs: MsSchema.nullable(),
  /** The centre's countersignature after it. */
  notAfterMs: MsSchema.nullable(),
  /** As of when nobody's certificate was revoked; null where that is not established. */
  notRevokedMs: MsSchema.nullable(),
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
export const exportRoutes = {
  'exports.count': route({
    ...main,
    kind: 'query',
    needs: 'unlocked',
    roles: exporters,
    audit: null,
    input: z.strictObject({
      filter: FilterSchema,
      board: BoardStateSchema.optional(),
      grant: RequestIdSchema.optional(),
    }),
    output: z.strictObject({
      /** Certificates, or numbers of the board. */
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
  /**
   * Verifies any package, also without login, one at a time (a further call ends the one before as CANCELLED), with the centre's receipt where one is given. Without bytes main opens the file
   * dialog, or where a receipt is given takes the file that was chosen last.
   */
  'exports.verify': route({
    ...main,
    kind: 'command',
    needs: 'none',
    roles: 'any',
    audit: null,
    input: z.strictObject({
      name: z.string().max(255).optional(),
      bytes: bytesSchema(1, 268_435_456).optional(),
      receipt: bytesSchema(1, MAX_RECEIPT_BYTES).optional(),
    }),
    /** null when the dialog was closed, or a receipt came with no file to belong to. */
    output: z.strictObject({ report: VerifyReportSchema.nullable() }),
  }),
  /** Ends the verification that is under way, which fails as CANCELLED. */
  'exports.stop-verifying': route({
    ...main,
    kind: 'command',
    needs: 'none',
    roles: 'any',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
