import { randomBytes } from 'node:crypto';
import { Central } from '../central';
import type { CentralOptions } from '../central-options';
import { openPostgres } from '../store/pg-client';

/** The PostgreSQL server of the run, when there is one; else the embedded engine in memory. */
const databaseUrl = process.env.FIELDCERT_TEST_PG;

/** Where one suite's data live, and how they go away. */
export interface TestPlace {
  readonly options: CentralOptions;
  readonly dispose: () => Promise<void>;
}

/** An empty place: on PostgreSQL a schema of its own. */
export async function testPlace(): Promise<TestPlace> {
  if (databaseUrl === undefined) return { options: {}, dispose: async () => undefined };
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const admin = await openPostgres(databaseUrl);
  await admin.exec(`create schema ${schema}`);
  return {
    options: { databaseUrl, databaseSchema: schema },
    dispose: async () => {
      await admin.exec(`drop schema ${schema} cascade`);
      await admin.close();
    },
  };
}

/** A fixed day, so that generated data are the same in every run: 2026-11-20. */
export const TODAY = 20_777;

/** A listening server in an empty place, with regions seeded. */
export async function testCentral(
  regions: Readonly<Record<string, number>>,
  options: CentralOptions = {},
) {
  const place = await testPlace();
  const central = await Central.open({ ...place.options, ...options });
  for (const [region, certificates] of Object.entries(regions))
    await central.seed({ region, certificates, seed: 'test', today: TODAY });
  await central.listen();
  return {
    central,
    place: place.options,
    close: async () => {
      await central.close();
      await place.dispose();
    },
  };
}
