import { z } from 'zod';
import { type DeepFound, DeepFoundSchema } from '../../../../shared/ipc/routes/deep-check';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: where the round is and how the last one ended. */
const FACT = 'deep-check';

/**
 * What a round looks at, in its order: the structure first, because an index that lies makes every reading and
 * writing by it wrong; then the rows, because what is derived is judged by them.
 */
export const STEPS = [
  'structure',
  'rows',
  'issuers',
  'moves',
  'person',
  'certificate',
  'persons',
  'names',
] as const;
export type Step = (typeof STEPS)[number];

const Count = z.number().int().nonnegative();
/** A round of before looked at fewer things. */
const FoundSchema = DeepFoundSchema.extend({ issuers: Count.default(0), moves: Count.default(0) });
const RoundSchema = z.strictObject({
  startedMs: Count,
  step: z.enum(STEPS),
  /** Last id that was looked at in the step. */
  afterId: Count,
  done: Count,
  found: FoundSchema,
});
export type Round = z.infer<typeof RoundSchema>;
const KeptSchema = z.strictObject({
  round: RoundSchema.nullable(),
  last: z
    .strictObject({ startedMs: Count, endedMs: Count, rows: Count, found: FoundSchema })
    .nullable(),
});
export type Kept = z.infer<typeof KeptSchema>;

export const NOTHING_FOUND: DeepFound = {
  buckets: 0,
  sealed: 0,
  derived: 0,
  names: 0,
  issuers: 0,
  moves: 0,
  structure: 0,
};

/** What is kept between sessions; nothing where the text is another version's. */
export async function readKept(store: StoreCaller): Promise<Kept> {
  const text = await store.call('factGet', { name: FACT });
  const parsed = KeptSchema.safeParse(text === null ? null : JSON.parse(text));
  return parsed.success ? parsed.data : { round: null, last: null };
}

export async function writeKept(store: StoreCaller, kept: Kept): Promise<void> {
  await store.call('factSet', { name: FACT, value: JSON.stringify(kept) });
}
