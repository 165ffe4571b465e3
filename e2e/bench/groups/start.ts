import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { freshFolder } from '../frame/folders';
import { median } from '../frame/measure';
import type { BenchGroup } from './context';

const RUNS = 5;

/** The least that Electron can do: one window with nothing in it. */
const EMPTY_MAIN = `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<p>empty</p>'));
app.on('window-all-closed', () => app.quit());
`;

interface StartTimes {
  readonly windowMs: number;
  readonly pageMs: number;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start by npm run bench`);
  return value;
}

function emptyApp(): string {
  const folder = freshFolder('empty-window');
  writeFileSync(
    join(folder, 'package.json'),
    '{"name":"empty","version":"1.0.0","main":"main.cjs"}',
  );
  writeFileSync(join(folder, 'main.cjs'), EMPTY_MAIN);
  return folder;
}

async function launch(app: string, userData: string): Promise<ElectronApplication> {
  // Chromium's sandbox cannot work as root; the switch is the harness's, for both sides.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return _electron.launch({
    executablePath: required('FIELDCERT_ELECTRON'),
    args: [app, ...sandbox, `--user-data-dir=${userData}`],
    env: { ...(process.env as Record<string, string>), FIELDCERT_TESTING: '1' },
    chromiumSandbox: sandbox.length === 0,
  });
}

/** From the start of the process to a window, and to its page being drawn. */
async function startOnce(
  app: string,
  userData: string,
  drawn: (page: Page) => Promise<unknown>,
): Promise<StartTimes> {
  const start = performance.now();
  const running = await launch(app, userData);
  try {
    const page = await running.firstWindow();
    const windowMs = performance.now() - start;
    await drawn(page);
    return { windowMs, pageMs: performance.now() - start };
  } finally {
    await running.close();
  }
}

/** A cold start each time: fresh folders, and an enrolled office in the real one's. */
export const start: BenchGroup = {
  async run({ report, office }) {
    const { desk } = await office();
    const empty = emptyApp();
    const ours: StartTimes[] = [];
    const theirs: StartTimes[] = [];
    for (let run = 0; run < RUNS; run++) {
      theirs.push(
        await startOnce(empty, freshFolder('start'), (page) => page.waitForSelector('p')),
      );
      const userData = freshFolder('start');
      // The unlock page opens no database.
      await cp(desk.paths.root, userData, {
        recursive: true,
        filter: (path) => !/\.db/.test(path),
      });
      ours.push(
        await startOnce(required('FIELDCERT_APP'), userData, (page) =>
          page.getByRole('button', { name: '解锁', exact: true }).waitFor(),
        ),
      );
    }
    const name = 'empty Electron window';
    const both = (pick: (times: StartTimes) => number) =>
      [median(ours.map(pick)), median(theirs.map(pick))] as const;
    const [window, emptyWindow] = both((times) => times.windowMs);
    report.add('start.window', window, { name, value: emptyWindow });
    const [page, emptyPage] = both((times) => times.pageMs);
    report.add('start.unlock_page', page, { name, value: emptyPage });
    const installed: number[] = [];
    const binary = installedProgram();
    for (let run = 0; run < RUNS; run++)
      installed.push(await startInstalled(binary, desk.paths.root));
    report.add('start.installed', median(installed), { name, value: emptyPage });
    report.note(
      'start.installed: the laid-out package with an enrolled office, to its unlock page',
    );
  },
};

/** The package that tests may drive, made now; it differs from a release in one fuse and one refusal. */
function installedProgram(): string {
  const env = { ...process.env };
  // What tests run is a copy with a loader of our own; electron-builder takes the bare one.
  delete env.ELECTRON_OVERRIDE_DIST_PATH;
  const project = required('FIELDCERT_APP');
  execFileSync(process.execPath, [join(project, 'build/dist.mjs'), '--e2e', '--dir'], {
    env,
    stdio: 'ignore',
  });
  return join(project, 'out/dist-e2e/linux-unpacked/fieldcert');
}

async function startInstalled(binary: string, office: string): Promise<number> {
  const home = freshFolder('installed');
  // A package takes the system's place for its data, no switch.
  await cp(office, join(home, 'FieldCert'), {
    recursive: true,
    filter: (path) => !/\.db/.test(path),
  });
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const begin = performance.now();
  const running = await _electron.launch({
    executablePath: binary,
    args: sandbox,
    env: { ...(process.env as Record<string, string>), XDG_CONFIG_HOME: home },
    chromiumSandbox: sandbox.length === 0,
  });
  try {
    const page = await running.firstWindow();
    await page.getByRole('button', { name: '解锁', exact: true }).waitFor();
    return performance.now() - begin;
  } finally {
    await running.close();
  }
}
