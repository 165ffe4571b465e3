import { cp } from 'node:fs/promises';
import { _electron, type Page } from 'playwright';
import { freshFolder } from '../frame/folders';
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

/** The real application on a copy of the office's slice, unlocked, its page watched; closed afterwards. */
export async function inApplication(
  { desk }: BenchOffice,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const userData = freshFolder('application');
  await cp(desk.paths.root, userData, { recursive: true });
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: process.env['FIELDCERT_ELECTRON'] ?? '',
    args: [appPath('.'), ...sandbox, `--user-data-dir=${userData}`],
    env: { ...(process.env as Record<string, string>), FIELDCERT_TESTING: '1' },
    chromiumSandbox: sandbox.length === 0,
  });
  try {
    const page = await app.firstWindow();
    await page.getByRole('textbox', { name: '密码' }).or(page.getByLabel('密码')).first().focus();
    await page.keyboard.type(BENCH_PASSWORD);
    await page.getByRole('button', { name: '解锁', exact: true }).click();
    await page.locator('nav.nav').waitFor({ timeout: PATIENCE_MS });
    await page.evaluate(WATCH_TASKS);
    await use(page);
  } finally {
    await app.close();
  }
}
