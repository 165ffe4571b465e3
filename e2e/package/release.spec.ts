import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Installed, installedAt, required } from './installed';

interface Started {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

function start(
  installed: Installed,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Started {
  const child = spawn(installed.start, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, output: () => text, ended };
}

/** Processes of the program, by the type that Chromium gives them. */
function processesOf({ binary }: Installed, type: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      return (
        words.join(' ').includes(binary) && words.some((word) => word.includes(`--type=${type}`))
      );
    } catch {
      return false;
    }
  });
}

/** The release itself: nothing may drive it, so it is watched from outside. */
test.describe('a release', () => {
  let installed: Installed;
  const running: ChildProcess[] = [];
  test.beforeAll(() => {
    installed = installedAt(required('FIELDCERT_PACKAGE_RELEASE'));
  });
  test.afterEach(() => {
    for (const { pid } of running.splice(0)) {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  });
  const begin = (
    ...given: Parameters<typeof start> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const started = start(installed, ...given);
    running.push(started.child);
    return started;
  };

  // Bug: a release that does not start where it is installed, or whose pages run outside the sandbox or with rights.
  test('opens its first window as an ordinary user, in the real sandbox', async () => {
    const started = begin();
    await expect.poll(() => processesOf(installed, 'renderer').length, { timeout: 60_000 }).toBe(1);
    const [page] = processesOf(installed, 'renderer');
    const status = readFileSync(`/proc/${page}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).not.toMatch(/^Uid:\s+0\s/m);
    const logs = join(installed.home, '.config', 'FieldCert', 'logs');
    await expect.poll(() => existsSync(logs), { timeout: 30_000 }).toBe(true);
    const text = readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('\n');
    expect(text).not.toMatch(/start failed|nobody caught/);
    expect(started.output()).not.toMatch(/start failed/);
  });

  // Bug: a debugger that reads unmasked values and skips the signing window; pages without the sandbox.
  for (const [name, args] of [
    ['a port of the debugger', ['--remote-debugging-port=0']],
    ['a pipe of the debugger', ['--remote-debugging-pipe']],
    ['pages without the sandbox', ['--no-sandbox']],
  ] as const)
    test(`refuses ${name}`, async () => {
      const started = begin(args);
      expect(await started.ended).not.toBe(0);
      expect(started.output()).toMatch(/start failed.*(refuses|must not)/);
    });

  // Bug: a variable or a switch makes the signed program run a stranger's code.
  test('runs no code that its surroundings name', async () => {
    const proof = join(installed.home, '..', 'code-ran');
    const script = join(installed.home, '..', 'evil.cjs');
    writeFileSync(script, `require('node:fs').writeFileSync(${JSON.stringify(proof)}, 'ran')`);
    const asNode = begin(['-e', readFileSync(script, 'utf8')], { ELECTRON_RUN_AS_NODE: '1' });
    const options = begin(['--inspect=0', `--require=${script}`], {
      NODE_OPTIONS: `--require=${script}`,
    });
    const folder = begin([join(installed.home, '..')]);
    await expect
      .poll(() => processesOf(installed, 'renderer').length, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await Promise.race([folder.ended, new Promise((resolve) => setTimeout(resolve, 3_000))]);
    expect(existsSync(proof)).toBe(false);
    for (const one of [asNode, options, folder])
      expect(one.output()).not.toMatch(/Debugger listening/);
  });
});
