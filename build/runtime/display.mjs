import { spawn } from 'node:child_process';
import { stopWith } from './say.mjs';

const startTimeoutMs = 15_000;

/**
 * Starts a virtual display that ends with this program.
 * @returns {Promise<{ name: string, stop: () => void }>} name as the DISPLAY variable wants it
 */
export async function startVirtualDisplay() {
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1366x768x24', '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const stop = () => {
    child.kill();
  };
  process.once('exit', stop);
  const number = await new Promise((resolve) => {
    let text = '';
    child.stdio[3]?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
    setTimeout(() => resolve(undefined), startTimeoutMs).unref();
  });
  if (number === undefined)
    stopWith('The virtual display did not start: run "Xvfb :99" to see why.');
  child.unref();
  return { name: `:${number}`, stop };
}
