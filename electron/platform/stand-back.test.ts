import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Nice value of a thread of ours: the 19th field of its stat, counted after the name. */
function niceOf(tid: string): number {
  const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}

async function inThread(act: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${act} } from './stand-back'; import { readlinkSync } from 'node:fs'; import { parentPort } from 'node:worker_threads';
        ${act}(); parentPort.postMessage(readlinkSync('/proc/thread-self').split('/').at(-1)); parentPort.on('message', () => process.exit(0));`,
      resolveDir: join(import.meta.dirname),
    },
    bundle: true,
    platform: 'node',
    write: false,
  });
  const worker = new Worker(outputFiles[0]?.text ?? '', { eval: true });
  const tid = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const nice = niceOf(tid);
  await worker.terminate();
  return nice;
}

describe.runIf(process.platform === 'linux')('a thread that stands back', () => {
  // Would catch: a writer that competes with look-ups for the processor, or a call that lowers the look-ups' own thread with it.
  it('is behind the others, which are as before', async () => {
    const before = getPriority();
    expect(await inThread('standBackThread')).toBe(Math.max(before, 5));
    expect(getPriority()).toBe(before);
  });
});
