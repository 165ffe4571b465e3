/** A value that a statement takes as a parameter. */
export type SqlParameter =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly number[]
  | readonly string[];

/** What one statement gives; `int8` columns are numbers, `jsonb` is parsed, `bytea` is bytes. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs statements of one transaction, or of none. */
export interface SqlRunner {
  /** One statement with parameters `$1…`. Rejects with the database's own error. */
  query<R extends SqlRow = SqlRow>(
    text: string,
    parameters?: readonly SqlParameter[],
  ): Promise<readonly R[]>;
  /** Several statements without parameters. */
  exec(text: string): Promise<void>;
  /** COPY of rows in PostgreSQL's binary format (binary-copy.ts) into a table. */
  copyIn(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void>;
}

export type Isolation = 'read committed' | 'repeatable read';

/** A database of the PostgreSQL dialect, wherever it runs. */
export interface SqlClient extends SqlRunner {
  /** All or nothing; a thrown error rolls back and is thrown on. Transactions do not nest. */
  transaction<T>(work: (runner: SqlRunner) => Promise<T>, isolation?: Isolation): Promise<T>;
  close(): Promise<void>;
}

/** COPY statement for binary rows from `source`. */
export function copyStatement(table: string, columns: readonly string[], source: string): string {
  return `copy ${table} (${columns.join(', ')}) from ${source} with (format binary)`;
}
