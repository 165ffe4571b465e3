import { isSameMonth } from '../../../shared/domain/batch/read-end';
import type { BatchRow } from '../../../shared/domain/batch/read-row';
import type { BatchReason, BatchVerdict } from '../../../shared/domain/batch/verdicts';
import { isSameName } from '../../../shared/domain/name/same-name';
import type { JudgedRow } from '../batch-calls';
import { type Found, findPage, findRow, type JudgeDesk, type PageFinds } from './page-finds';

const NOTHING = { certificateId: null, number: null, kind: null, validTo: null, found: 0 } as const;

/** Judges rows of a list, in their order; what they name is looked up for all at once. */
export function judgeRows(desk: JudgeDesk, rows: readonly BatchRow[]): JudgedRow[] {
  const finds = findPage(desk, rows);
  return rows.map((row) => judgeRow(finds ?? findRow(desk, row), row));
}

/**
 * Judges one row of a list against the slice. By ID and certificate number, both where both are there; a name only
 * confirms. Where the list does not say which of several certificates is meant, it says so, unless all have the same
 * status. A number that is not here is "not in this slice", never more.
 */
export function judgeRow(finds: PageFinds, row: BatchRow): JudgedRow {
  if (row.fault !== null && row.number === null) return verdict('number-invalid', row.fault);
  if (row.idNumber === null && row.number === null) return verdict('incomplete', row.fault);
  const own = row.idNumber === null ? null : finds.ofPerson(row.idNumber);
  const numbered = row.number === null ? null : finds.numbered(row.number);
  const unmet = unmetBy(own, numbered);
  if (unmet !== null) return unmet;
  const judged = judgeFound(meet(own, numbered), row);
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
  own: readonly Found[] | null,
  numbered: readonly Found[] | null,
): JudgedRow | null {
  if (meet(own, numbered).length > 0) return null;
  if (numbered !== null && numbered.length > 0) return verdict('number-mismatch', 'other-person');
  // Of a person who is here a certificate of another region may be missing, as of anybody.
  const isPersonHere = own !== null && own.length > 0;
  return verdict('not-in-slice', isPersonHere ? 'unknown-number' : null);
}

/** Certificates in scope that a row's numbers fit, whatever else it says. */
export function certificatesOf(finds: PageFinds, row: BatchRow): readonly Found[] {
  const own = row.idNumber === null ? null : finds.ofPerson(row.idNumber);
  const numbered = row.number === null ? null : finds.numbered(row.number);
  return meet(own, numbered);
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
  const common = { ...verdict(only.status, null), found: dated.length };
  return dated.length === 1
    ? { ...common, ...shownOf(only) }
    : { ...common, among: dated.map(({ id }) => id) };
}

/** A month without a day is held against the month. */
function isLastDay(day: number, { validTo, end }: Pick<BatchRow, 'validTo' | 'end'>): boolean {
  if (validTo === null || end !== 'month') return day === validTo;
  return isSameMonth(day, validTo);
}

function shownOf({ id, number, kind, validTo }: Found) {
  return { certificateId: id, number, kind, validTo };
}

function meet(a: readonly Found[] | null, b: readonly Found[] | null): readonly Found[] {
  if (a === null) return b ?? [];
  if (b === null) return a;
  return a.filter((one) => b.some(({ id }) => id === one.id));
}

function verdict(word: BatchVerdict, reason: BatchReason): JudgedRow {
  return { verdict: word, reason, ...NOTHING };
}
