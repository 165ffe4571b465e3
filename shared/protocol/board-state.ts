import { z } from 'zod';

const Day = z.number().int().min(-36_525).max(73_050);

/** What a board is held against: another day, or another region on its own day. */
export const BoardRivalSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('day'), day: Day }),
  z.strictObject({ kind: z.literal('region'), region: z.string().regex(/^\d{2,6}$/) }),
]);

/** Which board: its day (days since 1970-01-01) and its rival; the filter beside it says of which certificates. */
export const BoardStateSchema = z.strictObject({ day: Day, rival: BoardRivalSchema.nullable() });
export type BoardState = z.infer<typeof BoardStateSchema>;
