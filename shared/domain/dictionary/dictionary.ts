import type { Entity } from '../model/rows';

/**
 * Classification of what the office holds, after GB/T 43697-2024 and the law on personal information: general data,
 * internal data, personal information, sensitive personal information.
 */
export type DataLevel = 'general' | 'internal' | 'personal' | 'sensitive';

/** How a field rests and is shown: as it is, masked, or sealed once more and shown in plain for a stated reason. */
export type DataShowing = 'plain' | 'masked' | 'sealed';

type ColumnName = `${Entity}.${string}`;

interface DictionaryField {
  readonly level: DataLevel;
  readonly showing: DataShowing;
  /** Columns of the model that it stands for; `!` before a private one. */
  readonly columns: readonly ColumnName[];
}

const field = (
  level: DataLevel,
  showing: DataShowing,
  columns: readonly ColumnName[],
): DictionaryField => ({ level, showing, columns });

/** Every field that the slice has, by its word in the catalogues. A test holds it to the model, column by column. */
export const DICTIONARY = {
  name: field('personal', 'masked', ['person.name']),
  'id-number': field('sensitive', 'sealed', [
    'person.!idType',
    'person.!idNumber',
    'certificate.!number',
  ]),
  phone: field('personal', 'sealed', ['person.!phone']),
  sex: field('personal', 'plain', ['person.sex']),
  picture: field('sensitive', 'plain', [
    'person.photo',
    'attachment.ownerType',
    'attachment.owner',
    'attachment.kind',
    'attachment.sha256',
    'attachment.bytes',
    'attachment.mime',
  ]),
  number: field('general', 'plain', ['certificate.numberForm', 'certificate.number']),
  kind: field('general', 'plain', [
    'certificate.kind',
    'certificate.category',
    'certificate.industry',
    'certificate.region',
  ]),
  validity: field('internal', 'plain', [
    'certificate.firstIssue',
    'certificate.validFrom',
    'certificate.validTo',
    'certificate.reviewDue',
    'certificate.reviewDone',
  ]),
  status: field('internal', 'plain', [
    'certificate.baseStatus',
    'certificate.statusReason',
    'certificate.statusDay',
  ]),
  issuer: field('general', 'plain', [
    'certificate.issuer',
    'certificate.body',
    'certificate.source',
  ]),
  employer: field('personal', 'plain', [
    'certificate.holder',
    'certificate.company',
    'person.company',
  ]),
  company: field('general', 'plain', [
    'company.name',
    'company.uscc',
    'company.industry',
    'company.region',
  ]),
  staffing: field('internal', 'plain', ['company.staffing']),
  changes: field('internal', 'plain', [
    'event.certificate',
    'event.seq',
    'event.type',
    'event.day',
    'event.by',
    'event.document',
    'event.validTo',
    'event.reviewDue',
    'event.region',
    'event.note',
  ]),
  training: field('personal', 'plain', [
    'training.person',
    'training.certificate',
    'training.kind',
    'training.category',
    'training.course',
    'training.hours',
    'training.day',
    'training.body',
  ]),
  exams: field('personal', 'plain', [
    'exam.person',
    'exam.kind',
    'exam.category',
    'exam.day',
    'exam.theory',
    'exam.practice',
    'exam.passed',
    'exam.attempt',
    'exam.body',
  ]),
  extra: field('internal', 'plain', ['company.ext', 'person.ext', 'certificate.ext']),
} as const satisfies Record<string, DictionaryField>;
export type DictionaryWord = keyof typeof DICTIONARY;
