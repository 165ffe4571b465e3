import { z } from 'zod';
import { EXPORT_PURPOSES } from '../../../shared/domain/policy/export-policy';
import {
  EXPORT_COLUMNS,
  EXPORT_MASKINGS,
  RECORD_PAGES,
} from '../../../shared/domain/policy/export-templates';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { BoardStateSchema } from '../../../shared/protocol/board-state';
import { SignedStatementSchema } from '../../../shared/protocol/signed-statement';
import { ExportIntentSchema } from '../../../shared/protocol/ticket';
import { VerifyAtSchema } from '../../../shared/protocol/verification-code';
import { BOARD_TABLES } from './board/sheet';
import { DATA_FILES, isDataList } from './layout';

const hex256 = z.string().regex(/^[0-9a-f]{64}$/u);
const text = (max: number) => z.string().max(max);
const timeMs = z.int().min(0).max(8_640_000_000_000_000);

export const traceIdSchema = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z-]{5,47}$/u);
export const verificationCodeSchema = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/u);

/** What the caller says about an export; the builder adds what it measures. */
export const exportMetaSchema = z.strictObject({
  traceId: traceIdSchema,
  verificationCode: verificationCodeSchema,
  /** Where the centre's page for codes is, as the policy says; the QR code leads there. */
  verifyAt: VerifyAtSchema.optional(),
  office: z.strictObject({ code: text(64), name: text(128).min(1) }),
  region: z.strictObject({ code: text(12), name: text(128) }),
  practice: z.boolean(),
  createdAtMs: timeMs,
  /** Manifest time of the slice that was read: 数据截至. */
  dataAsOfMs: timeMs,
  /** They were older than the rules let a green stand for. Absent: they were not. */
  isStale: z.literal(true).optional(),
  sliceRoot: hex256,
  /**
   * The rows were not known to be those of the root when they were exported: `differs`, they were found to be others;
   * `unproven`, they were not compared, or not all of them are here. Absent: they were proven.
   */
  sliceProof: z.enum(['unproven', 'differs']).optional(),
  requester: z.strictObject({ badge: text(64).min(1), name: text(64).min(1), role: text(64) }),
  purpose: text(500).min(1),
  purposeClass: z.enum(EXPORT_PURPOSES),
  /** What was computed before a ticket was asked for; a ticket may be bound to its digest. */
  intent: ExportIntentSchema,
  scope: z.strictObject({
    description: text(1_000),
    filters: z
      .record(z.string().max(64), text(500))
      .refine((filters) => Object.keys(filters).length <= 64),
  }),
  /** The form of the policy that the package has. */
  template: z
    .strictObject({
      id: text(32).min(1),
      name: text(64).min(1),
      columns: z.array(z.enum(EXPORT_COLUMNS)).min(1).max(EXPORT_COLUMNS.length),
      masking: z.enum(EXPORT_MASKINGS),
      hasList: z.boolean(),
      records: z.enum(RECORD_PAGES),
      needsRecipient: z.boolean(),
    })
    .optional(),
  /** The package is a board: figures, and no certificate. Absent: it is a list. */
  board: BoardStateSchema.extend({
    /** The day lies before the day of the export: computed from events, as known then. */
    isPast: z.boolean(),
    /** Certificates that the figures are of, and those left out because nobody can tell their state on that day. */
    certificates: z.int().nonnegative(),
    unknown: z.int().nonnegative(),
  }).optional(),
  /** A second person signs the same manifest (`review.p7s`); absent: nobody does. */
  review: z.literal(true).optional(),
  rulePack: z.strictObject({ id: text(128), version: text(64) }),
  /** Printed on every page: name, badge, address or 离线 + device, time. */
  watermark: text(200).min(1),
  /** The last server receipt: the lower bound of the signing time. */
  lastReceipt: z
    .strictObject({ seq: z.int().nonnegative(), hash: hex256, atMs: timeMs })
    .optional(),
  /** The second factor: the ticket that the server signed, and the certificate of its statement key (DER, base64). */
  ticket: z.strictObject({
    statement: SignedStatementSchema.extend({ payload: text(8_192) }),
    certificate: z.base64().max(4_096),
  }),
});

export type ExportMeta = z.infer<typeof exportMetaSchema>;

export const manifestSchema = exportMetaSchema.extend({
  // Read without them too, so that a package without a second factor is refused with that reason.
  purposeClass: exportMetaSchema.shape.purposeClass.optional(),
  intent: exportMetaSchema.shape.intent.optional(),
  ticket: exportMetaSchema.shape.ticket.optional(),
  /** For whom the package was encrypted as a whole; absent: for nobody. Signed, so that it cannot be passed off as meant for another. */
  recipient: z
    .strictObject({
      certificateSha256: hex256,
      subject: text(1_000),
      issuer: text(1_000),
      serial: text(128),
    })
    .optional(),
  format: z.literal('fieldcert-export'),
  version: z.literal(1),
  /** Certificates of a list, numbers of a board. */
  count: z.int().nonnegative(),
  /** Of a board: its tables, and how many numbers each has. */
  tables: z
    .array(
      z.strictObject({
        id: z.enum(BOARD_TABLES),
        title: text(60),
        figures: z.int().nonnegative(),
      }),
    )
    .max(BOARD_TABLES.length)
    .optional(),
  fields: z.array(text(64)).min(1).max(64),
  masked: z.literal(true),
  statusCounts: z.record(z.string().max(64), z.int().nonnegative()),
  files: z
    .array(
      z.strictObject({
        path: text(32),
        size: z.int().nonnegative(),
        sha256: hex256,
        sm3: hex256,
      }),
    )
    .min(DATA_FILES.length)
    .refine((files) => isDataList(files.map(({ path }) => path))),
  signerCertificate: z.strictObject({ sha256: hex256, subject: text(1_000) }),
  /** False for SM2 keys, whose PDF signatures no common reader verifies. */
  pdfSigned: z.boolean(),
});

/** The signed statement of a package, version 1. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Manifest bytes: canonical JSON (RFC 8785), UTF-8. Throws `ZodError` when it is not of the schema. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(canonicalJson(manifestSchema.parse(manifest)), 'utf8');
}

/** Parses manifest bytes; they must be exactly the canonical form. Throws `Error` otherwise. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const manifest = manifestSchema.parse(JSON.parse(source));
  if (canonicalJson(manifest) !== source) throw new Error('manifest is not in canonical form');
  return manifest;
}
