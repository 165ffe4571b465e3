/** What we use of the binding; the package's own declarations are hidden by its exports map. */
declare module 'sqlcipher' {
  type Value = number | string | Uint8Array | null;

  class SqliteError extends Error {
    readonly code: string;
  }
  namespace Database {
    interface RunResult {
      readonly changes: number;
    }
    interface Statement<P extends Value[] = Value[], R = unknown> {
      readonly reader: boolean;
      run(...values: P): RunResult;
      get(...values: P): R | undefined;
      all(...values: P): R[];
      iterate(...values: P): IterableIterator<R>;
      raw(isOn: boolean): this;
    }
    interface Options {
      readonly readonly?: boolean;
      readonly fileMustExist?: boolean;
      /** How long to wait for a lock, ms. */
      readonly timeout?: number;
      readonly nativeBinding?: string;
    }
    interface Database {
      readonly inTransaction: boolean;
      prepare<P extends Value[] = Value[], R = unknown>(text: string): Statement<P, R>;
      exec(text: string): this;
      key(key: Buffer): number;
      pragma(text: string, options?: { readonly simple: boolean }): unknown;
      close(): this;
    }
  }
  interface DatabaseConstructor {
    new (path: string, options?: Database.Options): Database.Database;
    readonly SqliteError: typeof SqliteError;
  }
  const Database: DatabaseConstructor;
  export default Database;
}
