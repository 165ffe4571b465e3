import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from '../paths.mjs';

/**
 * Runs a program to its end with our own terminal. A signal to us is passed on and, when the
 * program has ended, ends us too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, isQuiet?: boolean, isLate?: boolean }} [options]
 *   isQuiet keeps the output back unless the program fails, isLate until it has ended
 * @returns {Promise<number>} its exit code; 128 + signal where a signal ended it
 */
export function run(
  command,
  args,
  { env = process.env, cwd = root, isQuiet = false, isLate = false } = {},
) {
  return new Promise((resolve, reject) => {
    const isKept = isQuiet || isLate;
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: isKept ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    /** @type {NodeJS.Signals | undefined} */
    let interruption;
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      interruption = signal;
      child.kill(signal);
    };
    process.on('SIGINT', pass).on('SIGTERM', pass);
    // What ends us beside it (a machine that cannot be set up) leaves nothing running.
    const end = () => void child.kill();
    process.once('exit', end);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass).off('exit', end);
      // The user wants the whole command to end, not only the step that was running.
      if (interruption) process.exit(128 + constants.signals[interruption]);
      const outcome = code ?? 128 + (signal ? constants.signals[signal] : 1);
      if (isLate) process.stdout.write(Buffer.concat(output));
      else if (outcome !== 0 && isQuiet) process.stderr.write(Buffer.concat(output));
      resolve(outcome);
    });
  });
}

/**
 * Runs npm, the very one that started us where there is one: on Windows its name is a script that
 * cannot be started directly.
 * @param {string[]} args
 * @param {{ cwd?: string, isQuiet?: boolean }} [options]
 */
export function runNpm(args, options) {
  const own = process.env.npm_execpath;
  return own?.endsWith('npm-cli.js')
    ? run(process.execPath, [own, ...args], options)
    : run('npm', args, options);
}
