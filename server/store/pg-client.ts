import pg from 'pg';
import {
  copyStatement,
  type Isolation,
  type SqlClient,
  type SqlParameter,
  type SqlRow,
  type SqlRunner,
} from './sql-client';

const INT8 = 20;
const MAX_CONNECTIONS = 10;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** The part of pg's connection that COPY needs; its own types leave these out. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(bytes: Uint8Array): void;
  endCopyFrom(): void;
}

/** COPY … FROM STDIN as a query object of pg (its Submittable contract): all bytes in one go. */
class CopyIn {
  readonly done: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(
    private readonly text: string,
    private readonly bytes: Uint8Array,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: unknown): void {
    (connection as CopyConnection).query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.bytes);
    connection.endCopyFrom();
  }

  // pg calls these on every query object; a COPY has nothing to do at them.
  handleCommandComplete(): void {}
  handleRowDescription(): void {}

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}

class PgRunner implements SqlRunner {
  constructor(private readonly client: pg.ClientBase) {}

  async query<R extends SqlRow>(
    text: string,
    parameters: readonly SqlParameter[] = [],
  ): Promise<readonly R[]> {
    return (await this.client.query<R>(text, parameters.map(asBuffer))).rows;
  }

  async exec(text: string): Promise<void> {
    await this.client.query(text);
  }

  async copyIn(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void> {
    const copy = new CopyIn(copyStatement(table, columns, 'stdin'), bytes);
    this.client.query(copy);
    await copy.done;
  }
}

function asBuffer(value: SqlParameter): unknown {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value;
}

/** A PostgreSQL server at a connection URL, through a pool. */
export async function openPostgres(databaseUrl: string, schema?: string): Promise<SqlClient> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    types,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
  });
  // An idle connection that breaks must not end the process: the next query gets a new one.
  pool.on('error', () => undefined);
  const hold = async <T>(work: (runner: PgRunner) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    // While it is in use nobody else listens: a connection that breaks fails its query, and ends no process.
    let broken: Error | undefined;
    const onBroken = (error: Error): void => {
      broken = error;
    };
    client.on('error', onBroken);
    try {
      return await work(new PgRunner(client));
    } finally {
      client.off('error', onBroken);
      client.release(broken);
    }
  };
  await hold((runner) => runner.query('select 1'));
  return {
    query: (text, parameters) => hold((runner) => runner.query(text, parameters)),
    exec: (text) => hold((runner) => runner.exec(text)),
    copyIn: (table, columns, bytes) => hold((runner) => runner.copyIn(table, columns, bytes)),
    transaction: <T>(
      work: (runner: SqlRunner) => Promise<T>,
      isolation: Isolation = 'read committed',
    ) =>
      hold(async (runner) => {
        await runner.exec(`begin isolation level ${isolation}`);
        try {
          const value = await work(runner);
          await runner.exec('commit');
          return value;
        } catch (error) {
          // A connection that is gone has rolled back by itself; what went wrong first is what counts.
          await runner.exec('rollback').catch(() => undefined);
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}
