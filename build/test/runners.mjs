import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { at } from '../paths.mjs';
import { run } from '../runtime/run.mjs';

/**
 * What a runner did.
 * @typedef {{ name: string, passed: number, failed: number, seconds: number }} Outcome
 * @typedef {{ node: string, env: NodeJS.ProcessEnv, filters: readonly string[], isLate?: boolean }} Settings
 *   isLate: what the runner says is shown when it has ended, beside another that speaks meanwhile
 */

/** @param {string} name */
const reportFile = (name) => {
  mkdirSync(at('out/test'), { recursive: true });
  const file = at(`out/test/${name}.json`);
  rmSync(file, { force: true });
  return file;
};

/**
 * @param {string} name
 * @param {Settings} settings
 * @param {{ args: string[], env: NodeJS.ProcessEnv, file: string }} command
 * @param {(report: any) => { passed: number, failed: number }} count
 * @returns {Promise<Outcome>}
 */
async function perform(name, { node, isLate }, { args, env, file }, count) {
  const started = performance.now();
  const code = await run(node, args, { env, ...(isLate ? { isLate } : {}) });
  let { passed, failed } = { passed: 0, failed: 0 };
  try {
    ({ passed, failed } = count(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    // The runner ended before it could report: its exit code below says that it failed.
  }
  // Broken files, crashed workers and an empty run are failures although no test says so.
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  return { name, passed, failed, seconds: (performance.now() - started) / 1000 };
}

/**
 * A project of vitest.config.mts.
 * @param {'unit' | 'int'} project
 * @param {Settings} settings
 * @param {string} [name] how the run is called in the summary
 */
export function vitest(project, settings, name = project) {
  const file = reportFile(name);
  const args = [
    at('node_modules/vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...settings.filters,
  ];
  return perform(name, settings, { args, env: settings.env, file }, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
  }));
}

/**
 * A project of e2e/playwright.config.ts.
 * @param {'e2e' | 'proof'} project
 * @param {Settings} settings
 */
export function playwright(project, settings) {
  const file = reportFile(project);
  const args = [
    at('node_modules/@playwright/test/cli.js'),
    'test',
    `--config=${at('e2e/playwright.config.ts')}`,
    `--project=${project}`,
    '--reporter=list,json',
    ...settings.filters,
  ];
  const env = { ...settings.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  return perform(project, settings, { args, env, file }, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
  }));
}

/**
 * Says what each runner did and, in the last line, all of them together.
 * @param {readonly Outcome[]} outcomes
 * @returns {number} exit code
 */
export function summarise(outcomes) {
  let passed = 0;
  let failed = 0;
  console.log('');
  for (const outcome of outcomes) {
    passed += outcome.passed;
    failed += outcome.failed;
    const { name, seconds } = outcome;
    console.log(
      `${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds.toFixed(1)} s`,
    );
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
