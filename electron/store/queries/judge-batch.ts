import { isSameMonth } from '../../../shared/domain/batch/read-end';
import type { BatchRow } from '../../../shared/domain/batch/read-row';
import type { BatchReason, BatchVerdict } from '../../../shared/domain/batch/verdicts';
import { NUMBER_FORMS, STATUSES, type Status, wordOf } from '../../../shared/domain/model';
import { characters, normalizeName } from '../../../shared/domain/name/normalize';
import type { JudgedRow } from '../batch-calls';
import { CORE_COLUMNS, coreRow } from '../cube/build';
import { isRegionIn, statusOf } from '../cube/row-filter';
import type { ReadableDb } from '../database';
import type { BlindKeySet } from '../protocol';
import { raw, sql } from '../sql/tag';
import { intOf, intOrNull, textOrNull } from '../sql/values';
import { byNumberTag, byPersonTag, tagsOf } from './find-ids';
import { kindWord, type Rules, shownNumber } from './items';

/** What judging needs of an open slice. */
export interface JudgeDesk {
  readonly db: ReadableDb;
  readonly blindKeys: readonly BlindKeySet[];
  readonly scopes: readonly string[];
  readonly rules: Rules;
}

/** More certificates of one number than an issuer ever made by mistake. */
const MAX_ALIKE = 50;
const ID_NUMBER = /^T?\d{17}[\dX]$/u;
const NOTHING = { certificateId: null, number: null, kind: null, validTo: null, found: 0 } as const;

/**
 * Judges one row of a list against the slice. By ID and certificate number, both where both are there; a name only
 * confirms. Where the list does not say which of several certificates is meant, it says so, unless all have the same
 * status. A number that is not here is "not in this slice", never more.
 */
export function judgeRow(desk: JudgeDesk, row: BatchRow): JudgedRow {
  if (row.fault !== null && row.number === null) return verdict('number-invalid', row.fault);
  if (row.idNumber === null && row.number === null) return verdict('incomplete', row.fault);
  const own = row.idNumber === null ? null : inScope(desk, personsOf(desk, row.idNumber));
  const numbered = row.number === null ? null : inScope(desk, numberedBy(desk, row.number));
  const both = meet(own, numbered);
  const unmet = unmetBy(own, numbered);
  if (unmet !== null) return unmet;
  const judged = ofCertificates(desk, both, row);
  // An ID number that is none proves nothing; that the list has it is said beside what the other number found.
  // Nor does a day that could not be read.
  const unread = row.end === 'unreadable' ? 'date-unreadable' : null;
  return { ...judged, reason: judged.reason ?? row.fault ?? unread };
}

/**
 * The verdict where no certificate has all the numbers of a row; null where one has. `own` and `numbered`: what its ID and
 * its certificate number find, null where it has none. A number is only somebody else's where somebody else has it here.
 */
export function unmetBy(
  own: readonly number[] | null,
  numbered: readonly number[] | null,
): JudgedRow | null {
  if (meet(own, numbered).length > 0) return null;
  if (numbered !== null && numbered.length > 0) return verdict('number-mismatch', 'other-person');
  // Of a person who is here a certificate of another region may be missing, as of anybody.
  const isPersonHere = own !== null && own.length > 0;
  return verdict('not-in-slice', isPersonHere ? 'unknown-number' : null);
}

/** Judges the certificate of this id, where it is here, by what else the row says. */
export function judgeCertificate(desk: JudgeDesk, id: number, row: BatchRow): JudgedRow {
  return ofCertificates(desk, inScope(desk, [id]), row);
}

/** Certificates in scope that a row's numbers fit, whatever else it says. */
export function certificatesOf(desk: JudgeDesk, row: BatchRow): readonly number[] {
  const own = row.idNumber === null ? null : inScope(desk, personsOf(desk, row.idNumber));
  const numbered = row.number === null ? null : inScope(desk, numberedBy(desk, row.number));
  return own === null && numbered === null ? [] : meet(own, numbered);
}

function ofCertificates(desk: JudgeDesk, ids: readonly number[], row: BatchRow): JudgedRow {
  return judgeFound(
    ids.flatMap((id) => readFound(desk, id) ?? []),
    row,
  );
}

/** The verdict of a row that these certificates fit by their numbers. */
export function judgeFound(
  all: readonly Found[],
  row: Pick<BatchRow, 'name' | 'validTo' | 'end'>,
): JudgedRow {
  if (all.length === 0) return verdict('not-in-slice', null);
  // A number may be several people's: only those whose name it says may speak for the row.
  const { name } = row;
  const found = name === null ? all : all.filter((one) => isSameName(name, one.name));
  const [first] = found;
  if (first === undefined) return { ...verdict('name-mismatch', null), found: all.length };
  const dated =
    row.validTo === null ? found : found.filter(({ validTo }) => isLastDay(validTo, row));
  const [only] = dated;
  if (only === undefined) {
    const shown = found.length === 1 ? shownOf(first) : NOTHING;
    return { ...verdict('date-mismatch', null), ...shown, found: found.length };
  }
  const isOne =
    new Set(dated.map(({ status }) => status)).size === 1 &&
    new Set(dated.map(({ holder }) => holder)).size === 1;
  if (!isOne) return { ...verdict('several', null), found: dated.length };
  const shown = dated.length === 1 ? shownOf(only) : NOTHING;
  return { ...verdict(only.status, null), ...shown, found: dated.length };
}

/** A month without a day is held against the month. */
function isLastDay(day: number, { validTo, end }: Pick<BatchRow, 'validTo' | 'end'>): boolean {
  if (validTo === null || end !== 'month') return day === validTo;
  return isSameMonth(day, validTo);
}

export interface Found {
  readonly id: number;
  readonly holder: number;
  readonly name: string;
  readonly status: Status;
  readonly validTo: number;
  readonly number: string;
  readonly kind: JudgedRow['kind'];
}

function shownOf({ id, number, kind, validTo }: Found) {
  return { certificateId: id, number, kind, validTo };
}

const FACTS = `select c."numberForm", c."number", c.maskedNumber, p.maskedId, p."name", c."kind", c."validTo", c."holder"
  from certificate c left join person p on p.id = c."holder" where c.id = ?`;

/** What the slice says of a certificate, masked but for the name. */
export function readFound({ db, rules }: JudgeDesk, id: number): Found | undefined {
  const core = db.get(sql`select ${raw(CORE_COLUMNS)} from certificate where id = ${id}`);
  const facts = db.get({ text: FACTS, values: [id] });
  if (core === undefined || facts === undefined) return undefined;
  const status = wordOf(STATUSES, statusOf(coreRow(core, rules.marks), rules.cutoffs));
  if (status === undefined) throw new TypeError('status');
  return {
    id,
    name: textOrNull(facts[4]) ?? '',
    status,
    validTo: intOf(facts[6]),
    number: shownNumber(
      intOf(facts[0]),
      textOrNull(facts[1]),
      textOrNull(facts[2]),
      textOrNull(facts[3]) ?? '',
    ),
    kind: kindWord(intOf(facts[5])),
    holder: intOf(facts[7]),
  };
}

function personsOf({ db, blindKeys }: JudgeDesk, idNumber: string): number[] {
  return byPersonTag(db, 'whole', tagsOf(blindKeys, 'whole', idNumber));
}

/** By the whole number only: a list that names half a number names none. Numbers may be made of an ID, sealed or own. */
function numberedBy({ db, blindKeys }: JudgeDesk, number: string): number[] {
  const upper = number.toUpperCase();
  const byId: number[] = [];
  if (ID_NUMBER.test(upper)) {
    const isT = upper.startsWith('T');
    const tags = tagsOf(blindKeys, 'whole', isT ? upper.slice(1) : upper);
    byId.push(...byPersonTag(db, 'whole', tags, isT).filter((id) => isNumberedById(db, id, isT)));
  }
  const spelled = new Set([
    number,
    number.replace(/\(/gu, '（').replace(/\)/gu, '）'),
    number.replace(/（/gu, '(').replace(/）/gu, ')'),
  ]);
  const own = [...spelled].flatMap((text) =>
    db
      .all(sql`select id from certificate where "number" = ${text} limit ${MAX_ALIKE}`)
      .map((row) => intOf(row[0])),
  );
  return [...byId, ...own, ...byNumberTag(db, tagsOf(blindKeys, 'whole', number))];
}

/** Whether the certificate's number is made of its holder's ID. */
function isNumberedById(db: ReadableDb, id: number, isT: boolean): boolean {
  const form = intOrNull(db.value(sql`select "numberForm" from certificate where id = ${id}`));
  return form === (isT ? NUMBER_FORMS['T-id'] : NUMBER_FORMS.id);
}

function inScope({ db, scopes }: JudgeDesk, ids: readonly number[]): number[] {
  return ids.filter((id) => {
    const region = db.value(sql`select "region" from certificate where id = ${id}`);
    return region !== undefined && isRegionIn(intOf(region), scopes);
  });
}

function meet(a: readonly number[] | null, b: readonly number[] | null): readonly number[] {
  if (a === null) return b ?? [];
  if (b === null) return a;
  return a.filter((id) => b.includes(id));
}

/** A name written masked (张*三) is held against the characters that it shows. */
function isSameName(given: string, stored: string): boolean {
  const [a, b] = [characters(given), characters(normalizeName(stored))];
  return (
    a.length === b.length && a.every((character, i) => character === '*' || character === b[i])
  );
}

function verdict(word: BatchVerdict, reason: BatchReason): JudgedRow {
  return { verdict: word, reason, ...NOTHING };
}
