import * as indexes from './migrations/0020-indexes';
import * as national from './migrations/0220-national';
import type { SqlClient } from './sql-client';

/**
 * Runs a first load without the secondary indexes and builds them at the end, also when the load
 * fails: a third of the time of keeping them up row by row. Only for tables that hold no rows yet.
 */
export async function withoutIndexes<T>(client: SqlClient, load: () => Promise<T>): Promise<T> {
  const made = `${indexes.sql}\n${national.indexSql}`;
  const names = [...made.matchAll(/create index (\w+)/g)].map(([, name]) => name);
  await client.exec(names.map((name) => `drop index if exists ${name};`).join('\n'));
  try {
    return await load();
  } finally {
    await client.exec(`${made}\nanalyze;`);
  }
}
