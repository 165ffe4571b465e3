import { z } from 'zod';
import { MAX_RECEIPT_BYTES } from '../../shared/protocol/export-receipt';
import type { SignatureAlgorithm } from '../device/driver';
import { codeRequest } from './codes/serve-codes';
import { boardSheetSchema } from './package/board/sheet';
import type { PublishedPackage } from './package/builder';
import { exportRowSchema } from './package/data/rows';
import type { ExportPhase } from './package/data/write-data';
import { exportMetaSchema } from './package/manifest';
import { recordSheetSchema, sheetFactsSchema } from './package/pdf/sheet-schema';
import type { VerificationReport } from './package/verify';
import { tableRequests } from './tables/serve-tables';

/** Messages between main and the jobs process. Requests are parsed; events are typed (we wrote both ends). */

const id = z.int().nonnegative();
const jobId = z.string().min(1).max(64);
const path = z.string().min(1).max(4_096);
const bytes = (max: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= max);
const certificate = bytes(16 << 10);

/** Rows of one batch at most. */
export const MAX_BATCH_ROWS = 2_000;
/** Batches that may be under way before `more` asks for further ones. */
export const BATCH_CREDIT = 4;

/** Sheets of one document at most: an entry of a list of visits each, and one for what is left. */
const MAX_SHEETS = 501;

/** How rows arrive, on the export's own port or wrapped in `export.rows` on the main channel. */
export const rowMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rows'), rows: z.array(exportRowSchema).max(MAX_BATCH_ROWS) }),
  z.strictObject({ kind: z.literal('end') }),
  z.strictObject({ kind: z.literal('fail') }),
]);
export type RowMessage = z.infer<typeof rowMessageSchema>;

export const jobsRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('export.start'),
    jobId,
    meta: exportMetaSchema,
    /** Of a board: its figures; no rows come then. */
    board: boardSheetSchema.optional(),
    stagingDir: path,
    targetPath: path,
    certificates: z.array(certificate).min(1).max(8),
    /** DER of the certificate that the package is encrypted to; absent: to none. */
    recipient: certificate.optional(),
    /** `port`: rows come on the MessagePort sent along; `channel`: as `export.rows`. */
    rowsBy: z.enum(['port', 'channel']),
  }),
  z.strictObject({ kind: z.literal('export.rows'), jobId, message: rowMessageSchema }),
  z.strictObject({
    kind: z.literal('export.signed'),
    jobId,
    signature: bytes(1_024),
    /** The second person's, with the manifest's. */
    review: bytes(1_024).optional(),
  }),
  /** The second person's certificates, signer first; answered by `export.sign` with step `review`. */
  z.strictObject({
    kind: z.literal('export.review'),
    jobId,
    certificates: z.array(certificate).min(1).max(8),
  }),
  /** Answers `export.publishing`. */
  z.strictObject({ kind: z.literal('export.publish'), jobId }),
  z.strictObject({ kind: z.literal('export.cancel'), jobId }),
  z.strictObject({
    kind: z.literal('package.verify'),
    id,
    path,
    trustRoots: z.array(certificate).max(64),
    ticketRoots: z.array(certificate).max(64),
    revocationLists: z.array(bytes(16 << 20)).max(64),
    /** The centre's countersignature; without one that which lies beside the package counts. */
    receipt: bytes(MAX_RECEIPT_BYTES).optional(),
  }),
  /** Records as one document, each on a page of its own: written beside `path`, synced, renamed. */
  z.strictObject({
    kind: z.literal('record.pdf'),
    id,
    path,
    sheets: z.array(recordSheetSchema).min(1).max(MAX_SHEETS),
    facts: sheetFactsSchema,
  }),
  ...tableRequests,
  codeRequest,
]);

export type JobsRequest = z.infer<typeof jobsRequestSchema>;

/** Why an export ended without a package; nothing was left behind in any case. */
export type ExportFailureKind =
  | 'cancelled'
  | 'empty'
  | 'rows'
  | 'self-check'
  | 'target'
  | 'internal';

export type JobsEvent =
  /** Once, before anything else. */
  | { readonly kind: 'ready' }
  /** Send this many further batches (channel only; on a port it is a `RowCredit` there). */
  | { readonly kind: 'export.more'; readonly jobId: string; readonly batches: number }
  | {
      readonly kind: 'export.progress';
      readonly jobId: string;
      readonly phase: ExportPhase;
      readonly done: number;
      readonly total: number | null;
    }
  /** Have this digest signed and answer `export.signed`; `report` comes first and is left out for SM2 keys. */
  | {
      readonly kind: 'export.sign';
      readonly jobId: string;
      readonly step: 'report' | 'manifest' | 'review';
      readonly digest: Uint8Array;
      readonly algorithm: SignatureAlgorithm;
      readonly count: number;
    }
  /** The package is verified and lies beside its target: waits for `export.publish`, or `export.cancel`. */
  | { readonly kind: 'export.publishing'; readonly jobId: string }
  | { readonly kind: 'export.done'; readonly jobId: string; readonly published: PublishedPackage }
  | {
      readonly kind: 'export.failed';
      readonly jobId: string;
      readonly failure: { readonly kind: ExportFailureKind; readonly detail: string };
    }
  /** Bytes of a package's files that were compared; said several times a second at most. */
  | {
      readonly kind: 'package.progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'package.verified'; readonly id: number; readonly report: VerificationReport }
  | { readonly kind: 'package.unreadable'; readonly id: number; readonly detail: string }
  | { readonly kind: 'record.written'; readonly id: number }
  | { readonly kind: 'record.failed'; readonly id: number; readonly detail: string };

/** On an export's own port: send this many further batches. */
export interface RowCredit {
  readonly kind: 'more';
  readonly batches: number;
}
