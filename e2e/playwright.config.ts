import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** Whole files that a whole run leaves to the proof (build/test/long.mjs). */
const tooLong =
  process.env.FIELDCERT_QUICK === '1'
    ? Object.keys(JSON.parse(readFileSync(join(__dirname, '../build/test/long.json'), 'utf8')))
    : [];

/**
 * The real application on the real Electron, one at a time: two windows on two cores would only
 * make each other slow. Nothing is retried here: a flaky test is a defect of the test or the product. A whole run alone
 * tries files that failed beside the other suites once more, and names them (build/test/runners.mjs).
 */
export default defineConfig({
  workers: 1,
  retries: 0,
  // Also of a set-up, which starts a server and an application and enrols: a busy machine is no defect.
  timeout: 240_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  outputDir: '../out/test/playwright',
  projects: [
    {
      name: 'e2e',
      testDir: 'specs',
      testIgnore: tooLong.map((file) => `**/${file}`),
    },
    { name: 'package', testDir: 'package' },
    // The administrator's guide on a clean system (build/proof/clean-root.mjs).
    { name: 'install', testDir: 'install', timeout: 600_000 },
    { name: 'proof', testDir: 'proof', timeout: 1_800_000 },
  ],
});
