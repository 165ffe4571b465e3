import { cp } from 'node:fs/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { freshFolder } from '../frame/folders';
import { type NameOf, PeakMemory } from '../frame/peak-memory';
import { appPath } from './app';
import { BENCH_PASSWORD } from './desk';
import type { BenchOffice } from './office';

export const PATIENCE_MS = 300_000;

/** Counts in the page: tasks that held its thread for more than 50 ms, for which no key or click is answered. */
const WATCH_TASKS = `(() => {
  globalThis.__tasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.__tasks.push(entry.duration);
  }).observe({ entryTypes: ['longtask'] });
})()`;

/** The tasks over 50 ms since the last time that this was asked, in ms. */
export async function longTasks(page: Page): Promise<readonly number[]> {
  // Entries arrive after their task.
  await page.waitForTimeout(100);
  return (await page.evaluate('globalThis.__tasks.splice(0)')) as number[];
}

/**
 * The real application on a copy of the office's slice, unlocked, its page watched; closed afterwards. Answers the most
 * memory that each of its processes held, MB.
 */
export async function inApplication(
  { desk }: BenchOffice,
  use: (page: Page, app: ElectronApplication) => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const userData = freshFolder('application');
  await cp(desk.paths.root, userData, { recursive: true });
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: process.env['FIELDCERT_ELECTRON'] ?? '',
    args: [appPath('.'), ...sandbox, `--user-data-dir=${userData}`],
    env: { ...(process.env as Record<string, string>), FIELDCERT_TESTING: '1' },
    chromiumSandbox: sandbox.length === 0,
  });
  const memory = new PeakMemory(app.process().pid ?? 0);
  try {
    const page = await app.firstWindow();
    await page.getByRole('textbox', { name: '密码' }).or(page.getByLabel('密码')).first().focus();
    await page.keyboard.type(BENCH_PASSWORD);
    await page.getByRole('button', { name: '解锁', exact: true }).click();
    await page.locator('nav.nav').waitFor({ timeout: PATIENCE_MS });
    await page.evaluate(WATCH_TASKS);
    await use(page, app);
    return memory.stop(await namesIn(app));
  } finally {
    await app.close();
  }
}

/** Lists are read by the program that also makes packages. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  Browser: 'main',
  Tab: 'page',
  'fieldcert-tables': 'jobs',
};

/** What Electron calls its processes; the fallback's store is a plain Node child, which it does not know. */
async function namesIn(app: ElectronApplication): Promise<NameOf> {
  const metrics = await app.evaluate(({ app: own }) =>
    own.getAppMetrics().map(({ pid, type, name }) => ({ pid, type, name })),
  );
  const named = new Map(
    metrics.map(({ pid, type, name }) => {
      const called = type === 'Utility' ? (name ?? type) : type;
      return [pid, OTHER_NAMES[called] ?? called.replace(/^fieldcert-/, '')];
    }),
  );
  return (pid, command) => {
    const known = named.get(pid)?.toLowerCase().replaceAll(/\W+/g, '_');
    if (known !== undefined) return known;
    if (command.includes('dist/store/store.cjs')) return 'store';
    // Derivation of the key at unlock, above all.
    return command.includes('--type=utility') ? 'ended_before' : undefined;
  };
}
