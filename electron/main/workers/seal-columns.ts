import { maskEmbeddedIds, maskIdNumber, maskPhone } from '../../../shared/domain/identity/masks';
import { ENTITIES, type Entity, type PersonPrivate } from '../../../shared/domain/model';
import { type ColumnValues, columnBlockFault } from '../../../shared/protocol/columns';
import { blindColumns, blindTag } from '../../crypto/blind-index';
import type { FieldKeys } from '../../crypto/field-keys';
import type { KeyedTagger } from '../../crypto/keyed-tag';
import { sealNumbers, sealPersons } from '../../crypto/sealed-values';
import type { SealedColumns } from '../../store/protocol';
import { damaged } from './open-private';

export interface Sealer {
  readonly fields: FieldKeys;
  readonly tagger: KeyedTagger;
}

type Columns = Readonly<Record<string, readonly unknown[]>>;

/**
 * Private columns of one entity as the store keeps them: sealed, masked, blind-tagged, keyed-tagged.
 * `rows` in row order; row i takes counter `firstCounter + i`. Throws SYNC_OBJECT_DAMAGED.
 */
export function sealColumns(
  entity: Entity,
  rows: number,
  columns: Columns,
  firstCounter: bigint,
  sealer: Sealer,
): SealedColumns {
  checkColumns(entity, rows, columns);
  if (entity === 'person') return sealPersonColumns(rows, columns, firstCounter, sealer);
  if (entity === 'certificate') return sealNumberColumns(rows, columns, firstCounter, sealer);
  throw damaged(`${entity} has no private columns`);
}

function checkColumns(entity: Entity, rows: number, columns: Columns): void {
  if (ENTITIES[entity].private.length === 0) throw damaged(`private part of ${entity}`);
  const ones = new Array<number>(rows).fill(1);
  const block = { ids: ones, revs: ones, columns: columns as Record<string, ColumnValues> };
  const fault = columnBlockFault(entity, block, 'private');
  if (fault !== undefined) throw damaged(fault);
}

function sealPersonColumns(
  rows: number,
  columns: Columns,
  firstCounter: bigint,
  { fields, tagger }: Sealer,
): SealedColumns {
  // Types were checked; a column in which every value is absent is left out.
  const idTypes = columns.idType as readonly number[];
  const idNumbers = columns.idNumber as readonly string[];
  const phones = columns.phone as readonly (string | null)[] | undefined;
  const persons: PersonPrivate[] = [];
  for (let i = 0; i < rows; i++) {
    const idType = idTypes[i] ?? 0;
    const idNumber = idNumbers[i] ?? '';
    if (idType < 1 || idType > 255 || idNumber === '') throw damaged('ID of a person');
    const phone = phones?.[i] ?? undefined;
    persons.push(phone === undefined ? { idType, idNumber } : { idType, idNumber, phone });
  }
  const sealed = guard(() => sealPersons(persons, fields, firstCounter));
  const tags = blindColumns(persons, fields.blind);
  return {
    blobs: sealed.bytes,
    offsets: sealed.offsets,
    keyedTags: tagger.column(persons),
    maskedId: persons.map(({ idNumber }) => maskIdNumber(idNumber, 'birth-8')),
    maskedPhone: persons.map(({ phone }) => (phone === undefined ? null : maskPhone(phone))),
    tagWhole: tags.whole,
    tagRegion6: tags.region6,
    tagBirth8: tags.birth8,
    tagLast4: tags.last4,
    tagLast6: tags.last6,
    tagPhone: tags.phone,
    tagPhoneLast4: tags.phoneLast4,
  };
}

function sealNumberColumns(
  rows: number,
  columns: Columns,
  firstCounter: bigint,
  { fields, tagger }: Sealer,
): SealedColumns {
  const given = columns.number as readonly (string | null)[] | undefined;
  const numbers = Array.from({ length: rows }, (_, i) => given?.[i] ?? null);
  const sealed = guard(() => sealNumbers(numbers, fields, firstCounter));
  const none = new Float64Array(rows);
  return {
    blobs: sealed.bytes,
    offsets: sealed.offsets,
    keyedTags: tagger.column(numbers.map((number) => (number === null ? null : { number }))),
    maskedId: numbers.map((number) => (number === null ? '' : maskNumber(number))),
    maskedPhone: numbers.map(() => null),
    tagWhole: Float64Array.from(numbers, (number) =>
      number === null ? 0 : blindTag('whole', number, fields.blind.whole),
    ),
    tagRegion6: none,
    tagBirth8: none,
    tagLast4: none,
    tagLast6: none,
    tagPhone: none,
    tagPhoneLast4: none,
  };
}

/** A number that is sealed for the ID within it is shown without the birth digits, or not at all. */
export function maskNumber(number: string): string {
  const masked = maskEmbeddedIds(number, 'birth-8');
  return masked === number ? '******' : masked;
}

/** A value that no blob can hold is the object's fault; the message never carries the value. */
function guard<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) throw damaged(error.message);
    throw error;
  }
}
