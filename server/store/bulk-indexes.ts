import * as indexes from './migrations/0020-indexes';
import * as national from './migrations/0220-national';
import type { SqlClient } from './sql-client';

/**
 * Runs a first load without the secondary indexes and builds them at the end, also when the load
 * fails: a third of the time of keeping them up row by row. Only for tables that hold no rows yet.
 * One statement after another: together they would hold one table while they wait for the next, and a reader of both, which
 * holds the other, would wait for the first.
 */
export async function withoutIndexes<T>(client: SqlClient, load: () => Promise<T>): Promise<T> {
  const made = `${indexes.sql}\n${national.indexSql}`;
  const names = [...made.matchAll(/create index (\w+)/g)].map(([, name]) => name);
  for (const name of names) await client.exec(`drop index if exists ${name}`);
  try {
    return await load();
  } finally {
    const statements = made.split(';').filter((one) => one.trim() !== '');
    for (const statement of statements) await client.exec(statement);
    await client.exec('analyze');
  }
}
