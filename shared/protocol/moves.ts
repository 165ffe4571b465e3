import { z } from 'zod';
import { canonicalJson } from '../kernel/canonical-json';
import { HashSchema } from './manifest';
import { SignedStatementSchema } from './signed-statement';

/** Most certificates that one list says of where they went: some centuries of a region's moves. */
export const MAX_MOVES = 500_000;
/** Most bytes of the whole answer. */
export const MAX_MOVES_BYTES = 24 * 1024 * 1024;

/** Id of a certificate that left, the region that it went to, and the day. In order of ids, each once. */
const MoveSchema = z.tuple([
  z.number().int().positive(),
  z.number().int().positive().max(999_999),
  z.number().int(),
]);
export type Move = z.infer<typeof MoveSchema>;

/**
 * Where the certificates of a region went that are not in it any more, as of one change number: signed, so that "moved
 * to another region" is the server's word and not the slice's own. Payload of a signed statement.
 */
export const MovesSchema = z.strictObject({
  type: z.literal('moves'),
  region: z.string().regex(/^\d{2,6}$/),
  epoch: z.string().max(40),
  rseq: z.number().int().nonnegative(),
  /** SHA-256 of `movesText`. */
  sha256: HashSchema,
  count: z.number().int().nonnegative(),
  issuedMs: z.number().int().positive(),
});
export type Moves = z.infer<typeof MovesSchema>;

/** GET `/v1/sync/moves?have=HASH`: the statement, and the list itself where the device has another. */
export const MovesAnswerSchema = z.strictObject({
  statement: SignedStatementSchema,
  list: z.array(MoveSchema).max(MAX_MOVES).nullable(),
});
export type MovesAnswer = z.infer<typeof MovesAnswerSchema>;

/** The text that is hashed. */
export const movesText = (list: readonly Move[]): string => canonicalJson(list);
