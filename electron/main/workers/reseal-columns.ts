import type { PersonPrivate } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import type { Result } from '../../../shared/kernel/result';
import { blindColumns, blindTag } from '../../crypto/blind-index';
import type { FieldKeys } from '../../crypto/field-keys';
import { openWithAny } from '../../crypto/opening-fields';
import {
  type BlobFault,
  openNumber,
  openPerson,
  sealNumbers,
  sealPersons,
} from '../../crypto/sealed-values';
import type { ResealedColumns, SealedEntity, SealedRows } from '../../store/protocol';

type Rows = Omit<SealedRows, 'ids'>;

/**
 * Opens stored values with whichever key they name, and seals and tags them under `to`; row i takes counter
 * `firstCounter + i`. Throws STORE_CORRUPT where no key opens one: nothing is guessed, nothing replaced.
 */
export function resealColumns(
  entity: SealedEntity,
  rows: Rows,
  from: readonly FieldKeys[],
  to: FieldKeys,
  firstCounter: bigint,
): ResealedColumns {
  return entity === 'person'
    ? resealPersons(opened(rows, from, openPerson), to, firstCounter)
    : resealNumbers(opened(rows, from, openNumber), to, firstCounter);
}

function opened<T>(
  { blobs, offsets }: Rows,
  fields: readonly FieldKeys[],
  open: (blob: Uint8Array, keys: FieldKeys) => Result<T, BlobFault>,
): T[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => {
    const value = openWithAny(blobs.subarray(offsets[i], offsets[i + 1]), fields, open);
    if (!value.ok)
      throw new AppError('STORE_CORRUPT', { file: 'slice.db' }, `sealed value: ${value.error}`);
    return value.value;
  });
}

function resealPersons(
  persons: readonly PersonPrivate[],
  to: FieldKeys,
  firstCounter: bigint,
): ResealedColumns {
  const { bytes, offsets } = sealPersons(persons, to, firstCounter);
  const tags = blindColumns(persons, to.blind);
  return {
    blobs: bytes,
    offsets,
    tagWhole: tags.whole,
    tagRegion6: tags.region6,
    tagBirth8: tags.birth8,
    tagLast4: tags.last4,
    tagLast6: tags.last6,
    tagPhone: tags.phone,
    tagPhoneLast4: tags.phoneLast4,
  };
}

function resealNumbers(
  numbers: readonly string[],
  to: FieldKeys,
  firstCounter: bigint,
): ResealedColumns {
  const { bytes, offsets } = sealNumbers(numbers, to, firstCounter);
  const none = new Float64Array(numbers.length);
  return {
    blobs: bytes,
    offsets,
    tagWhole: Float64Array.from(numbers, (number) => blindTag('whole', number, to.blind.whole)),
    tagRegion6: none,
    tagBirth8: none,
    tagLast4: none,
    tagLast6: none,
    tagPhone: none,
    tagPhoneLast4: none,
  };
}
