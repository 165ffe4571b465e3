import {
  IMPORT_COLUMNS,
  importColumns,
  missingColumns,
} from '../../../../shared/domain/imports/columns';
import {
  type ImportFault,
  importRow,
  type ReadImportRow,
  readImportRow,
} from '../../../../shared/domain/imports/read-import-row';
import {
  type ImportList,
  type ImportRow,
  MAX_IMPORT_ROWS,
} from '../../../../shared/domain/imports/rows';
import { STATUSES } from '../../../../shared/domain/model';
import { maskName } from '../../../../shared/domain/name/mask';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import type { JudgedRow } from '../../../store/batch-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { TableClient } from '../../clients/table-client';

/** Rows of one question to the store. */
const STEP = 500;

interface NamedRow {
  readonly line: number;
  /** Masked. */
  readonly name: string;
}

/** A list that was tried: what can be handed in, and what cannot. */
export interface TriedList {
  readonly file: string;
  readonly list: ImportList;
  readonly rows: readonly ImportRow[];
  /** As `rows`, in the same order. */
  readonly named: readonly NamedRow[];
  readonly faults: readonly (NamedRow & { readonly fault: ImportFault })[];
  /** Sheets behind the first that are not empty, and were not read. */
  readonly otherSheets: number;
}

/**
 * The dry run of a list: it is read in its own process, each row by itself, against the rows before it and against this
 * office's data. Nothing is kept or told. Throws the TABLE_ codes, IMPORT_COLUMNS, IMPORT_TOO_LONG.
 */
export async function tryList(
  {
    tables,
    store,
  }: { readonly tables: Pick<TableClient, 'open' | 'rows'>; readonly store: StoreCaller },
  list: ImportList,
  path: string,
  file: string,
): Promise<TriedList> {
  const { rows: total, headings, otherSheets } = await tables.open(path, file);
  const mapping = importColumns(list, headings);
  const missing = missingColumns(list, mapping).map((column) => IMPORT_COLUMNS[column]);
  if (missing.length > 0) throw new AppError('IMPORT_COLUMNS', { columns: missing.join('、') });
  if (total > MAX_IMPORT_ROWS) throw new AppError('IMPORT_TOO_LONG', { most: MAX_IMPORT_ROWS });
  const rows: ImportRow[] = [];
  const named: NamedRow[] = [];
  const faults: (NamedRow & { fault: ImportFault })[] = [];
  const before = new Set<string>();
  for (let from = 0; from < total; from += STEP) {
    const lines = await tables.rows(from, STEP);
    if (lines.length === 0) throw new AppError('TABLE_CLOSED');
    const read = lines.map(({ line, cells }) => readImportRow(list, line, cells, mapping));
    const judged = await judgedBy(store, read);
    for (const [i, one] of read.entries()) {
      const name = { line: lines[i]?.line ?? 0, name: one.name === '' ? '' : maskName(one.name) };
      const row = one.fault === null ? contentOf(list, one, judged.get(i)) : one.fault;
      const fault = typeof row === 'string' ? row : repeated(before, row) ? 'twice' : null;
      if (fault !== null) faults.push({ ...name, fault });
      else {
        rows.push(row as ImportRow);
        named.push(name);
      }
    }
  }
  return { file, list, rows, named, faults, otherSheets };
}

type Sound = Extract<ReadImportRow, { readonly fault: null }>;

/** Verdicts of the office's data on the rows that are sound by themselves, by their place. */
async function judgedBy(
  store: StoreCaller,
  read: readonly ReadImportRow[],
): Promise<ReadonlyMap<number, JudgedRow>> {
  const sound = read.flatMap((row, i) => (row.fault === null ? [{ i, row }] : []));
  if (sound.length === 0) return new Map();
  const judged = await store.call('batchJudge', { rows: sound.map(({ row }) => row.about) });
  return new Map(
    sound.flatMap(({ i }, at) => {
      const one = judged[at];
      return one === undefined ? [] : [[i, one] as const];
    }),
  );
}

function contentOf(
  list: ImportList,
  { content }: Sound,
  judged: JudgedRow | undefined,
): ImportRow | ImportFault {
  if (judged === undefined) throw new AppError('INTERNAL', {}, 'import: a row without its answer');
  const fault = list === 'certificates' ? newFault(judged) : correctionFault(judged);
  return fault ?? importRow(content, judged.certificateId ?? 0);
}

/** A new certificate must not be here yet; its holder may. */
function newFault({ verdict, reason }: JudgedRow): ImportFault | null {
  if (verdict === 'name-mismatch') return 'name-differs';
  if (verdict === 'number-mismatch' && reason === 'other-person') return 'number-differs';
  return verdict === 'several' || Object.hasOwn(STATUSES, verdict) ? 'known' : null;
}

/** A correction is of one certificate that is here. */
function correctionFault({ verdict, certificateId }: JudgedRow): ImportFault | null {
  if (verdict === 'not-in-slice') return 'not-here';
  if (verdict === 'name-mismatch') return 'name-differs';
  if (verdict === 'number-mismatch') return 'number-differs';
  return certificateId === null ? 'several' : null;
}

/** Whether a row says what an earlier one says; notes it. */
function repeated(before: Set<string>, row: ImportRow): boolean {
  const { line: _line, ...said } = row;
  const text = canonicalJson(said);
  const isKnown = before.has(text);
  before.add(text);
  return isKnown;
}
