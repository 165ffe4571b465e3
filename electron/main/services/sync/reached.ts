import { z } from 'zod';
import type { SliceState } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal, which is another file under another key: the newest state that was proven here. */
const FACT = 'sync.reached';
const ReachedSchema = z.strictObject({
  epoch: z.string(),
  rseq: z.number().int().nonnegative(),
  issuedMs: z.number().int().nonnegative(),
});
export type Reached = z.infer<typeof ReachedSchema>;

/** The newest state that was proven here; null: none yet. */
export async function readReached(store: StoreCaller): Promise<Reached | null> {
  const text = await store.call('factGet', { name: FACT });
  if (text === null) return null;
  const parsed = ReachedSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/**
 * Whether a state lies before the newest that was seen. Numbers are of one history of the server; of two histories
 * the one that was signed later is the newer.
 */
export function isBefore(state: Reached, reached: Reached | null): boolean {
  if (reached === null) return false;
  return state.epoch === reached.epoch
    ? state.rseq < reached.rseq
    : state.issuedMs < reached.issuedMs;
}

/** The slice holds a state from before: its file was put back. */
export function isOlderThan({ cursor, checkpoint }: SliceState, reached: Reached | null): boolean {
  if (cursor === null || checkpoint === null) return false;
  return isBefore({ ...cursor, issuedMs: checkpoint.issuedMs }, reached);
}

/** Remembers a proven state; one from before changes nothing. */
export async function noteReached(
  store: StoreCaller,
  { epoch, rseq, issuedMs }: Reached,
): Promise<void> {
  const before = await readReached(store);
  if (isBefore({ epoch, rseq, issuedMs }, before)) return;
  // The same state signed earlier, as an older stick has it.
  if (before?.epoch === epoch && before.rseq === rseq && before.issuedMs >= issuedMs) return;
  const value = JSON.stringify({ epoch, rseq, issuedMs });
  await store.call('factSet', { name: FACT, value });
}
