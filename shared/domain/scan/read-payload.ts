import { type BatchRow, readRow } from '../batch/read-row';
import { parseIdNumber } from '../identity/id-number';
import { documentAlone } from '../identity/other-document';
import { readAddress } from './address';
import { cleanText, MAX_PAYLOAD } from './clean-text';
import { fieldOf, labelled, type ScannedFields } from './fields';

/** A scanned or pasted text, as far as it can be held against the records. */
export interface ReadPayload {
  /** `address`: it is one, and was not opened. */
  readonly form: 'text' | 'address';
  readonly host: string | null;
  readonly isOddHost: boolean;
  /** Something invisible was in it, and was left out. */
  readonly hasHidden: boolean;
  readonly row: BatchRow;
  /** Of a number that stands alone and may as well be that of a document: what it says then. Null for any other text. */
  readonly asDocument: BatchRow | null;
}

export type PayloadFault = 'empty' | 'too-long';

const NOTHING: ScannedFields = { name: '', idNumber: '', number: '', validTo: '' };
const COLUMNS = { name: 0, idNumber: 1, number: 2, validTo: 3 } as const;
const ID_SHAPE = /(?<![\p{L}\d])(T?\d{17}[\dX])(?![\p{L}\d])/iu;
const ID_ALONE = /^T?\d{17}[\dX]$/iu;
/** A number of its own: letters, digits, brackets and dashes with some digits among them. */
const OWN_NUMBER = /^(?=(?:\D*\d){4})[\p{L}\d()[\]〔〕第号字.-]{6,40}$/u;

/**
 * Reads what a QR code or a copied certificate says: a compact text of labels, a JSON object, an address with
 * parameters, or a number alone. Nothing is opened, run or asked; a fault tells why nothing was read.
 */
export function readPayload(raw: string): ReadPayload | PayloadFault {
  if (raw.length > MAX_PAYLOAD) return 'too-long';
  const { text, hasHidden } = cleanText(raw);
  if (text === '') return 'empty';
  const address = readAddress(text);
  const fields = address === undefined ? fieldsOfText(text) : fieldsOfAddress(address.parts);
  return {
    form: address === undefined ? 'text' : 'address',
    host: address?.host ?? null,
    isOddHost: address?.isOddHost ?? false,
    hasHidden,
    row: rowOf(fields),
    asDocument: address === undefined ? documentIn(text, fields) : null,
  };
}

function documentIn(text: string, { number }: ScannedFields): BatchRow | null {
  const alone = text.replace(/\s/gu, '');
  const idNumber = alone === number ? documentAlone(alone) : undefined;
  return idNumber === undefined ? null : rowOf({ ...NOTHING, idNumber });
}

function fieldsOfText(text: string): ScannedFields {
  const named = { ...NOTHING, ...labelled(text) };
  if (named.idNumber !== '' || named.number !== '') return named;
  const shape = ID_SHAPE.exec(text)?.[1];
  if (shape !== undefined) return { ...named, ...byShape(shape) };
  const compact = text.replace(/\s/gu, '');
  const unbroken = compact.replaceAll('-', '');
  if (ID_ALONE.test(unbroken)) return { ...named, ...byShape(unbroken) };
  return OWN_NUMBER.test(compact) ? { ...named, number: compact } : named;
}

/** Only what has the shape of a number: other parameters of an address are anything. */
function fieldsOfAddress(parts: readonly (readonly [string, string])[]): ScannedFields {
  const found = { ...NOTHING };
  for (const [label, value] of parts) {
    const text = cleanText(value.slice(0, 200)).text.replace(/\s/gu, '');
    const field = fieldOf(label);
    if (field === 'name' || field === 'validTo') found[field] ||= text;
    else if (ID_ALONE.test(text)) {
      const { idNumber = '', number = '' } = byShape(text);
      if (field === 'number') found.number ||= text;
      else {
        found.idNumber ||= idNumber;
        found.number ||= number;
      }
    } else if (field === 'number' && OWN_NUMBER.test(text)) found.number ||= text;
  }
  return found;
}

const byShape = (text: string): Partial<ScannedFields> =>
  /^T/iu.test(text) ? { number: text.toUpperCase() } : { idNumber: text };

function rowOf({ name, idNumber, number, validTo }: ScannedFields): BatchRow {
  // A masked number names nobody.
  const isMasked = (text: string) => text.includes('*');
  const row = readRow(
    [name, isMasked(idNumber) ? '' : idNumber, isMasked(number) ? '' : number, validTo],
    COLUMNS,
  );
  if (row.number === null || !ID_ALONE.test(row.number)) return row;
  const checked = parseIdNumber(row.number.replace(/^T/iu, ''));
  // The digits contradict each other: no record can have this number, so none is looked for by it.
  return checked.ok || row.idNumber !== null ? row : { ...row, number: null, fault: checked.error };
}
