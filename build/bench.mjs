// npm run bench -- …
import { prepareSystem } from './runtime/system.mjs';
import { runTool } from './runtime/tool.mjs';
import { startPostgres } from './test/postgres.mjs';

/** The group `server` measures on PostgreSQL itself, where it is installed. @param {NodeJS.ProcessEnv} env */
const withPostgres = async (env) => {
  const only = process.argv[process.argv.indexOf('--only') + 1]?.split(',') ?? [];
  /** @param {string} group */
  const isWanted = (group) => !process.argv.includes('--only') || only.includes(group);
  // Tokens in software, and the service of the virtual reader.
  if (isWanted('sign')) await prepareSystem({ purpose: 'test' });
  if (!isWanted('server') || env.FIELDCERT_POSTGRES === undefined) return () => undefined;
  const postgres = await startPostgres(env.FIELDCERT_POSTGRES, { isDurable: true });
  env.FIELDCERT_BENCH_POSTGRES = postgres.url;
  return postgres.stop;
};

await runTool('dist/tools/bench.cjs', { electron: true, beside: withPostgres });
