import { cp } from 'node:fs/promises';
import { _electron, type Page } from 'playwright';
import { freshFolder } from '../../frame/folders';
import { percentile } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { appPath } from '../../real/app';
import { BENCH_PASSWORD } from '../../real/desk';
import type { BenchOffice } from '../../real/office';

const ROUNDS = 12;
const KEY_EVERY_MS = 120;
const PATIENCE_MS = 300_000;

interface Seen {
  /** Longest task of the page's main thread, ms; below 50 none is told. */
  readonly longestMs: number;
  /** From each key to the frame in which its suggestions stand. */
  readonly shownMs: readonly number[];
}

/** Counts in the page: tasks that held its thread, and frames that showed new suggestions after a key. */
const WATCH = `(() => {
  const seen = { longestMs: 0, shownMs: [], keyAt: 0 };
  globalThis.__seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, entry.duration);
  }).observe({ entryTypes: ['longtask'] });
  document.addEventListener('keydown', () => { seen.keyAt = performance.now(); }, true);
  new MutationObserver(() => {
    if (seen.keyAt === 0 || document.querySelector('.sug .so') === null) return;
    const from = seen.keyAt;
    seen.keyAt = 0;
    requestAnimationFrame(() => seen.shownMs.push(performance.now() - from));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

async function unlock(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: '密码' }).or(page.getByLabel('密码')).first().focus();
  await page.keyboard.type(BENCH_PASSWORD);
  await page.getByRole('button', { name: '解锁', exact: true }).click();
  await page.locator('nav.nav').waitFor({ timeout: PATIENCE_MS });
}

/** The real application on the same slice: names typed as a person does, letter by letter. */
export async function searchTyping(report: Report, office: BenchOffice): Promise<void> {
  const userData = freshFolder('typing');
  await cp(office.desk.paths.root, userData, { recursive: true });
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: process.env['FIELDCERT_ELECTRON'] ?? '',
    args: [appPath('.'), ...sandbox, `--user-data-dir=${userData}`],
    env: { ...(process.env as Record<string, string>), FIELDCERT_TESTING: '1' },
    chromiumSandbox: sandbox.length === 0,
  });
  try {
    const page = await app.firstWindow();
    await unlock(page);
    const box = page.locator('.qbox .q');
    // The first question waits for the index of names; what is measured comes after it.
    await box.fill(office.texts.suggest[0] ?? '');
    await page.locator('.sug .so').first().waitFor({ timeout: PATIENCE_MS });
    await box.fill('');
    await page.evaluate(WATCH);
    for (let round = 1; round <= ROUNDS; round++) {
      await box.focus();
      for (const character of office.texts.name[round] ?? '') {
        await page.keyboard.press('Shift');
        await page.keyboard.insertText(character);
        await page.waitForTimeout(KEY_EVERY_MS);
      }
      await box.fill('');
    }
    const seen = (await page.evaluate('globalThis.__seen')) as Seen;
    report.add('search.typing.longest_task_ms', seen.longestMs);
    if (seen.shownMs.length > 0)
      report.add('search.typing.key_to_pixels.p95_ms', percentile(seen.shownMs, 0.95));
    report.note(
      `${seen.shownMs.length} suggestion lists were drawn while ${ROUNDS} names were typed`,
    );
  } finally {
    await app.close();
  }
}
