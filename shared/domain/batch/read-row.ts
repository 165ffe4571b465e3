import type { Day } from '../../kernel/day';
import { dayOf } from '../../kernel/day';
import { type IdNumberFault, parseIdNumber } from '../identity/id-number';
import { readOtherDocument } from '../identity/other-document';
import { normalizeName } from '../name/normalize';
import type { ColumnMapping } from './columns';

/** A row of a list, read: what is to be looked up, or why it cannot be. */
export interface BatchRow {
  readonly name: string | null;
  /** Normalised to 18 characters, or as written for other kinds of documents. */
  readonly idNumber: string | null;
  readonly number: string | null;
  readonly validTo: Day | null;
  /** The ID number cannot be one. */
  readonly fault: IdNumberFault | null;
}

const MAX_CELL = 64;

/** Reads the mapped cells of a row. Texts are cut at 64 characters: no field is longer. */
export function readRow(cells: readonly string[], mapping: ColumnMapping): BatchRow {
  const cell = (column: number | undefined): string =>
    column === undefined ? '' : (cells[column] ?? '').trim().slice(0, MAX_CELL);
  const name = normalizeName(cell(mapping.name));
  const number = tidyNumber(cell(mapping.number));
  const id = readId(cell(mapping.idNumber));
  return {
    name: name === '' ? null : name,
    number: number === '' ? null : number,
    validTo: readDate(cell(mapping.validTo)),
    ...id,
  };
}

function readId(text: string): Pick<BatchRow, 'idNumber' | 'fault'> {
  if (text === '') return { idNumber: null, fault: null };
  const parsed = parseIdNumber(text);
  if (parsed.ok) return { idNumber: parsed.value.normalized, fault: null };
  const other = readOtherDocument(text);
  return other === undefined
    ? { idNumber: null, fault: parsed.error }
    : { idNumber: other, fault: null };
}

/** Spreadsheets keep texts with a leading apostrophe, and people break numbers by spaces. */
function tidyNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/^['’‘`]/u, '')
    .replace(/\s/gu, '');
}

/** 2027-02-28, 2027/2/28, 2027.2.28, 2027年2月28日, 20270228; of a range (…至…) the end. Null: none. */
function readDate(text: string): Day | null {
  const found = [
    ...text.normalize('NFKC').matchAll(/(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?/gu),
  ];
  const [, year, month, day] = found.at(-1) ?? [];
  if (year === undefined) return null;
  return dayOf(Number(year), Number(month), Number(day)) ?? null;
}
