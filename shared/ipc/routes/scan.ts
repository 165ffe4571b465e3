import { z } from 'zod';
import { BATCH_VERDICTS, type BatchVerdict } from '../../domain/batch/verdicts';
import { bytesSchema, DaySchema, IdSchema, KindSchema, StatusSchema } from '../common';
import { route } from '../define';

const [first, ...others] = BATCH_VERDICTS as [BatchVerdict, ...BatchVerdict[]];

/** What a scanned text came to. Nothing in it is plain that a list would mask, and "not here" never means fake. */
export const ScanCheckSchema = z.strictObject({
  /** `address`: an address, which was not opened. */
  form: z.enum(['text', 'address']),
  host: z.string().max(253).nullable(),
  isOddHost: z.boolean(),
  /** Something invisible was in it, and was left out. */
  hasHidden: z.boolean(),
  verdict: z.enum([first, ...others, 'too-long', 'empty']),
  /** Why a number cannot be one, or what kind of mismatch it is. */
  reason: z.string().max(40).nullable(),
  /** What the code or paper says, masked. */
  says: z.strictObject({
    name: z.string().max(200).nullable(),
    number: z.string().max(80).nullable(),
    validTo: DaySchema.nullable(),
  }),
  /** Masked name and employer of the one person found; null where none or several were. */
  holder: z.string().nullable(),
  company: z.string().nullable(),
  /** The certificates that fit, as the slice has them. */
  certificates: z
    .array(
      z.strictObject({
        id: IdSchema,
        kind: KindSchema.nullable(),
        number: z.string(),
        status: StatusSchema,
        validTo: DaySchema,
      }),
    )
    .max(10),
});
export type ScanCheck = z.infer<typeof ScanCheckSchema>;

/** Longest text that a page may hand in; what no code can hold is answered as `too-long`. */
export const MAX_SCAN_TEXT = 100_000;
/** Largest picture. */
export const MAX_SCAN_PICTURE = 20_000_000;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
  // The service writes an entry that says what came of it, before anything is answered.
  audit: null,
} as const;

export const scanRoutes = {
  /** Reads and judges what was pasted, typed or scanned. Opens nothing. */
  'scan.check': route({
    ...common,
    kind: 'command',
    input: z.strictObject({
      text: z.string().max(MAX_SCAN_TEXT),
      by: z.enum(['typed', 'scanner', 'pasted']),
    }),
    output: z.strictObject({ check: ScanCheckSchema }),
  }),
  /** Reads the codes of a picture: dropped or pasted bytes, else a file that the person chooses. Null: cancelled. */
  'scan.picture': route({
    ...common,
    kind: 'command',
    input: z.strictObject({ bytes: bytesSchema(1, MAX_SCAN_PICTURE).optional() }),
    output: z.strictObject({ checks: z.array(ScanCheckSchema).max(4).nullable() }),
  }),
};
