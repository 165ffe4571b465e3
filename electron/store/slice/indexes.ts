import type { WritableDb } from '../database';

/** What exact search needs. Made after the rows are in: 80 % faster than along with them. */
export const EXACT_INDEXES: readonly string[] = [
  'create index if not exists person_nameId on person(nameId)',
  'create index if not exists certificate_number on certificate("number") where "number" is not null',
  'create index if not exists certificate_holder on certificate("holder")',
  'create index if not exists person_tagWhole on person(tagWhole) where tagWhole is not null',
  'create index if not exists certificate_tagNumber on certificate(tagNumber) where tagNumber is not null',
  'create index if not exists company_uscc on company("uscc")',
];

export const FULL_INDEXES: readonly string[] = [
  'create unique index if not exists name_text on name(text)',
  'create index if not exists certificate_company on certificate("company") where "company" is not null',
  'create index if not exists person_tagRegion6 on person(tagRegion6) where tagRegion6 is not null',
  'create index if not exists person_tagBirth8 on person(tagBirth8) where tagBirth8 is not null',
  'create index if not exists person_tagLast4 on person(tagLast4) where tagLast4 is not null',
  'create index if not exists person_tagLast6 on person(tagLast6) where tagLast6 is not null',
  'create index if not exists person_tagPhone on person(tagPhone) where tagPhone is not null',
  'create index if not exists person_tagPhoneLast4 on person(tagPhoneLast4) where tagPhoneLast4 is not null',
];

/** Types 1 and 2 are issued and renewed: the periods that renewal rates are made of. */
export const LATE_INDEXES: readonly string[] = [
  'create index if not exists event_certificate on event("certificate", "seq")',
  'create index if not exists event_period on event("certificate", "seq", "validTo") where "type" in (1, 2) and "validTo" is not null',
  'create index if not exists training_person on training("person")',
  'create index if not exists exam_person on exam("person")',
  'create index if not exists attachment_owner on attachment("owner", "ownerType")',
];

/** Makes what is missing; `tell` hears after each. */
export function makeIndexes(db: WritableDb, statements: readonly string[], tell: () => void): void {
  for (const statement of statements) {
    db.exec(statement);
    tell();
  }
}
