import { randomFillSync } from 'node:crypto';
import { fieldKeyVersion } from '../../../crypto/field-keys';
import { randomKey } from '../../../crypto/key-bytes';
import type { KeyChanges, KeyRing } from '../../../crypto/key-ring';

/** Names of the keys that a rotation brings, with those that they replace. */
export const NEXT_OF = { field: 'fieldNext', slice: 'sliceNext', journal: 'journalNext' } as const;
type Rotated = keyof typeof NEXT_OF;
const ROTATED = Object.keys(NEXT_OF) as readonly Rotated[];

/** Whether a rotation is under way, as far as this role's keys tell. */
export function hasNextKeys(keys: KeyRing): boolean {
  return ROTATED.some((name) => keys.has(NEXT_OF[name]));
}

/** Whether the session holds everything that a rotation changes. */
export function mayRotate(keys: KeyRing): boolean {
  return ROTATED.every((name) => keys.has(name)) && keys.has('region');
}

/** Fresh keys beside the present ones. The field key's version differs from the present one's. */
export function drawNextKeys(keys: KeyRing): KeyChanges {
  const present = keys.copy('field');
  const version = fieldKeyVersion(present);
  present.fill(0);
  const field = randomKey();
  while (fieldKeyVersion(field) === version) randomFillSync(field);
  return { fieldNext: field, sliceNext: randomKey(), journalNext: randomKey() };
}

/** The next keys in the place of the present ones, which nobody holds any more. */
export function settledKeys(keys: KeyRing): KeyChanges {
  return {
    field: keys.copy('fieldNext'),
    slice: keys.copy('sliceNext'),
    journal: keys.copy('journalNext'),
    fieldNext: null,
    sliceNext: null,
    journalNext: null,
  };
}

export function zeroChanges(changes: KeyChanges): void {
  for (const key of Object.values(changes)) key?.fill(0);
}
