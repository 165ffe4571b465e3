import { z } from 'zod';
import { VerifyAtSchema } from '../../../../shared/protocol/verification-code';
import { traceIdSchema, verificationCodeSchema } from '../manifest';
import type { PageMarks } from './page-marks';

const words = (max: number) => z.string().max(max);

/** One certificate as a page shows it: every text worded and masked by the caller. */
export const recordSheetSchema = z.strictObject({
  /** What kind of certificate it is. */
  title: words(128).min(1),
  status: words(32).min(1),
  statusLabel: words(64),
  /** The name, or what stands for it. */
  lead: words(256),
  facts: z.array(z.tuple([words(32), words(500)])).max(40),
  tables: z
    .array(
      z.strictObject({
        title: words(64),
        /** Headings with their shares of the width, which come to 1. */
        columns: z
          .array(z.tuple([words(32), z.number().min(0).max(1)]))
          .min(1)
          .max(8),
        rows: z.array(z.array(words(500)).max(8)).max(500),
        /** Said in place of rows where there are none, or after them where not all are shown. */
        note: words(128),
      }),
    )
    .max(8),
});
export type RecordSheet = z.infer<typeof recordSheetSchema>;

/** What is the same on every page of one document. */
export const sheetFactsSchema = z.strictObject({
  traceId: traceIdSchema,
  /** Absent: no code of it is known at the centre, and none is printed. */
  verificationCode: verificationCodeSchema.optional(),
  /** Where the centre's page for codes is; the QR code leads there. */
  verifyAt: VerifyAtSchema.optional(),
  office: words(128),
  /** Name and badge. */
  requester: words(128),
  createdAtMs: z.int().nonnegative(),
  /** Null: of an old record, when it was not noted. */
  dataAsOfMs: z.int().nonnegative().nullable(),
  /** The data are older than the rules let a green stand for. */
  isStale: z.boolean().optional(),
  marks: z.strictObject({
    watermark: words(200).min(1),
    traceId: traceIdSchema,
    isPractice: z.boolean(),
  }) satisfies z.ZodType<PageMarks>,
});
export type SheetFacts = z.infer<typeof sheetFactsSchema>;
