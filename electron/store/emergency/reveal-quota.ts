import type { RevealLimits } from '../../../shared/domain/policy/reveal-limits';
import { WritableDb } from '../database';
import { type Overdrawn, overdrawn } from '../journal/reveal-quota';
import type { QueryEntry } from '../protocol';
import { sql } from '../sql/tag';
import { WasmConnection } from './wasm-connection';

/**
 * How much of what is masked was shown: the journal's rule over the emergency log's own look-ups, which
 * the log keeps over restarts.
 */
export class RevealQuota {
  private readonly db = new WritableDb(new WasmConnection(), ':memory:');

  constructor() {
    this.db.exec(`
      create table query_log (atMs integer, userId text, kind text, tag integer, subject integer);
      create index query_log_at on query_log(atMs);`);
  }

  note(atMs: number, userId: string, entries: readonly QueryEntry[]): void {
    for (const { kind, tag, subject } of entries)
      this.db.run(
        sql`insert into query_log values (${atMs}, ${userId}, ${kind}, ${tag}, ${subject})`,
      );
  }

  overdrawn(
    what: keyof RevealLimits,
    userId: string,
    limit: number,
    wanted: readonly number[],
  ): Overdrawn | null {
    return overdrawn(this.db, what, { userId, atMs: Date.now(), limit }, wanted);
  }
}
