import type { Page } from 'playwright';
import { addPeaks } from '../../frame/peak-memory';
import type { Report } from '../../frame/report';
import { inApplication, longTasks, PATIENCE_MS } from '../../real/application';
import type { BenchOffice } from '../../real/office';

const ROWS = 100_000;
const LOOKS = 40;

/** Drops a list on the page as from a file manager. */
async function drop(page: Page, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    data.items.add(new File([list], '大名单.csv'));
    return data;
  }, text);
  await longTasks(page);
  await page.dispatchEvent('.drop', 'drop', { dataTransfer });
}

/**
 * A list of a hundred thousand rows in the real application: dropped, read, judged, scrolled through and sorted into
 * its piles. A task of more than 50 ms in the page is a stall: a key typed meanwhile waits for it.
 */
export async function verifyInApplication(report: Report, office: BenchOffice): Promise<void> {
  const { exact } = office.texts;
  const lines = ['序号,证书编号,单位名称'];
  for (let row = 1; row <= ROWS; row++)
    lines.push(`${row},${exact[row % exact.length]}${row % 10 === 0 ? '9' : ''},某公司`);
  const peaks = await inApplication(office, async (page) => {
    const worst = new Map<string, number>();
    const note = async (phase: string) => {
      worst.set(phase, Math.max(0, ...(await longTasks(page))));
    };
    await page.locator('nav.nav [data-page=batch]').click();
    await drop(page, lines.join('\n'));
    await page.locator('.batchmap').waitFor({ timeout: PATIENCE_MS });
    await note('reading');
    const start = performance.now();
    await page.getByRole('button', { name: '开始核验' }).click();
    await page.locator('.results .vt-row:not(.wait)').first().waitFor({ timeout: PATIENCE_MS });
    const seconds = (performance.now() - start) / 1_000;
    await note('judging');
    await page.locator('.results .vt-body').hover();
    for (let look = 0; look < LOOKS; look++) {
      await page.mouse.wheel(0, look % 2 === 0 ? 900 : 90_000);
      await page.waitForTimeout(60);
    }
    await note('scrolling');
    const tabs = page.locator('.results .tabs button');
    for (let tab = 0; tab < (await tabs.count()); tab++) {
      await tabs.nth(tab).click();
      await page.waitForTimeout(400);
    }
    await note('sorting');
    report.add('verify.page.rows_per_s', ROWS / seconds);
    report.add('verify.page.longest_task_ms', Math.max(...worst.values()));
    const phases = [...worst].map(([phase, ms]) => `${phase} ${ms.toFixed(0)}`).join(', ');
    report.note(`longest task of the page by phase, ms (0: none over 50): ${phases}`);
  });
  addPeaks(report, 'verify', peaks);
}
