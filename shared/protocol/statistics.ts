import { z } from 'zod';

/** Bytes of an office's secret, under which the noise of its statistics is drawn. */
export const STATISTICS_SECRET_BYTES = 32;
/** ε travels in thousandths, so that shares add up without rounding. */
export const MAX_BUDGET_MILLI = 100_000;

/** What a device calls the ledger of its releases before its journal was ever restored or begun anew. */
export const FIRST_LEDGER = 'first';
/** Afterwards: the hash of the audit entry that says so (SHA-256, hex), which no other journal has. */
export const StatisticsLedgerSchema = z.union([
  z.literal(FIRST_LEDGER),
  z.string().regex(/^[0-9a-f]{64}$/),
]);

const Milli = z.number().int().nonnegative().max(MAX_BUDGET_MILLI);

/**
 * What a device needs to release statistics with noise: told with its statements, over the line or by a stick. `box`
 * (base64; sealed-box.ts, context `statisticsContext`) holds the office's secret and opens with the device's box key alone.
 * The share is all that this ledger of this device may spend in the year; the centre never gives the devices of an office
 * more together than the year's budget. A share counts for the ledger it names only.
 */
export const StatisticsStatementSchema = z.strictObject({
  type: z.literal('statistics'),
  office: z.string().min(1).max(20),
  device: z.string().min(1).max(40),
  box: z.base64().min(1).max(1_000),
  ledger: StatisticsLedgerSchema,
  year: z.number().int().min(2_000).max(9_999),
  shareMilli: Milli,
  budgetMilli: Milli,
  issuedMs: z.number().int().positive(),
});
export type StatisticsStatement = z.infer<typeof StatisticsStatementSchema>;
