// npm test [-- unit|int|postgres|bus|package|e2e [filter…]]

import { libcryptoIa32 } from './runtime/libcrypto-ia32.mjs';
import { stopWith } from './runtime/say.mjs';
import { setUp, setUpTools } from './setup.mjs';
import { emptyDatabase } from './test/empty-database.mjs';
import { packages } from './test/package.mjs';
import { onPostgres } from './test/postgres.mjs';
import { realBus } from './test/real-bus.mjs';
import { onceMoreAlone, playwright, summarise, vitest } from './test/runners.mjs';

const runners = {
  /** @param {import('./test/runners.mjs').Settings} settings */
  unit: (settings) => vitest('unit', settings),
  /** @param {import('./test/runners.mjs').Settings} settings */
  int: (settings) =>
    onPostgres(settings.env, (url) =>
      vitest('int', { ...settings, env: { ...settings.env, FIELDCERT_CENTRE_PG: url } }),
    ),
  /** @param {import('./test/runners.mjs').Settings} settings */
  postgres: (settings) =>
    // The suite of the central server on PostgreSQL itself instead of the embedded engine.
    onPostgres(settings.env, (url) => {
      const env = { ...settings.env, FIELDCERT_TEST_PG: url };
      const filters = settings.filters.length > 0 ? settings.filters : ['server/'];
      return vitest('int', { ...settings, env, filters }, 'postgres');
    }),
  bus: realBus,
  package: packages,
  /** @param {import('./test/runners.mjs').Settings} settings */
  e2e: (settings) => playwright('e2e', settings),
};

const [wanted, ...filters] = process.argv.slice(2);
if (wanted !== undefined && !(wanted in runners)) {
  stopWith('Usage: npm test [-- unit|int|postgres|bus|package|e2e [filter…]]');
}
const chosen = Object.entries(runners).filter(([name]) => wanted === undefined || name === wanted);
const isUnitOnly = wanted === 'unit';

/**
 * One runner after another.
 * @param {typeof chosen} lane
 * @param {Omit<import('./test/runners.mjs').Settings, 'filters'>} settings
 */
const perform = async (lane, settings) => {
  const outcomes = [];
  for (const [, runner] of lane)
    outcomes.push(await runner({ filters, isQuick: true, ...settings }));
  return outcomes;
};

// Unit tests need nothing of the machine: on a new one they run while its system packages are fetched.
const tools = await setUpTools();
const quick = perform(
  chosen.filter(([name]) => name === 'unit'),
  tools,
);
const { node, env, stop } = isUnitOnly
  ? { ...tools, stop: () => undefined }
  : await setUp({ electron: true, purpose: 'test', display: 'virtual' });

// All tests at once look at each state of a page in one language, the proof and single specs in all (fixtures/look.ts).
if (wanted === undefined && filters.length === 0) env.FIELDCERT_LOOKS = 'one';
if (!isUnitOnly) env.FIELDCERT_EMPTY_DATABASE = await emptyDatabase();
// What a software U-Key library for 32-bit programs is linked with (electron/device/test/skf/rig.ts).
if (!isUnitOnly && process.platform === 'linux' && process.arch === 'x64')
  env.FIELDCERT_LIBCRYPTO_IA32 = libcryptoIa32();

// The applications of e2e wait more than they work: beside the others they cost half their time. What is installed is
// driven after them: so both lanes take about the same time.
const windows = ['e2e', 'package'].flatMap((name) => chosen.filter(([one]) => one === name));
const rest = chosen.filter((one) => one[0] !== 'unit' && !windows.includes(one));
const isBeside = chosen.length > windows.length;
const lanes = [
  quick.then(async (outcomes) => [...outcomes, ...(await perform(rest, { node, env }))]),
  perform(windows, { node, env, isLate: isBeside }),
];
const outcomes = [];
for (const lane of await Promise.all(lanes)) {
  for (const outcome of lane) {
    const runner = runners[/** @type {keyof typeof runners} */ (outcome.name)];
    const perform = (/** @type {readonly string[]} */ files) =>
      runner({ node, env, filters: files });
    outcomes.push(wanted === undefined ? await onceMoreAlone(outcome, perform) : outcome);
  }
}
stop();
process.exitCode = summarise(outcomes);
