import type { FieldKeys } from '../../../crypto/field-keys';
import type { KeyRing } from '../../../crypto/key-ring';
import { openingFields } from '../../../crypto/opening-fields';

/** Everything that opens sealed values. The caller zeroes each. */
export function fieldKeysOf(keys: KeyRing): readonly FieldKeys[] {
  const field = keys.copy('field');
  const next = keys.has('fieldNext') ? keys.copy('fieldNext') : undefined;
  try {
    return next === undefined ? openingFields(undefined, field) : openingFields(field, next);
  } finally {
    field.fill(0);
    next?.fill(0);
  }
}
