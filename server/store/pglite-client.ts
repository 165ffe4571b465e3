import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import {
  copyStatement,
  type Isolation,
  type SqlClient,
  type SqlParameter,
  type SqlRow,
  type SqlRunner,
} from './sql-client';

/** What PGlite and its transactions have in common. */
type Engine = Pick<PGlite, 'query' | 'exec'>;

class PgliteRunner implements SqlRunner {
  constructor(private readonly engine: Engine) {}

  async query<R extends SqlRow>(
    text: string,
    parameters: readonly SqlParameter[] = [],
  ): Promise<readonly R[]> {
    return (await this.engine.query<R>(text, [...parameters])).rows;
  }

  async exec(text: string): Promise<void> {
    await this.engine.exec(text);
  }

  async copyIn(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void> {
    const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
    await this.engine.query(copyStatement(table, columns, "'/dev/blob'"), [], { blob });
  }
}

/**
 * An empty cluster, for programs that open many databases: the engine needs seconds to make one anew. None for a
 * folder that has its own.
 */
async function emptyCluster(folder: string | undefined): Promise<Blob | undefined> {
  const archive = process.env.FIELDCERT_EMPTY_DATABASE;
  if (archive === undefined || (folder !== undefined && existsSync(join(folder, 'PG_VERSION'))))
    return undefined;
  return new Blob([await readFile(archive)]);
}

/**
 * The embedded engine: PostgreSQL itself as WebAssembly, one connection, in a folder or in memory.
 * Statements of several callers queue up; a transaction holds the connection until its end.
 */
export async function openPglite(folder: string | undefined): Promise<SqlClient> {
  const loadDataDir = await emptyCluster(folder);
  const engine = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
    relaxedDurability: folder === undefined,
  });
  const own = new PgliteRunner(engine);
  return {
    query: (text, parameters) => own.query(text, parameters),
    exec: (text) => own.exec(text),
    copyIn: (table, columns, bytes) => own.copyIn(table, columns, bytes),
    transaction: <T>(
      work: (runner: SqlRunner) => Promise<T>,
      isolation: Isolation = 'read committed',
    ) =>
      engine.transaction(async (transaction) => {
        const runner = new PgliteRunner(transaction as unknown as Engine);
        await runner.exec(`set transaction isolation level ${isolation}`);
        return work(runner);
      }),
    close: () => engine.close(),
  };
}
