import { NUMBER_FORMS } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { FieldKeys } from '../../../crypto/field-keys';
import { openWithAny } from '../../../crypto/opening-fields';
import { openNumber, openPerson } from '../../../crypto/sealed-values';
import type { SealedRecord } from '../../../store/protocol';

export interface PlainValues {
  readonly name: string;
  readonly idNumber: string;
  readonly number: string;
  readonly phone: string | null;
}

/** Opens what the store handed out; null where the holder is not in the slice. Throws STORE_CORRUPT. */
export function openRecord(record: SealedRecord, fields: readonly FieldKeys[]): PlainValues | null {
  if (record.personBlob === null) return null;
  const person = openWithAny(record.personBlob, fields, openPerson);
  if (!person.ok) throw corrupt(person.error);
  const { idNumber, phone } = person.value;
  const own = record.certificateBlob;
  const sealed = own === null ? null : openWithAny(own, fields, openNumber);
  if (sealed !== null && !sealed.ok) throw corrupt(sealed.error);
  const number = numberOf(record.numberForm, record.number, idNumber, sealed?.value ?? null);
  return { name: record.name, idNumber, number, phone: phone ?? null };
}

function corrupt(fault: string): AppError {
  return new AppError('STORE_CORRUPT', { file: 'slice.db' }, `sealed value: ${fault}`);
}

/** The printed certificate number (shared/domain/model/codes.ts, NUMBER_FORMS). */
function numberOf(
  form: number,
  own: string | null,
  idNumber: string,
  sealed: string | null,
): string {
  if (form === NUMBER_FORMS['T-id']) return `T${idNumber}`;
  if (form === NUMBER_FORMS.id) return idNumber;
  return (form === NUMBER_FORMS.sealed ? sealed : own) ?? '';
}
