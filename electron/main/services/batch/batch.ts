import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { type ColumnMapping, isJudgeable } from '../../../../shared/domain/batch/columns';
import type { ListedRow } from '../../../../shared/domain/batch/listed-row';
import type { ListTrial } from '../../../../shared/domain/batch/try-list';
import type { BatchVerdict } from '../../../../shared/domain/batch/verdicts';
import { maskIdNumber, maskNumberRuns } from '../../../../shared/domain/identity/masks';
import { maskName } from '../../../../shared/domain/name/mask';
import { AppError } from '../../../../shared/errors/app-error';
import type { BatchAgain, BatchHead, Mapping, OpenList } from '../../../../shared/ipc/routes/batch';
import type { BatchHead as StoredHead } from '../../../store/batch-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { TableClient } from '../../clients/table-client';
import type { EventSink } from '../ports';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { lookAgain } from './look-again';

/** Rows of one question to the store: an entry of somebody's look-up waits until as many are kept. */
const STEP = 1_000;
const STEPS_AT_ONCE = 2;
/** The page is told no more often than this. */
const TELL_MS = 200;
const LISTED = 100;
/** Before a number that a spreadsheet is to leave as it is typed. */
const TEXT_MARK = /^['‘’]/u;

export interface BatchParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly tables: Pick<TableClient, 'open' | 'listed' | 'tried' | 'stop'>;
  readonly nowMs: () => number;
  isEmergency(): boolean;
  chooseList(): Promise<string | null>;
}

interface OpenedList {
  readonly name: string;
  readonly rows: number;
}

/**
 * Batch verification of a list against the slice. The list stays in the process that read it and goes away with it;
 * what is kept are verdicts beside masked names and numbers. No certificate is ever changed by it.
 */
export class BatchService implements SessionListener {
  private opened_: OpenedList | null = null;
  private running: AbortController | null = null;
  private isOpening = false;
  /** Counts the looks at lists again: another one ends the one before. */
  private looks = 0;

  constructor(private readonly parts: BatchParts) {}

  opened(): void {
    this.opened_ = null;
  }

  closing(): void {
    this.cancel();
  }

  /** Opens a list that was dropped. Throws BUSY while another one is read or judged, and the TABLE_ codes. */
  async openDropped(name: string, path: string): Promise<OpenList> {
    this.demandIdle();
    return this.open(path, name);
  }

  /** Opens a list that the person chooses; null when the dialog was closed. Throws as openDropped. */
  async openChosen(): Promise<OpenList | null> {
    this.demandIdle();
    const path = await this.parts.chooseList();
    return path === null ? null : this.open(path, basename(path));
  }

  private async open(path: string, name: string): Promise<OpenList> {
    // Again: a dialog stays open for long, and the reader holds one list, which a run reads to its end.
    this.demandIdle();
    this.opened_ = null;
    this.isOpening = true;
    const { rows, headings, sample, guess, headingLine, otherSheets } = await this.parts.tables
      .open(path, name)
      .finally(() => {
        this.isOpening = false;
      });
    this.opened_ = { name, rows };
    return {
      name,
      rows,
      headings: [...headings],
      // The page needs to see which column is what, not whose numbers they are.
      sample: sample.map((cells) =>
        cells.map((written, column) => {
          const cell = written.replace(TEXT_MARK, '');
          if (column === guess.name) return maskName(cell);
          return column === guess.idNumber ? maskIdNumber(cell, 'birth-8') : maskNumberRuns(cell);
        }),
      ),
      guess,
      headingLine,
      otherSheets,
    };
  }

  /** The dry run: every row of the open list is read, nobody is looked up. Throws TABLE_CLOSED, TABLE_COLUMNS. */
  async try(mapping: Mapping): Promise<ListTrial> {
    this.demandReady();
    const columns = withoutAbsent(mapping);
    if (this.opened_ === null) throw new AppError('TABLE_CLOSED');
    if (!isJudgeable(columns)) throw new AppError('TABLE_COLUMNS');
    return this.parts.tables.tried(columns);
  }

  /** Judges the open list. Throws TABLE_CLOSED, TABLE_COLUMNS, BUSY, CANCELLED, SLICE_EMPTY. */
  async run(mapping: Mapping): Promise<BatchHead> {
    this.demandReady();
    const { opened_, parts } = this;
    const columns = withoutAbsent(mapping);
    if (opened_ === null) throw new AppError('TABLE_CLOSED');
    if (!isJudgeable(columns)) throw new AppError('TABLE_COLUMNS');
    if (this.running !== null) throw new AppError('BUSY');
    const running = new AbortController();
    this.running = running;
    const id = randomUUID();
    const { userId } = parts.sessions.demand().view;
    try {
      const head = {
        id,
        title: opened_.name,
        userId,
        atMs: parts.nowMs(),
        rows: opened_.rows,
      };
      const counts = await this.judgeAll(head.id, opened_, columns, running.signal);
      running.signal.throwIfAborted();
      await parts.store.call('batchEnd', { ...head, counts });
      this.close();
      return shownHead({ ...head, counts });
    } catch (error) {
      // After a lock the store is shut; the next batch sweeps then.
      const rest = { batch: id, userId, nowMs: parts.nowMs() };
      await parts.store.call('batchRemove', rest).catch(() => undefined);
      throw error;
    } finally {
      if (this.running === running) this.running = null;
    }
  }

  private async judgeAll(
    batch: string,
    { rows: total }: OpenedList,
    mapping: ColumnMapping,
    signal: AbortSignal,
  ): Promise<Partial<Record<BatchVerdict, number>>> {
    const { store, tables, events } = this.parts;
    const counts: Partial<Record<BatchVerdict, number>> = {};
    let toldMs = 0;
    const judged = async (rows: readonly ListedRow[], done: number) => {
      const { counts: some } = await store.call('batchStep', { batch, rows });
      for (const [word, count] of Object.entries(some) as [BatchVerdict, number][])
        counts[word] = (counts[word] ?? 0) + count;
      // A page that draws every step is slower than what it tells of.
      if (Date.now() - toldMs < TELL_MS) return;
      toldMs = Date.now();
      events.emit('batch.progressed', { done, total });
    };
    // All processes work at the same time: a step is read and one is kept while another one is judged.
    let ahead: Promise<readonly ListedRow[]> | null = watched(tables.listed(0, STEP, mapping));
    const steps: Promise<void>[] = [];
    try {
      for (let from = 0; ahead !== null; from += STEP) {
        const rows: readonly ListedRow[] = await ahead;
        ahead = null;
        if (signal.aborted) throw new AppError('CANCELLED');
        if (rows.length === 0) throw new AppError('TABLE_CLOSED');
        if (from + STEP < total) ahead = watched(tables.listed(from + STEP, STEP, mapping));
        if (steps.length >= STEPS_AT_ONCE) await steps.shift();
        steps.push(watched(judged(rows, Math.min(total, from + rows.length))));
      }
      await Promise.all(steps);
    } finally {
      // Nothing of a run that failed may arrive after its rest was taken away.
      await Promise.allSettled([ahead, ...steps]);
    }
    return counts;
  }

  /** Ends what runs and closes the list; rows that were kept already are not visible and go. */
  cancel(): void {
    this.running?.abort();
    this.close();
    this.parts.tables.stop();
  }

  private close(): void {
    this.opened_ = null;
  }

  async list(): Promise<BatchHead[]> {
    const { userId } = this.parts.sessions.demand().view;
    const heads = await this.parts.store.call('batchList', { userId, limit: LISTED });
    return heads.map(shownHead);
  }

  /** One of this person's batches. Throws BATCH_GONE. */
  async head(batch: string): Promise<BatchHead> {
    const head = (await this.list()).find(({ id }) => id === batch);
    if (head === undefined) throw new AppError('BATCH_GONE');
    return head;
  }

  rows(input: {
    readonly batch: string;
    readonly verdicts: readonly BatchVerdict[] | null;
    readonly lines?: readonly number[] | undefined;
    readonly offset: number;
    readonly limit: number;
  }) {
    const { userId } = this.parts.sessions.demand().view;
    return this.parts.store.call('batchRows', { ...input, userId });
  }

  /**
   * Which rows of a batch read otherwise now, with an entry in the log. Pages ask again with everything that is applied: the look
   * before ends then, without an entry, for nobody was shown its answer. Throws BATCH_GONE, CANCELLED.
   */
  async again(batch: string): Promise<BatchAgain> {
    this.demandReady();
    const { store, sessions } = this.parts;
    const { userId } = sessions.demand().view;
    this.looks += 1;
    const look = this.looks;
    const demandSession = () => {
      if (sessions.demand().view.userId !== userId) throw new AppError('LOCKED');
      if (this.looks !== look) throw new AppError('CANCELLED');
    };
    return lookAgain({ store, userId, demandSession }, await this.head(batch));
  }

  /** Takes a batch back. Throws BATCH_GONE. */
  async remove(batch: string): Promise<void> {
    const { store, sessions, nowMs } = this.parts;
    const { userId } = sessions.demand().view;
    const { wasThere } = await store.call('batchRemove', { batch, userId, nowMs: nowMs() });
    if (!wasThere) throw new AppError('BATCH_GONE');
  }

  private demandIdle(): void {
    this.demandReady();
    if (this.running !== null || this.isOpening) throw new AppError('BUSY');
  }

  private demandReady(): void {
    this.parts.sessions.demand();
    if (this.parts.isEmergency()) throw new AppError('EMERGENCY_READ_ONLY');
  }
}

function withoutAbsent(mapping: Mapping): ColumnMapping {
  return Object.fromEntries(
    Object.entries(mapping).filter(([, column]) => column !== undefined),
  ) as ColumnMapping;
}

function shownHead({ id, title, atMs, rows, counts }: StoredHead): BatchHead {
  return { id, title: title.slice(0, 255), atMs, rows, counts: { ...counts } };
}

/** The same promise; it may fail before somebody waits for it. */
function watched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
