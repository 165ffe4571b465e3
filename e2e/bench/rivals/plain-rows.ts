import { blindColumns } from '../../../electron/crypto/blind-index';
import type { FieldKeys } from '../../../electron/crypto/field-keys';
import type { KeyedTagger } from '../../../electron/crypto/keyed-tag';
import { sealNumbers, sealPersons } from '../../../electron/crypto/sealed-values';
import { maskIdNumber, maskPhone } from '../../../shared/domain/identity/masks';
import { ENTITIES, type Entity, type PersonPrivate } from '../../../shared/domain/model';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { PlainSegment } from '../real/segment-file';
import type { Value } from './database';

export interface SealingKeys {
  readonly fields: FieldKeys;
  readonly tagger: KeyedTagger;
}

/** What sealing adds to a row: its own columns, and the keyed tag that its leaf carries. */
export interface SealedRow {
  readonly columns: readonly Value[];
  readonly keyedTag: Uint8Array | undefined;
}

const NO_TAG: Value = null;
const tagOf = (column: Float64Array, i: number): Value => column[i] || NO_TAG;

function persons(segment: PlainSegment): PersonPrivate[] {
  const hidden = segment.private ?? {};
  return segment.ids.map((_, i) => {
    const phone = hidden['phone']?.[i] as string | null | undefined;
    const idType = hidden['idType']?.[i] as number;
    const idNumber = hidden['idNumber']?.[i] as string;
    return typeof phone === 'string' ? { idType, idNumber, phone } : { idType, idNumber };
  });
}

/** Masks, seals and tags of a segment of persons, columns in the order of the person table. */
export function sealedPersons(
  segment: PlainSegment,
  keys: SealingKeys,
  counter: bigint,
): SealedRow[] {
  const values = persons(segment);
  const { bytes, offsets } = sealPersons(values, keys.fields, counter);
  const tags = blindColumns(values, keys.fields.blind);
  const keyedTags = keys.tagger.column(values);
  return values.map(({ idNumber, phone }, i) => {
    const keyedTag = keyedTags.subarray(16 * i, 16 * i + 16);
    const columns = [
      maskIdNumber(idNumber, 'birth-8'),
      phone === undefined ? null : maskPhone(phone),
      bytes.subarray(offsets[i], offsets[i + 1]),
      keyedTag,
      tagOf(tags.whole, i),
      tagOf(tags.region6, i),
      tagOf(tags.birth8, i),
      tagOf(tags.last4, i),
      tagOf(tags.last6, i),
      tagOf(tags.phone, i),
      tagOf(tags.phoneLast4, i),
    ];
    return { columns, keyedTag };
  });
}

/** The few certificates whose own number is sealed. */
export function sealedNumbers(
  segment: PlainSegment,
  keys: SealingKeys,
  counter: bigint,
): SealedRow[] {
  const numbers = segment.ids.map(
    (_, i) => (segment.private?.['number']?.[i] ?? null) as string | null,
  );
  const { bytes, offsets } = sealNumbers(numbers, keys.fields, counter);
  const keyedTags = keys.tagger.column(
    numbers.map((number) => (number === null ? null : { number })),
  );
  return numbers.map((number, i) => {
    if (number === null) return { columns: [null, null, null, null], keyedTag: undefined };
    const keyedTag = keyedTags.subarray(16 * i, 16 * i + 16);
    const blob = bytes.subarray(offsets[i], offsets[i + 1]);
    return { columns: ['******', blob, keyedTag, null], keyedTag };
  });
}

/** Public values of row i in wire order, as they rest: JSON as canonical text. */
export function storedRow(entity: Entity, segment: PlainSegment, i: number): Value[] {
  return ENTITIES[entity].columns.map(({ name, type }) => {
    const value = segment.block.columns[name]?.[i] ?? null;
    return type === 'json' && value !== null ? canonicalJson(value) : (value as Value);
  });
}

/** The same values as they came, which the digest is over. */
export function wireRow(entity: Entity, segment: PlainSegment, i: number): unknown[] {
  return ENTITIES[entity].columns.map(({ name }) => segment.block.columns[name]?.[i] ?? null);
}
