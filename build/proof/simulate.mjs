import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { at } from '../paths.mjs';

/** The simulator makes its own program: its bundler is TypeScript and has to be bundled first. */
async function makeSimulator() {
  const bundler = at('node_modules/.cache/simulator/bundle.mjs');
  await build({
    entryPoints: [at('e2e/simulator/bundle.ts')],
    outfile: bundler,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    packages: 'external',
    define: { 'import.meta.dirname': JSON.stringify(at('e2e/simulator')) },
    logLevel: 'error',
  });
  /** @type {{ bundleSimulator: (name: string) => Promise<string> }} */
  const { bundleSimulator } = await import(pathToFileURL(bundler).href);
  return bundleSimulator('simulator');
}

/**
 * Simulates histories from their seeds, a thousand unless told otherwise, and says on the terminal what broke and how.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args see e2e/simulator/main.ts
 * @returns {Promise<import('../test/runners.mjs').Outcome>}
 */
export async function simulate(node, env, args) {
  const started = performance.now();
  const program = await makeSimulator();
  const isOne = args.includes('--trace') || args.includes('--count');
  const all = isOne ? args : [...args, '--count', '1000'];
  const child = spawn(node, [program, ...all], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part) => {
    process.stdout.write(part);
    text = (text + part).slice(-10_000);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  let seeds = 0;
  let broken = 1;
  try {
    const summary = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    seeds = summary.seeds;
    broken = summary.broken.length;
  } catch {
    // It ended before it could say anything: its exit code tells.
  }
  const failed = code === 0 ? 0 : Math.max(1, broken);
  const seconds = (performance.now() - started) / 1000;
  return { name: 'sim', passed: seeds - (code === 0 ? 0 : broken), failed, seconds };
}
