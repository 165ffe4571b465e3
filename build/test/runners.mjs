import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { at } from '../paths.mjs';
import { run } from '../runtime/run.mjs';
import { QUICK } from './long.mjs';
import { OUTSIDE } from './outside-reporter.mjs';

/**
 * What a runner did: of which `files` something failed, how many tests passed in the other files, the names of what failed, and
 * how many errors were outside of any test.
 * @typedef {{ name: string, passed: number, failed: number, seconds: number } & Partial<Details>} Outcome
 * @typedef {{ files: string[], passedElsewhere: number, broken: string[], outside: number }} Details
 * @typedef {{ node: string, env: NodeJS.ProcessEnv, filters: readonly string[], isLate?: boolean, isQuick?: boolean }} Settings
 *   isQuick: leaves out what long.json names, if no filter asks for something
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
 * @param {(report: any) => { passed: number, failed: number } & Details} count
 * @returns {Promise<Outcome>}
 */
async function perform(name, { node, isLate }, { args, env, file }, count) {
  const started = performance.now();
  const code = await run(node, args, { env, ...(isLate ? { isLate } : {}) });
  /** @type {{ passed: number, failed: number } & Details} */
  let told = { passed: 0, failed: 0, files: [], passedElsewhere: 0, broken: [], outside: 0 };
  try {
    told = count(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The runner ended before it could report: its exit code below says that it failed.
  }
  if (told.outside > 0) {
    told.failed += told.outside;
    told.broken.push(`${told.outside} errors outside of any test`);
  }
  // Broken files, crashed workers and an empty run are failures although no test says so.
  if (told.failed === 0 && (code !== 0 || told.passed === 0)) told.failed = 1;
  return { name, ...told, seconds: (performance.now() - started) / 1000 };
}

/** @param {Settings} settings */
const environment = ({ env, filters, isQuick = false }) =>
  isQuick && filters.length === 0 ? { ...env, [QUICK]: '1' } : env;

/** @param {any} report of vitest @param {string} outsideFile @returns {Details} */
function vitestDetails({ testResults }, outsideFile) {
  const outside = Number(JSON.parse(readFileSync(outsideFile, 'utf8')).errors);
  /** @type {Details} */
  const details = { files: [], passedElsewhere: 0, broken: [], outside };
  for (const { name, status, assertionResults } of testResults) {
    const file = relative(at('.'), name);
    const ofStatus = (/** @type {string} */ wanted) =>
      assertionResults.filter((/** @type {any} */ one) => one.status === wanted);
    const broken = ofStatus('failed');
    if (status !== 'failed' && broken.length === 0) {
      details.passedElsewhere += ofStatus('passed').length;
      continue;
    }
    details.files.push(file);
    for (const { fullName } of broken) details.broken.push(`${file}: ${fullName}`);
    if (broken.length === 0) details.broken.push(`${file}: did not run`);
  }
  return details;
}

/** A test that was skipped is good, and did not pass. @param {any} spec of a report of playwright */
const wasPassed = ({ tests }) =>
  tests.some((/** @type {any} */ { status }) => status === 'expected' || status === 'flaky');

/** @param {any} report of playwright @returns {Details} */
function playwrightDetails({ suites, errors }) {
  /** @type {Details} */
  const details = { files: [], passedElsewhere: 0, broken: [], outside: errors.length };
  const specsOf = (/** @type {any} */ suite) =>
    /** @type {any[]} */ ([...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]);
  for (const suite of suites) {
    const specs = specsOf(suite);
    const broken = specs.filter(({ ok }) => !ok);
    if (broken.length > 0) details.files.push(suite.file);
    else details.passedElsewhere += specs.filter(wasPassed).length;
    for (const { title } of broken) details.broken.push(`${suite.file}: ${title}`);
  }
  return details;
}

/**
 * A project of vitest.config.mts.
 * @param {'unit' | 'int'} project
 * @param {Settings} settings
 * @param {string} [name] how the run is called in the summary
 */
export function vitest(project, settings, name = project) {
  const file = reportFile(name);
  const outsideFile = reportFile(`${name}.outside`);
  const args = [
    at('node_modules/vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--reporter=${at('build/test/outside-reporter.mjs')}`,
    `--outputFile.json=${file}`,
    ...settings.filters,
  ];
  const env = { ...environment(settings), [OUTSIDE]: outsideFile };
  return perform(name, settings, { args, env, file }, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    ...vitestDetails(report, outsideFile),
  }));
}

/**
 * A project of e2e/playwright.config.ts.
 * @param {'e2e' | 'proof' | 'package' | 'install'} project
 * @param {Settings} settings
 */
export function playwright(project, settings) {
  const file = reportFile(project);
  const args = [
    at('node_modules/@playwright/test/cli.js'),
    'test',
    `--config=${at('e2e/playwright.config.ts')}`,
    `--project=${project}`,
    `--reporter=list,json,${at('e2e/fixtures/trail/trail-reporter.ts')}`,
    ...settings.filters,
  ];
  const env = { ...environment(settings), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  return perform(project, settings, { args, env, file }, (report) => ({
    passed: report.stats.expected + report.stats.flaky,
    failed: report.stats.unexpected,
    ...playwrightDetails(report),
  }));
}

/** More files than these have not failed by each other's load. */
const MOST_AGAIN = 6;

/**
 * What failed beside other suites is run once more, its whole files, with the machine to itself. What then passes is
 * counted as passed and named: the load of two suites on two cores is no defect of the product, and yet one of the test. An error
 * outside of any test has no file that could be run again: it stays.
 * @param {Outcome} outcome
 * @param {(files: readonly string[]) => Promise<Outcome>} perform the same runner, on these files
 * @returns {Promise<Outcome>}
 */
export async function onceMoreAlone(outcome, perform) {
  const { files = [], broken = [], passedElsewhere = 0, outside = 0 } = outcome;
  if (outside > 0 || files.length === 0 || files.length > MOST_AGAIN) return outcome;
  for (const one of broken) console.log(`failed, run again alone: ${one}`);
  const again = await perform(files);
  if (again.failed === 0)
    for (const one of broken) console.log(`passed only when run alone: ${one}`);
  return {
    ...again,
    passed: passedElsewhere + again.passed,
    seconds: outcome.seconds + again.seconds,
  };
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
  for (const { name, broken = [] } of outcomes)
    for (const one of broken) console.log(`FAILED ${name}: ${one}`);
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
