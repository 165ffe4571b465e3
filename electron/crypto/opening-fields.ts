import { err, type Result } from '../../shared/kernel/result';
import {
  deriveFieldKeys,
  FIRST_FIELD_VERSION,
  type FieldKeys,
  fieldKeyVersion,
} from './field-keys';
import type { BlobFault } from './sealed-values';

/** Everything that opens stored values: the newest first, and the oldest also for blobs of the first releases. */
export function openingFields(
  before: Uint8Array | undefined,
  present: Uint8Array,
): readonly FieldKeys[] {
  const of = (key: Uint8Array): FieldKeys => deriveFieldKeys(key, fieldKeyVersion(key));
  const oldest = deriveFieldKeys(before ?? present, FIRST_FIELD_VERSION);
  return before === undefined ? [of(present), oldest] : [of(present), of(before), oldest];
}

/** Opens a blob with the keys whose version it names. */
export function openWithAny<T>(
  blob: Uint8Array,
  fields: readonly FieldKeys[],
  open: (blob: Uint8Array, keys: FieldKeys) => Result<T, BlobFault>,
): Result<T, BlobFault> {
  for (const keys of fields) {
    const opened = open(blob, keys);
    if (opened.ok || opened.error !== 'key-version-unknown') return opened;
  }
  return err('key-version-unknown');
}
