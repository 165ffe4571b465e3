// npm run proof [-- filter…]: what takes too long for every test run, then the demo.
// npm run proof -- sim [--seed N] [--count N] [--seconds N] [--small] [--trace]: histories of the simulator from their seeds.
import { performDemo } from './demo/perform.mjs';
import { cleanRoot } from './proof/clean-root.mjs';
import { simulate } from './proof/simulate.mjs';
import { twoBuilds } from './proof/two-builds.mjs';
import { setUp } from './setup.mjs';
import { emptyDatabase } from './test/empty-database.mjs';
import { longFilesOf } from './test/long.mjs';
import { onPostgres } from './test/postgres.mjs';
import { realBus } from './test/real-bus.mjs';
import { playwright, summarise, vitest } from './test/runners.mjs';

const filters = process.argv.slice(2);
const parts = ['kills', 'cuts', 'tampering', 'bus', 'looks', 'install', 'builds', 'long'];
const { node, env, stop } = await setUp({ electron: true, purpose: 'test', display: 'virtual' });
env.FIELDCERT_EMPTY_DATABASE = await emptyDatabase();
const outcomes = [];
if (filters[0] === 'sim') {
  stop();
  outcomes.push(await simulate(node, env, filters.slice(1)));
} else {
  if (filters.length === 0 || filters.some((filter) => !parts.includes(filter)))
    outcomes.push(await playwright('proof', { node, env, filters }));
  // Every spec again, each state of a page looked at in all languages.
  if (filters.length === 0 || filters.includes('looks'))
    outcomes.push(await playwright('e2e', { node, env, filters: [] }));
  // What a whole test run leaves out, as it is there.
  if (filters.length === 0 || filters.includes('long')) {
    outcomes.push(
      await onPostgres(env, (url) => {
        const withCentre = { ...env, FIELDCERT_CENTRE_PG: url };
        return vitest('int', { node, env: withCentre, filters: longFilesOf('int') }, 'long');
      }),
    );
    // The central server on the embedded engine, which the practice office and small installations have.
    outcomes.push(await vitest('int', { node, env, filters: ['server/'] }, 'embedded'));
    // A proof of everything has these among the looks.
    if (filters.length > 0)
      outcomes.push(await playwright('e2e', { node, env, filters: longFilesOf('e2e') }));
  }
  if (filters.length === 0 || filters.includes('kills')) {
    // Hundreds of kills of every writing operation: FIELDCERT_KILLS of each, from FIELDCERT_KILL_SEED on.
    const killing = { FIELDCERT_KILLS: '300', ...env };
    const settings = {
      node,
      env: killing,
      filters: [
        'store/test/faults/kills',
        'integration/kills',
        'integration/export-kills',
        'integration/attachments-faults',
      ],
    };
    outcomes.push(await vitest('int', settings, 'kills'));
  }
  if (filters.length === 0 || filters.includes('cuts')) {
    // Loads over a line that is cut at random bytes, and a store killed at every writing call.
    const cutting = { FIELDCERT_CUT_LOADS: '30', FIELDCERT_KILL_STEP: '1', ...env };
    const settings = { node, env: cutting, filters: ['bad-input/cuts'] };
    outcomes.push(await vitest('int', settings, 'cuts'));
  }
  if (filters.length === 0 || filters.includes('tampering')) {
    // Mixtures of what somebody with the data key may change; FIELDCERT_MIXTURE_SEED makes others.
    const tampering = { FIELDCERT_MIXTURES: '60', ...env };
    const settings = { node, env: tampering, filters: ['integration/tampering'] };
    outcomes.push(await vitest('int', settings, 'tampering'));
  }
  if (filters.length === 0 || filters.includes('install'))
    outcomes.push(...(await cleanRoot({ node, env, filters: [] })));
  if (filters.length === 0 || filters.includes('builds'))
    outcomes.push(...(await twoBuilds({ node, env, filters: [] })));
  if (filters.length === 0 || filters.includes('bus'))
    outcomes.push(await realBus({ node, env, filters: [] }));
  if (filters.length === 0) outcomes.push(await simulate(node, env, ['--count', '20000']));
  stop();
}
if (filters.length === 0) {
  const started = performance.now();
  const isPerformed = (await performDemo([])) === 0;
  const seconds = (performance.now() - started) / 1000;
  outcomes.push({
    name: 'demo',
    passed: isPerformed ? 1 : 0,
    failed: isPerformed ? 0 : 1,
    seconds,
  });
}
process.exitCode = summarise(outcomes);
