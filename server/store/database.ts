import { migrate } from './migrations/run';
import { openPostgres } from './pg-client';
import { openPglite } from './pglite-client';
import type { SqlClient } from './sql-client';

export interface DatabasePlace {
  /** A PostgreSQL server. Absent: the embedded engine. */
  readonly databaseUrl?: string | undefined;
  /** Search path on that server, for servers that share one (tests). */
  readonly databaseSchema?: string | undefined;
  /** Folder of the embedded engine. Absent: in memory. */
  readonly folder?: string | undefined;
}

/** Opens the database and brings its schema up to date. */
export async function openDatabase({
  databaseUrl,
  databaseSchema,
  folder,
}: DatabasePlace): Promise<SqlClient> {
  const client =
    databaseUrl === undefined
      ? await openPglite(folder)
      : await openPostgres(databaseUrl, databaseSchema);
  try {
    await migrate(client);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
