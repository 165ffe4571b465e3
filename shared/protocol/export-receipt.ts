import { z } from 'zod';
import { HashSchema } from './manifest';
import { SignedStatementSchema } from './signed-statement';

const Ms = z.number().int().positive();

/**
 * The centre's countersignature: at `takenMs` it had the record of a package with this manifest. The package was
 * signed before. Payload of a signed statement.
 */
export const ExportReceiptSchema = z.strictObject({
  type: z.literal('export-receipt'),
  traceId: z.string().min(1).max(80),
  office: z.string().min(1).max(20),
  device: z.string().min(1).max(40),
  manifestSha256: HashSchema,
  takenMs: Ms,
});
export type ExportReceipt = z.infer<typeof ExportReceiptSchema>;

/** What lies beside a package as `<trace>.receipt.json`: canonical JSON, with the certificate (DER, base64) of the key. */
export const ReceiptFileSchema = z.strictObject({
  format: z.literal('fieldcert-receipt'),
  version: z.literal(1),
  statement: SignedStatementSchema.extend({ payload: z.string().max(4_096) }),
  certificate: z.base64().max(4_096),
});

/** Bytes of a receipt's file at most. */
export const MAX_RECEIPT_BYTES = 16 << 10;

/** The name of the receipt beside a package or its encrypted form. */
export const receiptNameOf = (packageName: string): string =>
  `${packageName.replace(/\.zip(\.p7m)?$/u, '')}.receipt.json`;
