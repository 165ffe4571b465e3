import { existsSync } from 'node:fs';
import { at } from '../paths.mjs';
import { setUp } from '../setup.mjs';
import { run } from './run.mjs';
import { stopWith } from './say.mjs';

/**
 * Runs one of our own command line programs with this program's arguments and ends with its code.
 * @param {string} program its bundle, relative to the project
 * @param {{ electron?: boolean, beside?: (env: NodeJS.ProcessEnv) => Promise<() => void> }} [needs]
 *   beside: starts what the program needs beside it, puts its address into the environment, and returns its end
 */
export async function runTool(program, { electron = false, beside } = {}) {
  const { node, env, stop } = await setUp({
    electron,
    purpose: 'window',
    display: electron ? 'virtual' : 'none',
  });
  if (!existsSync(at(program))) stopWith(`${program} was not built: its source is missing here.`);
  // Relative paths among the arguments mean the folder the user is in, not the project.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const end = await beside?.(env);
  try {
    process.exitCode = await run(node, [at(program), ...process.argv.slice(2)], { env, cwd });
  } finally {
    end?.();
    stop();
  }
}
