import type { Day } from '../../kernel/day';
import { type IdNumberFault, parseIdNumber } from '../identity/id-number';
import { readOtherDocument } from '../identity/other-document';
import { normalizeName } from '../name/normalize';
import type { ColumnMapping } from './columns';
import { readEnd } from './read-end';

/** A row of a list, read: what is to be looked up, or why it cannot be. */
export interface BatchRow {
  readonly name: string | null;
  /** Normalised to 18 characters, or as written for other kinds of documents. */
  readonly idNumber: string | null;
  readonly number: string | null;
  readonly validTo: Day | null;
  /** `month`: `validTo` is the last day of a month that stood without a day. `unreadable`: a day that could not be read. */
  readonly end?: 'month' | 'unreadable';
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
    ...endOf(cell(mapping.validTo)),
    ...id,
  };
}

function endOf(text: string): Pick<BatchRow, 'validTo' | 'end'> {
  const end = readEnd(text);
  if (end === 'none') return { validTo: null };
  if (end === 'unreadable') return { validTo: null, end };
  return end.by === 'month' ? { validTo: end.day, end: 'month' } : { validTo: end.day };
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
