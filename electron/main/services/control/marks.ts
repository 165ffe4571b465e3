import { type LevelState, mergeLevels, NO_LEVEL } from '../../../../shared/domain/emergency/levels';
import {
  type Mark,
  type MarkState,
  mergeMarks,
  NO_MARKS,
} from '../../../../shared/domain/marks/marks';
import { AppError } from '../../../../shared/errors/app-error';
import { LevelStateSchema } from '../../../../shared/protocol/emergency-level';
import { MarkStateSchema } from '../../../../shared/protocol/marks';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: what is marked as 核查中, JSON. The control channel's own file has it too, for while the desk is locked. */
const MARKS_FACT = 'control.marks';
/** Fact of the journal: the emergency level, JSON, kept the same two ways. */
const LEVEL_FACT = 'control.level';

interface Parser<T> {
  parse(value: unknown): T;
}

/**
 * Puts together what the channel's file and the journal know of marks, keeps it in the journal and gives it to the open store,
 * with the mark of an emergency level where there is one. Either of the two may have been lost or set back; a mark is gone only when
 * its lift is known. Returns what holds now. Throws STORE_CORRUPT for a fact that cannot be read.
 */
export async function settleMarks(
  store: StoreCaller,
  held: MarkState,
  ofLevel: Mark | null,
): Promise<MarkState> {
  const kept = await factOf(store, MARKS_FACT, MarkStateSchema, NO_MARKS);
  const merged = mergeMarks(kept, held);
  const value = JSON.stringify(merged);
  if (value !== JSON.stringify(kept)) await store.call('factSet', { name: MARKS_FACT, value });
  await store.call('setMarks', { marks: withLevel(merged.marks, ofLevel) });
  return merged;
}

/** Marks, and that of an emergency level under which no certificate is read as valid. */
export function withLevel(marks: readonly Mark[], ofLevel: Mark | null): readonly Mark[] {
  return ofLevel === null ? marks : [...marks, ofLevel];
}

/** The same for the emergency level: of two places the later order, and the later act of the head. Throws STORE_CORRUPT. */
export async function settleLevel(store: StoreCaller, held: LevelState): Promise<LevelState> {
  const kept = await factOf(store, LEVEL_FACT, LevelStateSchema, NO_LEVEL);
  const merged = mergeLevels(kept, held);
  const value = JSON.stringify(merged);
  if (value !== JSON.stringify(kept)) await store.call('factSet', { name: LEVEL_FACT, value });
  return merged;
}

/** A fact that is there and cannot be read is a damage, never "nothing is marked": somebody has to look before anything is looked up. */
async function factOf<T>(store: StoreCaller, name: string, schema: Parser<T>, none: T): Promise<T> {
  const text = await store.call('factGet', { name });
  if (text === null) return none;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('STORE_CORRUPT', { file: 'journal.db' }, `${name}: ${String(error)}`);
  }
}
