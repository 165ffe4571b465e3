import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { at } from '../paths.mjs';
import { run } from '../runtime/run.mjs';
import { stopWith } from '../runtime/say.mjs';
import { setUp } from '../setup.mjs';

/**
 * Performs the main job in the real application on a virtual display and leaves screens, package
 * and evidence in a folder.
 * @param {readonly string[]} args `--out DIR` (default out/demo); the others go to the demo
 * @returns {Promise<number>} exit code
 */
export async function performDemo(args) {
  const { folder, others } = parse(args);
  const { node, env, stop } = await setUp({ electron: true, purpose: 'test', display: 'virtual' });
  const program = at('dist/tools/demo.cjs');
  if (!existsSync(program)) stopWith('There is no e2e/demo/demo.ts in this checkout.');
  const code = await run(node, [program, '--out', folder, ...others], { env });
  stop();
  return code;
}

/** @param {readonly string[]} args */
function parse(args) {
  const index = args.indexOf('--out');
  if (index < 0) return { folder: at('out/demo'), others: args };
  const folder = args[index + 1];
  if (folder === undefined || folder.startsWith('--')) {
    return stopWith('--out wants a folder: npm run demo -- --out DIR');
  }
  // npm runs scripts in the project; a relative folder means the one the user is in.
  const base = process.env.INIT_CWD ?? process.cwd();
  return {
    folder: resolve(base, folder),
    others: args.filter((_, at) => at !== index && at !== index + 1),
  };
}
