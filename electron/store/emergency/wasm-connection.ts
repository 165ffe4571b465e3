import { SQLite3Error, Database as WasmDatabase } from 'node-sqlite3-wasm';
import type Database from 'sqlcipher';
import type { SqlRow, SqlValue } from '../sql/values';

type WasmStatement = ReturnType<WasmDatabase['prepare']>;

/** What the engine's statement keeps to itself; a test holds the pinned version to it. */
interface StatementInside {
  _getColumnNames(): readonly (string | number)[];
  _reset(): boolean;
}

/** The codes that our code looks for; the engine gives words only. */
function withCode(error: unknown): unknown {
  if (!(error instanceof SQLite3Error)) return error;
  const isKnownId = error.message.startsWith('UNIQUE constraint failed');
  const code = isKnownId ? 'SQLITE_CONSTRAINT_PRIMARYKEY' : 'SQLITE_ERROR';
  return Object.assign(error, { code });
}

function guarded<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw withCode(error);
  }
}

/** One prepared statement; rows come as arrays, in the order of the selected columns. */
class Statement {
  readonly reader: boolean;
  private readonly statement: WasmStatement;
  private readonly inside: StatementInside;

  constructor(statement: WasmStatement) {
    this.statement = statement;
    this.inside = statement as unknown as StatementInside;
    // The engine names columns, and two of one name would fall together: numbered, none is lost.
    const numbers = this.inside._getColumnNames().map((_, i) => i);
    this.inside._getColumnNames = () => numbers;
    this.reader = numbers.length > 0;
  }

  raw(): this {
    return this;
  }

  run(...values: SqlValue[]): Database.RunResult {
    return guarded(() => ({ changes: this.statement.run(bound(values)).changes }));
  }

  get(...values: SqlValue[]): SqlRow | undefined {
    return guarded(() => {
      const row = this.statement.get(bound(values));
      // A read that stays open would keep tables from getting their indexes.
      this.inside._reset();
      return row === null ? undefined : (Object.values(row) as SqlRow);
    });
  }

  all(...values: SqlValue[]): SqlRow[] {
    return guarded(() => {
      const rows = this.statement.all(bound(values)).map((row) => Object.values(row) as SqlRow);
      this.inside._reset();
      return rows;
    });
  }
}

/** Hot paths hand over one array instead of many arguments. */
function bound(values: readonly unknown[]): SqlValue[] {
  return (Array.isArray(values[0]) ? values[0] : values) as SqlValue[];
}

/**
 * An empty database in this process's memory, by SQLite compiled to WebAssembly: the same few functions
 * as the encrypted engine's connection, for the same queries. Nothing of it ever reaches a file.
 */
export class WasmConnection {
  private readonly db = new WasmDatabase(':memory:');

  constructor() {
    // Large sorts would otherwise go to plain temporary files.
    this.db.exec('pragma temp_store=MEMORY');
    this.db.exec('pragma trusted_schema=OFF');
    this.db.exec('pragma journal_mode=MEMORY');
  }

  get inTransaction(): boolean {
    return this.db.inTransaction;
  }

  prepare<P extends SqlValue[] = SqlValue[], R = unknown>(text: string): Database.Statement<P, R> {
    const statement = guarded(() => new Statement(this.db.prepare(text)));
    return statement as unknown as Database.Statement<P, R>;
  }

  exec(text: string): this {
    guarded(() => this.db.exec(text));
    return this;
  }

  pragma(text: string): unknown {
    const row = guarded(() => this.db.get(`pragma ${text}`));
    return row === null ? undefined : Object.values(row)[0];
  }

  /** There is no key: what is never written needs no cipher. */
  key(): number {
    return 0;
  }

  close(): this {
    this.db.close();
    return this;
  }
}
