import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-stand-back-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that has the functions at hand; what it says as JSON. */
function run(program: string): unknown {
  const outfile = join(folder, 'program.cjs');
  const text = `import { letOthersIn, standBackProcess, standBackThread } from './stand-back';
    import { readdirSync, readFileSync } from 'node:fs';
    const steps = () => readdirSync('/proc/self/task').map((thread) =>
      Number(readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[16]));
    ${program}`;
  const stdin = { contents: text, resolveDir: import.meta.dirname };
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Whoever runs this far back already cannot be seen to stand back. */
const isAhead = getPriority() < 5;

describe.runIf(process.platform === 'linux' && isAhead)('what stands back', () => {
  // Would catch: a process whose own thread alone stands back, while those that collect its memory take both processors.
  it('is the whole process, with every thread that it has', () => {
    const [before, after] = run(
      'const before = steps(); standBackProcess(); console.log(JSON.stringify([before, steps()]))',
    ) as [number[], number[]];
    expect(before.length).toBeGreaterThan(2);
    expect(after).toEqual(before.map(() => 5));
  });

  // Would catch: a thread that takes those along which answer look-ups.
  it('is one thread alone where it says so', () => {
    const [before, after] = run(
      'const before = steps(); standBackThread(); console.log(JSON.stringify([before, steps()]))',
    ) as [number[], number[]];
    const changed = after.filter((step, i) => step !== before[i]);
    expect(changed).toEqual([5]);
  });

  // Would catch: a loop that stops at every turn, and one that never does.
  it('stops every few milliseconds, and goes on between', () => {
    const { turns, stops } = run(`
      let stops = 0;
      const wait = Atomics.wait;
      Atomics.wait = (...args) => { stops++; return wait(...args); };
      const until = performance.now() + 200;
      let turns = 0;
      for (; performance.now() < until; turns++) letOthersIn();
      console.log(JSON.stringify({ turns, stops }));`) as { turns: number; stops: number };
    expect(stops).toBeGreaterThan(0);
    expect(stops).toBeLessThanOrEqual(100);
    expect(turns).toBeGreaterThan(10 * stops);
  });
});
