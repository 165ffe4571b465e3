import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type Database from 'sqlcipher';
import { AppError } from '../../shared/errors/app-error';
import { diskError } from '../platform/atomic-write';
import { LogKeeper } from './log-keeper';
import { PAGE_BYTES } from './pages/page-mac';
import type { Sql } from './sql/tag';
import type { SqlRow, SqlValue } from './sql/values';
import { demandLast, hasRoom, storeError } from './sqlcipher-error';

/** How long a log that did not fit waits for readers to let go of it, ms: they hold it for one question. */
const GIVE_BACK_WAIT_MS = 500;
const REFUSED_BEFORE = 'the disk refused an earlier part of the log';

type Statement = Database.Statement<SqlValue[], SqlRow>;

/** A connection that can only read. Statements are prepared once per text. */
export class ReadableDb {
  readonly path: string;
  protected readonly connection: Database.Database;
  private readonly statements = new Map<string, Statement>();

  constructor(connection: Database.Database, path: string) {
    this.connection = connection;
    this.path = path;
  }

  /** Runs work on the connection; what SQLite says becomes a documented error that names the file. */
  protected guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  protected statement(text: string): Statement {
    let statement = this.statements.get(text);
    if (statement === undefined) {
      statement = this.connection.prepare<SqlValue[], SqlRow>(text);
      if (statement.reader) statement.raw(true);
      this.statements.set(text, statement);
    }
    return statement;
  }

  get(query: Sql): SqlRow | undefined {
    return this.guarded(() => this.statement(query.text).get(...query.values));
  }

  all(query: Sql): readonly SqlRow[] {
    return this.guarded(() => this.statement(query.text).all(...query.values));
  }

  /** First column of the first row, or undefined. */
  value(query: Sql): SqlValue | undefined {
    return this.get(query)?.[0];
  }

  /** A read transaction: every query inside sees the same moment. Ends with `endSnapshot`. */
  beginSnapshot(): void {
    this.guarded(() => {
      this.connection.exec('begin');
      this.connection.prepare('select count(*) from sqlite_master').get();
    });
  }

  endSnapshot(): void {
    if (this.connection.inTransaction) this.connection.exec('commit');
  }

  /** Pages of the file as this connection's moment sees it. */
  pages(): number {
    return Number(this.connection.pragma('page_count', { simple: true }));
  }

  /** Schema version that the file was written with. */
  version(): number {
    return this.guarded(() => Number(this.connection.pragma('user_version', { simple: true })));
  }

  /** The engine's check of the structure of all trees: true when it finds nothing. */
  isSound(): boolean {
    return this.connection.pragma('quick_check(1)', { simple: true }) === 'ok';
  }

  /** Names of the file's own tables. */
  tables(): readonly string[] {
    const rows = this.connection
      .prepare<[], { name: string }>(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
      )
      .all();
    return rows.map(({ name }) => name);
  }

  /** As isSound, for one table and its indexes. */
  isTableSound(table: string): boolean {
    const name = table.replaceAll('"', '""');
    return this.connection.pragma(`quick_check("${name}")`, { simple: true }) === 'ok';
  }

  /** As isTableSound, and that every index of the table has exactly its rows. */
  isTableIntact(table: string): boolean {
    const name = table.replaceAll('"', '""');
    return this.connection.pragma(`integrity_check("${name}")`, { simple: true }) === 'ok';
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }
}

/** A connection that may write. One per file, in its writer thread. */
export class WritableDb extends ReadableDb {
  private keeper: LogKeeper | null = null;
  private isWaiting = true;

  protected override guarded<T>(work: () => T): T {
    return super.guarded(() => this.watched(work));
  }

  private watched<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.keeper?.failed(error);
      throw error;
    }
  }

  /**
   * From now on nothing is confirmed that stands on frames which the disk refused, it is noted how far the disk has the log,
   * and a log of so many pages is folded in after a commit: by this connection, which hears when that fails.
   */
  keepLog(pages: number): void {
    this.setWalPages(0);
    this.keeper = new LogKeeper(this.path, pages * PAGE_BYTES);
    // What was written before it was watched cannot be counted.
    this.foldQuietly(GIVE_BACK_WAIT_MS);
  }

  /** A change that the disk is waited for. Throws STORE_IO where an earlier one was refused and cannot be saved. */
  private committing<T>(work: () => T): T {
    const { keeper, connection } = this;
    if (keeper === null || connection.inTransaction) return work();
    if (this.isWaiting && keeper.isDoubtful) this.saveFromLog(new Error(REFUSED_BEFORE));
    const result = work();
    if (connection.inTransaction) return result;
    if (this.isWaiting) keeper.onDisk(keeper.end());
    if (keeper.isLong) this.foldAndBegin();
    return result;
  }

  /**
   * Nobody waits: the log goes into the file, and the next one is begun. Not where there is nothing in it: whoever only reads
   * would have the disk written to.
   */
  rest(): void {
    if (this.keeper?.hasNothing !== true) this.foldAndBegin();
  }

  /**
   * The first commit of a log waits until the disk has the log's header, whatever it asks for itself: tens of milliseconds beside
   * somebody who writes a lot. So it is made here, and is no look-up's. Never fails.
   */
  private foldAndBegin(): void {
    if (!this.foldQuietly(0)) return;
    try {
      this.exec(`pragma user_version=${this.version()}`);
    } catch {
      // The disk: whoever commits next is told.
    }
  }

  /** Runs a statement; answers how many rows it changed. */
  run(query: Sql): number {
    return this.committing(() =>
      this.guarded(() => this.statement(query.text).run(...query.values).changes),
    );
  }

  /** As run, for hot paths: the text must be fixed, the values come as an array that may be reused. */
  runArray(text: string, values: SqlValue[]): number {
    return this.committing(() =>
      this.guarded(() => this.statement(text).run(...([values] as unknown as SqlValue[])).changes),
    );
  }

  exec(text: string): void {
    this.committing(() => this.guarded(() => this.connection.exec(text)));
  }

  /** All or nothing. Nested calls join the outer transaction. */
  transaction<T>(work: () => T): T {
    if (this.connection.inTransaction) return work();
    return this.committing(() => this.transact(work));
  }

  private transact<T>(work: () => T): T {
    const say = (text: string) => this.guarded(() => this.connection.exec(text));
    say('begin immediate');
    try {
      const result = work();
      say('commit');
      return result;
    } catch (error) {
      try {
        if (this.connection.inTransaction) this.connection.exec('rollback');
      } catch {
        // A disk that fails here too: SQLite rolls back by itself when the file is opened again.
      }
      if (error instanceof AppError && error.code === 'DISK_FULL') this.giveBack();
      throw error;
    }
  }

  /**
   * What did not fit has left its log as long as it got: a full disk would stay full, and look-ups could not be logged.
   * Never fails: what was committed stays in the log where there is no room for it in the file, or a reader needs it.
   */
  private giveBack(): void {
    this.foldQuietly(GIVE_BACK_WAIT_MS);
  }

  /** Whether all of the log went into the file. Never fails: a disk that fails is told to whoever waits for it. */
  private foldQuietly(waitMs: number): boolean {
    try {
      return this.tryCheckpoint(waitMs);
    } catch {
      return false;
    }
  }

  /**
   * Before changes that can wait: where there is little room the log is folded in first, so that theirs can be given back
   * should they not fit. Throws DISK_FULL where they would take the last room, which the log of look-ups needs.
   */
  demandRoom(): void {
    if (hasRoom(this.path)) return;
    this.giveBack();
    demandLast(this.path);
  }

  setCacheMb(megabytes: number): void {
    this.connection.pragma(`cache_size=${-1024 * megabytes}`);
  }

  /** Makes every following commit survive a power cut (true), or only a crash (false). */
  setDurable(isDurable: boolean): void {
    this.isWaiting = isDurable;
    this.connection.pragma(`synchronous=${isDurable ? 'FULL' : 'NORMAL'}`);
  }

  /** Commits inside are there for every reader and survive a crash at once; a power cut only after `reachDisk`. */
  withoutDisk<T>(work: () => T): T {
    this.setDurable(false);
    try {
      return work();
    } finally {
      this.setDurable(true);
    }
  }

  /**
   * Everything that was committed before is on the disk when this resolves. The wait is another thread's: calls in between are
   * answered. The log has no lock of its own, so that closing it here takes none from SQLite. Throws DISK_FULL,
   * DISK_READ_ONLY or STORE_IO; what was committed may be there all the same.
   */
  async reachDisk(): Promise<void> {
    // No log: it was folded into the file, which is on the disk before its log goes.
    const log = await open(`${this.path}-wal`, 'r+').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      // Too many open files, or a scanner that holds it: whether the disk has it is not known.
      this.saveFromLog(cause);
      return null;
    });
    if (log === null) return;
    const { keeper } = this;
    const end = keeper?.end() ?? null;
    try {
      const ask = () => log.datasync();
      await (keeper === null ? ask() : keeper.wait(ask));
      if (keeper?.isDoubtful === true) this.saveFromLog(new Error(REFUSED_BEFORE));
      else keeper?.onDisk(end);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      this.saveFromLog(cause);
    } finally {
      await log.close();
    }
  }

  /** A log that the disk did not take cannot carry what comes later: all of it goes into the file, or whoever waits is told. */
  private saveFromLog(cause: unknown): void {
    if (this.foldQuietly(GIVE_BACK_WAIT_MS)) return;
    const error = diskError(cause, 0);
    if (error instanceof AppError) throw error;
    throw new AppError('STORE_IO', { file: basename(this.path) }, String(cause));
  }

  setWalPages(pages: number): void {
    this.connection.pragma(`wal_autocheckpoint=${pages}`);
  }

  /** Deleted content is overwritten with zeros. */
  setSecureDelete(): void {
    this.connection.pragma('secure_delete=ON');
  }

  /** As checkpoint, but gives up after `waitMs` when readers or a writer are in the way; true when the log is empty. */
  tryCheckpoint(waitMs: number): boolean {
    this.connection.pragma(`busy_timeout=${waitMs}`);
    try {
      return this.fold();
    } finally {
      this.connection.pragma('busy_timeout=5000');
    }
  }

  /** Moves the write-ahead log into the file and empties it. */
  checkpoint(): void {
    this.guarded(() => this.fold());
  }

  private fold(): boolean {
    const text = 'wal_checkpoint(TRUNCATE)';
    const isEmpty = this.watched(
      () => Number(this.connection.pragma(text, { simple: true })) === 0,
    );
    if (isEmpty) this.keeper?.folded();
    return isEmpty;
  }
}
