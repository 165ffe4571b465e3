import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb } from '../database';

/**
 * Connections of checks that take long, beside the reader's own: each sees one moment of the slice. They end when the slice
 * is closed, because another file may take its place then, and what was found of the former says nothing of that one.
 */
export class Beside {
  private readonly open = new Set<ReadableDb>();

  /** Takes the connection over. Throws BUSY where the slice was closed meanwhile. */
  async look<T>(db: ReadableDb, work: (db: ReadableDb) => Promise<T>): Promise<T> {
    this.open.add(db);
    try {
      db.beginSnapshot();
      const found = await work(db);
      if (this.open.has(db)) return found;
    } catch (error) {
      if (this.open.has(db)) throw error;
    } finally {
      this.end(db);
    }
    throw new AppError('BUSY', {}, 'the slice was closed under a check');
  }

  /** As look, for one who keeps the connection after: undefined where the slice was closed meanwhile. */
  async opened<T>(db: ReadableDb, open: (db: ReadableDb) => Promise<T>): Promise<T | undefined> {
    this.open.add(db);
    try {
      const made = await open(db);
      return this.open.delete(db) ? made : undefined;
    } catch (error) {
      if (!this.open.has(db)) return undefined;
      this.end(db);
      throw error;
    }
  }

  close(): void {
    for (const db of this.open) this.end(db);
  }

  private end(db: ReadableDb): void {
    if (!this.open.delete(db)) return;
    db.endSnapshot();
    db.close();
  }
}
