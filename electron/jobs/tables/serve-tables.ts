import { z } from 'zod';
import type { ColumnMapping } from '../../../shared/domain/batch/columns';
import type { ListedRow } from '../../../shared/domain/batch/listed-row';
import { readRow } from '../../../shared/domain/batch/read-row';
import { type ListTrial, tryList } from '../../../shared/domain/batch/try-list';
import { maskIdNumber } from '../../../shared/domain/identity/masks';
import { maskName } from '../../../shared/domain/name/mask';
import {
  MAX_TABLE_ROWS,
  openTable,
  summaryOf,
  type Table,
  type TableRow,
  type TableSummary,
} from './open-table';
import { TableProblem, type TableProblemKind } from './table-problem';
import { type SheetJob, writeSheet } from './write-sheet';

const id = z.int().nonnegative();
/** Rows of one answer at most. */
export const MAX_ANSWER_ROWS = 2_000;

const column = z.int().min(0).max(63).optional();
const mapping = z.strictObject({
  name: column,
  idNumber: column,
  number: column,
  validTo: column,
  company: column,
});
const line = z.array(z.string().max(1_024)).max(32);

export const tableRequests = [
  /** Reads a list and keeps it until it is closed or another one is opened. */
  z.strictObject({ kind: z.literal('table.open'), id, path: z.string().min(1).max(4_096) }),
  z.strictObject({
    kind: z.literal('table.rows'),
    id,
    from: z.int().nonnegative(),
    limit: z.int().min(1).max(MAX_ANSWER_ROWS),
  }),
  /** As `table.rows`, read by what its columns are. */
  z.strictObject({
    kind: z.literal('table.listed'),
    id,
    from: z.int().nonnegative(),
    limit: z.int().min(1).max(MAX_ANSWER_ROWS),
    mapping,
  }),
  /** Reads all rows by what its columns are and says what is wrong with them. */
  z.strictObject({ kind: z.literal('table.try'), id, mapping }),
  z.strictObject({ kind: z.literal('table.close'), id }),
  /** Writes a workbook of texts in one go. */
  z.strictObject({
    kind: z.literal('table.write'),
    id,
    path: z.string().min(1).max(4_096),
    name: z.string().min(1).max(31),
    widths: z.array(z.number().positive().max(255)).min(1).max(32),
    top: z.array(line).max(32),
    rows: z.array(line).max(MAX_TABLE_ROWS),
  }),
] as const;
type TableRequest = z.infer<(typeof tableRequests)[number]>;
/** Columns that are not there may be left out or undefined. */
type Columns = Extract<TableRequest, { readonly kind: 'table.listed' }>['mapping'];

export type TableEvent =
  | { readonly kind: 'table.opened'; readonly id: number; readonly summary: TableSummary }
  | {
      readonly kind: 'table.refused';
      readonly id: number;
      readonly problem: TableProblemKind;
      readonly line: number | null;
    }
  | { readonly kind: 'table.written'; readonly id: number; readonly fault: string | null }
  | { readonly kind: 'table.listed'; readonly id: number; readonly rows: readonly ListedRow[] }
  | { readonly kind: 'table.tried'; readonly id: number; readonly trial: ListTrial }
  | { readonly kind: 'table.rows'; readonly id: number; readonly rows: readonly TableRow[] };

/** Holds the one list that is open; everything untrusted about it is parsed in this process and nowhere else. */
export class TableDesk {
  private table: Table | null = null;

  constructor(private readonly post: (event: TableEvent) => void) {}

  handle(request: TableRequest): void {
    const { id } = request;
    if (request.kind === 'table.open') {
      void this.open(id, request.path);
      return;
    }
    if (request.kind === 'table.write') {
      void this.write(id, request);
      return;
    }
    if (request.kind === 'table.listed') {
      const { from, limit, mapping } = request;
      const rows = this.table?.rows.slice(from, from + limit) ?? [];
      this.post({ kind: 'table.listed', id, rows: rows.map((row) => listedRow(row, mapping)) });
      return;
    }
    if (request.kind === 'table.try') {
      const columns = request.mapping as ColumnMapping;
      this.post({ kind: 'table.tried', id, trial: tryList(aboutRows(this.table, columns)) });
      return;
    }
    if (request.kind === 'table.close') this.table = null;
    const { from, limit } = request.kind === 'table.rows' ? request : { from: 0, limit: 0 };
    this.post({ kind: 'table.rows', id, rows: this.table?.rows.slice(from, from + limit) ?? [] });
  }

  private async write(id: number, job: SheetJob): Promise<void> {
    const fault = await writeSheet(job).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code ?? error.name,
    );
    this.post({ kind: 'table.written', id, fault });
  }

  private async open(id: number, path: string): Promise<void> {
    this.table = null;
    try {
      this.table = await openTable(path);
      this.post({ kind: 'table.opened', id, summary: summaryOf(this.table) });
    } catch (error) {
      const [problem, line] =
        error instanceof TableProblem ? [error.kind, error.line] : (['damaged', null] as const);
      this.post({ kind: 'table.refused', id, problem, line });
    }
  }
}

function* aboutRows(table: Table | null, mapping: ColumnMapping) {
  for (const { line, cells } of table?.rows ?? []) yield { line, about: readRow(cells, mapping) };
}

function listedRow({ line, cells }: TableRow, mapping: Columns): ListedRow {
  const about = readRow(cells, mapping as ColumnMapping);
  const { name, idNumber } = about;
  return {
    line,
    about,
    name: name === null ? '' : maskName(name),
    id: idNumber === null ? '' : maskIdNumber(idNumber, 'birth-8'),
  };
}
