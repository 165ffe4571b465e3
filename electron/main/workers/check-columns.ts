import { maskIdNumber, maskPhone } from '../../../shared/domain/identity/masks';
import type { PersonPrivate } from '../../../shared/domain/model';
import { type BlindColumns, blindColumns, blindTag } from '../../crypto/blind-index';
import type { FieldKeys } from '../../crypto/field-keys';
import { KEYED_TAG_BYTES, type KeyedTagger } from '../../crypto/keyed-tag';
import { openNumbers, openPersons } from '../../crypto/sealed-values';
import type { DeepFindings, DeepRows, DerivedColumns } from '../../store/deep-calls';
import type { SealedEntity } from '../../store/protocol';
import { maskNumber } from './seal-columns';

/** Everything that stored rows can be checked against. */
export interface Checker {
  /** What opens stored values; blind tags are made with the first of the same key. */
  readonly opening: readonly FieldKeys[];
  readonly blind: FieldKeys['blind'];
  readonly tagger: KeyedTagger;
}

/** What is derived of opened values, in row order; null where the row has none. */
interface Expected {
  readonly keyedTags: Uint8Array;
  readonly isOpen: readonly boolean[];
  readonly maskedId: readonly (string | null)[];
  readonly maskedPhone: readonly (string | null)[];
  readonly tags: BlindColumns;
}

const TAGS = [
  ['tagWhole', 'whole'],
  ['tagRegion6', 'region6'],
  ['tagBirth8', 'birth8'],
  ['tagLast4', 'last4'],
  ['tagLast6', 'last6'],
  ['tagPhone', 'phone'],
  ['tagPhoneLast4', 'phoneLast4'],
] as const;

/**
 * Opens the sealed values of stored rows and makes everything that is derived of them anew. A value that
 * does not open, or is another than its keyed tag says, is broken: nothing is concluded from it. What is
 * derived of a sound one and stored otherwise comes back as it should be.
 */
export function checkColumns(
  entity: SealedEntity,
  rows: DeepRows,
  { opening, blind, tagger }: Checker,
): DeepFindings {
  const packed = { bytes: rows.blobs, offsets: rows.offsets };
  const expected =
    entity === 'person'
      ? expectedOfPersons(openPersons(packed, opening), blind, tagger)
      : expectedOfNumbers(openNumbers(packed, opening), blind, tagger);
  const broken: number[] = [];
  const wrong: number[] = [];
  for (let i = 0; i < rows.ids.length; i++) {
    if (isBroken(rows, expected, i)) broken.push(rows.ids[i] ?? 0);
    else if (isWrong(rows, expected, i)) wrong.push(i);
  }
  return { broken, derived: picked(rows.ids, expected, wrong) };
}

function isBroken({ offsets, tagForms, keyedTags }: DeepRows, expected: Expected, i: number) {
  const hasBlob = offsets[i] !== offsets[i + 1];
  if (!hasBlob) return tagForms[i] !== 0;
  if (tagForms[i] !== 1 || expected.isOpen[i] !== true) return true;
  const [from, to] = [KEYED_TAG_BYTES * i, KEYED_TAG_BYTES * (i + 1)];
  return !Buffer.from(keyedTags.buffer, keyedTags.byteOffset + from, KEYED_TAG_BYTES).equals(
    expected.keyedTags.subarray(from, to),
  );
}

function isWrong(rows: DeepRows, expected: Expected, i: number): boolean {
  return (
    rows.maskedId[i] !== expected.maskedId[i] ||
    rows.maskedPhone[i] !== expected.maskedPhone[i] ||
    TAGS.some(([stored, kind]) => rows[stored][i] !== expected.tags[kind][i])
  );
}

function picked(ids: Float64Array, expected: Expected, at: readonly number[]): DerivedColumns {
  const keyedTags = new Uint8Array(KEYED_TAG_BYTES * at.length);
  at.forEach((i, k) => {
    const tag = expected.keyedTags.subarray(KEYED_TAG_BYTES * i, KEYED_TAG_BYTES * (i + 1));
    keyedTags.set(tag, KEYED_TAG_BYTES * k);
  });
  const column = (values: Float64Array) => Float64Array.from(at, (i) => values[i] ?? 0);
  const { tags } = expected;
  return {
    ids: column(ids),
    keyedTags,
    maskedId: at.map((i) => expected.maskedId[i] ?? null),
    maskedPhone: at.map((i) => expected.maskedPhone[i] ?? null),
    tagWhole: column(tags.whole),
    tagRegion6: column(tags.region6),
    tagBirth8: column(tags.birth8),
    tagLast4: column(tags.last4),
    tagLast6: column(tags.last6),
    tagPhone: column(tags.phone),
    tagPhoneLast4: column(tags.phoneLast4),
  };
}

function expectedOfPersons(
  persons: readonly (PersonPrivate | null)[],
  blind: FieldKeys['blind'],
  tagger: KeyedTagger,
): Expected {
  return {
    keyedTags: tagger.column(persons),
    isOpen: persons.map((person) => person !== null),
    maskedId: persons.map((one) => (one === null ? null : maskIdNumber(one.idNumber, 'birth-8'))),
    maskedPhone: persons.map((one) => (one?.phone === undefined ? null : maskPhone(one.phone))),
    tags: blindColumns(persons, blind),
  };
}

function expectedOfNumbers(
  numbers: readonly (string | null)[],
  blind: FieldKeys['blind'],
  tagger: KeyedTagger,
): Expected {
  const none = new Float64Array(numbers.length);
  return {
    keyedTags: tagger.column(numbers.map((number) => (number === null ? null : { number }))),
    isOpen: numbers.map((number) => number !== null),
    maskedId: numbers.map((number) => (number === null ? null : maskNumber(number))),
    maskedPhone: numbers.map(() => null),
    tags: {
      whole: Float64Array.from(numbers, (number) =>
        number === null ? 0 : blindTag('whole', number, blind.whole),
      ),
      region6: none,
      birth8: none,
      last4: none,
      last6: none,
      phone: none,
      phoneLast4: none,
    },
  };
}
