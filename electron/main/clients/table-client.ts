import type { ColumnMapping } from '../../../shared/domain/batch/columns';
import type { ListedRow } from '../../../shared/domain/batch/listed-row';
import type { ListTrial } from '../../../shared/domain/batch/try-list';
import { AppError, type ErrorCode } from '../../../shared/errors/app-error';
import type { TableRow, TableSummary } from '../../jobs/tables/open-table';
import type { TableEvent } from '../../jobs/tables/serve-tables';
import type { TableProblemKind } from '../../jobs/tables/table-problem';
import type { SheetJob } from '../../jobs/tables/write-sheet';
import { PendingCalls } from './pending-calls';
import type { ProcessLink, StartProcess } from './process-link';

/** A list that takes longer is made to; nothing of it was taken. */
const OPEN_LIMIT_MS = 60_000;

/** Room that any of our workbooks finds enough. */
const WORKBOOK_MB = 10;

const CODES: Readonly<Record<TableProblemKind, ErrorCode>> = {
  unreadable: 'TABLE_UNREADABLE',
  locked: 'TABLE_LOCKED',
  denied: 'TABLE_DENIED',
  silent: 'TABLE_SILENT',
  changed: 'TABLE_CHANGED',
  'not-a-table': 'TABLE_NOT_ONE',
  encrypted: 'TABLE_ENCRYPTED',
  macros: 'TABLE_MACROS',
  'too-large': 'TABLE_TOO_LARGE',
  'too-many-rows': 'TABLE_TOO_LARGE',
  bomb: 'TABLE_BOMB',
  damaged: 'TABLE_DAMAGED',
  quotes: 'TABLE_QUOTES',
  empty: 'TABLE_EMPTY',
};

type TableRefusal = Pick<
  Extract<TableEvent, { readonly kind: 'table.refused' }>,
  'problem' | 'line'
>;

/**
 * Lists that people bring, read in a process of its own: a file that eats all memory or never ends takes that
 * process along and nothing else. Started at the first list, ended at lock.
 */
export class TableClient {
  private link: ProcessLink | null = null;
  private readonly calls = new PendingCalls();

  constructor(private readonly startProcess: StartProcess) {}

  /** Opens a list and keeps it in that process. Throws the TABLE_ codes, and CANCELLED. */
  async open(path: string, name: string): Promise<TableSummary> {
    const answer = this.calls.start<TableSummary | TableRefusal>((id) =>
      this.post({ kind: 'table.open', id, path }),
    );
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      this.stop();
    }, OPEN_LIMIT_MS);
    try {
      const opened = await answer;
      if ('problem' in opened) {
        const { problem, line } = opened;
        // The thread that waits for the drive comes back with the process alone.
        if (problem === 'silent') this.stop();
        throw new AppError(CODES[problem], line === null ? { name } : { name, line });
      }
      return opened;
    } catch (error) {
      if (isLate || isCrash(error)) throw new AppError('TABLE_BOMB', { name });
      throw error;
    } finally {
      clearTimeout(limit);
    }
  }

  /** Rows of the open list, from the given one on; at most 2,000. */
  rows(from: number, limit: number): Promise<readonly TableRow[]> {
    return this.calls.start((id) => this.post({ kind: 'table.rows', id, from, limit }));
  }

  /** As rows, read by what its columns are; at most 2,000. */
  listed(from: number, limit: number, mapping: ColumnMapping): Promise<readonly ListedRow[]> {
    return this.calls.start((id) => this.post({ kind: 'table.listed', id, from, limit, mapping }));
  }

  /** What is wrong with the rows of the open list when they are read by what its columns are. */
  tried(mapping: ColumnMapping): Promise<ListTrial> {
    return this.calls.start((id) => this.post({ kind: 'table.try', id, mapping }));
  }

  /** Writes a workbook. Throws DISK_FULL, EXPORT_TARGET with the file system's code, and CANCELLED. */
  async write(job: SheetJob): Promise<void> {
    const fault = await this.calls.start<string | null>((id) =>
      this.post({ kind: 'table.write', id, ...job }),
    );
    if (fault === 'ENOSPC') throw new AppError('DISK_FULL', { neededMb: WORKBOOK_MB });
    if (fault !== null) throw new AppError('EXPORT_TARGET', {}, fault);
  }

  /** Ends the process; what was under way fails as CANCELLED. */
  stop(): void {
    const { link } = this;
    this.link = null;
    link?.kill();
    this.calls.rejectAll(new AppError('CANCELLED'));
  }

  private post(request: object): void {
    this.link ??= this.start();
    this.link.post(request);
  }

  private start(): ProcessLink {
    const link = this.startProcess();
    link.onMessage((message) => this.receive(message as TableEvent));
    link.onExit(() => {
      if (this.link !== link) return;
      this.link = null;
      this.calls.rejectAll(new AppError('JOBS_CRASHED', {}, 'list reader ended'));
    });
    return link;
  }

  private receive(event: TableEvent): void {
    switch (event.kind) {
      case 'table.opened':
        this.calls.resolve(event.id, event.summary);
        return;
      case 'table.refused':
        this.calls.resolve(event.id, event);
        return;
      case 'table.rows':
        this.calls.resolve(event.id, event.rows);
        return;
      case 'table.listed':
        this.calls.resolve(event.id, event.rows);
        return;
      case 'table.tried':
        this.calls.resolve(event.id, event.trial);
        return;
      case 'table.written':
        this.calls.resolve(event.id, event.fault);
        return;
      default:
        // `ready`, and what exports say: of no interest here.
        return;
    }
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof AppError && error.code === 'JOBS_CRASHED';
}
