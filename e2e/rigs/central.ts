import { createHash, randomBytes } from 'node:crypto';
import { type CentralOptions, startCentral } from '../../server/embedded';
import { openPostgres } from '../../server/store/pg-client';

/** The PostgreSQL server of the run (build/test/postgres.mjs); without one each centre runs on the embedded engine. */
const databaseUrl = process.env.FIELDCERT_CENTRE_PG;

/**
 * A central server that answers already, as an installation has it: on PostgreSQL, in a schema of its own. The same
 * `dir` finds its data again after a close; schemas go with the run's PostgreSQL.
 */
export async function startTestCentral(options: CentralOptions = {}) {
  if (databaseUrl === undefined || options.databaseUrl !== undefined) return startCentral(options);
  const { dir } = options;
  const name = dir === undefined ? randomBytes(8) : createHash('sha256').update(dir).digest();
  const databaseSchema = `centre_${name.toString('hex').slice(0, 16)}`;
  const admin = await openPostgres(databaseUrl);
  try {
    await admin.exec(`create schema if not exists ${databaseSchema}`);
  } finally {
    await admin.close();
  }
  return startCentral({ ...options, databaseUrl, databaseSchema });
}
