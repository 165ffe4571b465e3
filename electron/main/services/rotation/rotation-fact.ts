import { z } from 'zod';
import { MsSchema } from '../../../../shared/ipc/common';
import { RotationReasonSchema, RotationStateSchema } from '../../../../shared/ipc/routes/rotation';
import type { StoreCaller } from '../../clients/store-client';

const FACT = 'rotation';

const RunSchema = z.strictObject({
  id: z.string(),
  reason: RotationReasonSchema,
  by: z.string(),
  startedMs: MsSchema,
  /**
   * `starting`: the next keys are not in the slots yet, or are there and nobody wrote so. `finishing`: nothing
   * is under the old keys any more. Whether the ring holds next keys tells the rest.
   */
  stage: z.enum(['starting', 'running', 'finishing']),
  isPaused: z.boolean(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
});
export type RotationRun = z.infer<typeof RunSchema>;

const FactSchema = z.strictObject({
  run: RunSchema.nullable(),
  last: RotationStateSchema.shape.last,
  request: RotationStateSchema.shape.request,
});
export type RotationFact = z.infer<typeof FactSchema>;

export const NO_ROTATION: RotationFact = { run: null, last: null, request: null };

/**
 * What the journal keeps of rotations, for whoever unlocks next; null where the text does not parse (a restored
 * journal of another version). The slots tell then whether one is under way.
 */
export async function readRotation(store: StoreCaller): Promise<RotationFact | null> {
  const text = await store.call('factGet', { name: FACT });
  if (text === null) return NO_ROTATION;
  try {
    return FactSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeRotation(store: StoreCaller, fact: RotationFact): Promise<void> {
  await store.call('factSet', { name: FACT, value: JSON.stringify(fact) });
}
