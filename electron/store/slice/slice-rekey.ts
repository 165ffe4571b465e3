import { statSync } from 'node:fs';
import type { WritableDb } from '../database';
import type { StoreCalls } from '../protocol';
import { Rekey } from '../rekey/rekey';
import { sql } from '../sql/tag';

/** The slice's change of key, kept by its writer. */
export class SliceRekey {
  private readonly path: string;
  private readonly tell: (done: number, total: number) => void;
  private running: Rekey | undefined;

  constructor(path: string, tell: (done: number, total: number) => void) {
    this.path = path;
    this.tell = tell;
  }

  async prepare(key: Uint8Array, next: Uint8Array): Promise<StoreCalls['rekey'][1]> {
    this.running = Rekey.begin({ path: this.path, kind: 'slice', key, next });
    await this.running.prepare(this.tell);
    return { wasNeeded: true, bytes: statSync(this.path).size };
  }

  swap(db: WritableDb): void {
    this.running?.swap(db, summaryOf);
  }

  async erase(): Promise<void> {
    await this.running?.eraseOld();
    this.running = undefined;
  }

  stop(): void {
    this.running?.stop();
  }

  release(): void {
    this.running?.release();
  }
}

/** Cursor, counts and roots of what the slice holds, and its tables. */
function summaryOf(db: WritableDb): string {
  const facts = db.all(sql`select name, value from sync_state order by name`);
  return JSON.stringify([facts, db.all(sql`select name, sql from sqlite_master order by name`)]);
}
