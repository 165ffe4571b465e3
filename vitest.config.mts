import { defineConfig } from 'vitest/config';
import { isQuick, leftOut } from './build/test/long.mjs';

const integration = '**/*.int.test.ts';
const outside = ['**/node_modules/**', 'dist/**'];
// What one connection cannot show: only the `postgres` suite has a server with many.
const needsPostgres =
  process.env.FIELDCERT_TEST_PG === undefined ? ['server/test/postgres/**'] : [];
// A whole run tests the central server in its `postgres` suite; every other test has one on the engine that it starts.
const onPostgres = isQuick ? ['server/**'] : [];
// A machine with a USB bus: only the `bus` suite boots one.
const needsBus = process.env.FIELDCERT_GUEST_KERNEL === undefined ? ['e2e/rigs/qemu/**'] : [];
const common = {
  environment: 'node',
  pool: 'forks',
  setupFiles: 'build/test/property-seed.mjs',
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          // A busy machine is no defect: properties and Argon2id take seconds there.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['{shared,electron,server,renderer}/**/*.test.ts'],
          exclude: [...outside, integration],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'int',
          include: [`{shared,electron,server,e2e}/${integration}`],
          exclude: [...outside, ...needsPostgres, ...needsBus, ...onPostgres, ...leftOut],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
