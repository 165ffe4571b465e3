import type { ColumnMapping } from '../batch/columns';
import { type BatchRow, readRow } from '../batch/read-row';
import { type IdNumberFault, parseIdNumber } from '../identity/id-number';
import type { CertificateKind } from '../model';
import { IMPORT_COLUMNS, type ImportColumn, type ImportMapping } from './columns';
import type {
  CertificateCorrection,
  CorrectedField,
  ImportList,
  ImportRow,
  NewCertificate,
} from './rows';

/** What a row lacks or says wrongly, by itself. */
const OWN_FAULTS = [
  'name-missing',
  'id-missing',
  'number-missing',
  'kind-unknown',
  'from-unreadable',
  'to-unreadable',
  'dates-order',
  'field-unknown',
  'proposed-missing',
  'proposed-wrong',
  'note-missing',
] as const;
/** What the other rows or the office's data say against it. */
const HELD_FAULTS = [
  'twice',
  'known',
  'name-differs',
  'number-differs',
  'not-here',
  'several',
] as const;
const ID_FAULTS = [
  'empty',
  'spreadsheet-number',
  'characters',
  'length',
  'birth-date',
  'checksum',
] as const satisfies readonly IdNumberFault[];
/** Why a row is not handed in. */
export const IMPORT_FAULTS = [...OWN_FAULTS, ...HELD_FAULTS, ...ID_FAULTS] as const;
export type ImportFault = (typeof IMPORT_FAULTS)[number];

/** A correction before the certificate is found: `certificate` is what the row says of it. */
export type ReadCorrection = Omit<CertificateCorrection, 'certificate'>;

/** A row that was read: what the office's data are to be asked, and what would be handed in. */
export type ReadImportRow =
  | { readonly fault: ImportFault; readonly name: string }
  | {
      readonly fault: null;
      readonly name: string;
      readonly about: BatchRow;
      readonly content: NewCertificate | ReadCorrection;
    };

const MAX_PROPOSED = 100;
const MAX_NOTE = 200;

const KINDS: readonly (readonly [RegExp, CertificateKind])[] = [
  [/特种作业/u, 'special-operation'],
  [/主要负责人/u, 'manager-principal'],
  [/C1/iu, 'construction-c1'],
  [/C2/iu, 'construction-c2'],
  [/C3/iu, 'construction-c3'],
  [/(^|[^A-Z])A(类|证|\)|$)/iu, 'construction-a'],
  [/(^|[^A-Z])B(类|证|\)|$)/iu, 'construction-b'],
  [/安全(生产)?管理人员/u, 'manager-safety'],
];

function kindOf(text: string): CertificateKind | undefined {
  return KINDS.find(([words]) => words.test(text.normalize('NFKC')))?.[1];
}

const FIELD_WORDS: Readonly<Record<CorrectedField, readonly string[]>> = {
  name: [IMPORT_COLUMNS.name],
  idNumber: [IMPORT_COLUMNS.idNumber, '身份证号码', '证件号码'],
  number: [IMPORT_COLUMNS.number, '证书号'],
  kind: [IMPORT_COLUMNS.kind, '证书类型'],
  category: [IMPORT_COLUMNS.category, '准操项目', '作业类别'],
  validFrom: [IMPORT_COLUMNS.validFrom, '有效期自', '生效日期'],
  validTo: [IMPORT_COLUMNS.validTo, '有效期止', '失效日期'],
  company: [IMPORT_COLUMNS.company, '单位', '工作单位'],
  other: ['其他', '其它'],
};

function fieldOf(text: string): CorrectedField | undefined {
  const plain = text.normalize('NFKC').replace(/\s/gu, '');
  const fields = Object.keys(FIELD_WORDS) as CorrectedField[];
  return fields.find((field) => field === plain || FIELD_WORDS[field].includes(plain));
}

/** Reads a row of a list; its line is that of the workbook. */
export function readImportRow(
  list: ImportList,
  line: number,
  cells: readonly string[],
  mapping: ImportMapping,
): ReadImportRow {
  const cell = (column: ImportColumn): string => {
    const at = mapping[column];
    return at === undefined ? '' : (cells[at] ?? '').trim();
  };
  const read = readRow(cells, batchColumns(list, mapping));
  const name = read.name ?? '';
  const content =
    list === 'certificates'
      ? newCertificate(line, read, cell, dayIn(cells, mapping.validFrom))
      : correction(line, read, cell);
  return typeof content === 'string'
    ? { fault: content, name }
    : { fault: null, name, about: read, content };
}

/** Row of the command, when the data named the certificate; `certificate` is of no use to a new one. */
export function importRow(
  content: NewCertificate | ReadCorrection,
  certificate: number,
): ImportRow {
  return 'field' in content ? { ...content, certificate } : content;
}

function batchColumns(list: ImportList, mapping: ImportMapping): ColumnMapping {
  const { name, idNumber, number, validTo } = mapping;
  const columns =
    list === 'certificates' ? { name, idNumber, number, validTo } : { name, idNumber, number };
  return Object.fromEntries(
    Object.entries(columns).filter(([, at]) => at !== undefined),
  ) as ColumnMapping;
}

function dayIn(cells: readonly string[], at: number | undefined): number | null {
  return at === undefined ? null : wholeDay(readRow(cells, { validTo: at }));
}

/** The day of a row; a month alone is none, whichever end of it was meant. */
const wholeDay = ({ validTo, end }: BatchRow): number | null => (end === 'month' ? null : validTo);

type Cell = (column: ImportColumn) => string;

function newCertificate(
  line: number,
  read: BatchRow,
  cell: Cell,
  validFrom: number | null,
): NewCertificate | ImportFault {
  const { name, idNumber, number, fault } = read;
  const validTo = wholeDay(read);
  const kind = kindOf(cell('kind'));
  if (name === null) return 'name-missing';
  if (fault !== null) return fault;
  if (idNumber === null) return 'id-missing';
  if (number === null) return 'number-missing';
  if (kind === undefined) return 'kind-unknown';
  if (validFrom === null) return 'from-unreadable';
  if (validTo === null) return 'to-unreadable';
  if (validTo < validFrom) return 'dates-order';
  return {
    line,
    name,
    idNumber,
    number,
    kind,
    category: textOrNull(cell('category').slice(0, MAX_PROPOSED)),
    validFrom,
    validTo,
    company: textOrNull(cell('company').slice(0, MAX_PROPOSED)),
  };
}

function correction(
  line: number,
  { name, number, fault }: BatchRow,
  cell: Cell,
): ReadCorrection | ImportFault {
  const field = fieldOf(cell('field'));
  const proposed = cell('proposed').slice(0, MAX_PROPOSED);
  const note = cell('note').slice(0, MAX_NOTE);
  if (number === null) return 'number-missing';
  if (name === null) return 'name-missing';
  if (fault !== null) return fault;
  if (field === undefined) return 'field-unknown';
  if (proposed === '') return 'proposed-missing';
  if (!fits(field, proposed)) return 'proposed-wrong';
  if (note === '') return 'note-missing';
  return { line, field, proposed, note };
}

/** Whether the value can be one of that field at all. */
function fits(field: CorrectedField, proposed: string): boolean {
  if (field === 'validFrom' || field === 'validTo')
    return wholeDay(readRow([proposed], { validTo: 0 })) !== null;
  if (field === 'kind') return kindOf(proposed) !== undefined;
  return field !== 'idNumber' || parseIdNumber(proposed).ok;
}

const textOrNull = (text: string): string | null => (text === '' ? null : text);
