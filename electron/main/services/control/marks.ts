import { type MarkState, mergeMarks, NO_MARKS } from '../../../../shared/domain/marks/marks';
import { MarkStateSchema } from '../../../../shared/protocol/marks';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: what is marked as 核查中, JSON. The control channel's own file has it too, for while the desk is locked. */
const MARKS_FACT = 'control.marks';

/**
 * Puts together what the channel's file and the journal know of marks, keeps it in the journal and gives it to the open store.
 * Either of the two may have been lost or set back; a mark is gone only when its lift is known. Returns what holds now.
 */
export async function settleMarks(store: StoreCaller, held: MarkState): Promise<MarkState> {
  const kept = parsed(await store.call('factGet', { name: MARKS_FACT }));
  const merged = mergeMarks(kept, held);
  const value = JSON.stringify(merged);
  if (value !== JSON.stringify(kept)) await store.call('factSet', { name: MARKS_FACT, value });
  await store.call('setMarks', { marks: merged.marks });
  return merged;
}

function parsed(text: string | null): MarkState {
  try {
    return MarkStateSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return NO_MARKS;
  }
}
