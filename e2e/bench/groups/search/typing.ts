import { percentile } from '../../frame/measure';
import { addPeaks } from '../../frame/peak-memory';
import type { Report } from '../../frame/report';
import { inApplication, longTasks, PATIENCE_MS } from '../../real/application';
import type { BenchOffice } from '../../real/office';

const ROUNDS = 12;
const KEY_EVERY_MS = 120;

/** From each key to the frame after the one in which its suggestions were put, ms. */
const WATCH_KEYS = `(() => {
  const shown = [];
  let keyAt = 0;
  globalThis.__shown = shown;
  document.addEventListener('keydown', () => { keyAt = performance.now(); }, true);
  new MutationObserver(() => {
    if (keyAt === 0 || document.querySelector('.sug .so') === null) return;
    const from = keyAt;
    keyAt = 0;
    requestAnimationFrame(() => {
      // What is posted in a frame is received after it was drawn.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => shown.push(performance.now() - from);
      port2.postMessage(0);
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

/** The real application on the same slice: names typed as a person does, letter by letter. */
export async function searchTyping(report: Report, office: BenchOffice): Promise<void> {
  const peaks = await inApplication(office, async (page) => {
    const box = page.locator('.qbox .q');
    // The first question waits for the index of names; what is measured comes after it.
    await box.fill(office.texts.suggest[0] ?? '');
    await page.locator('.sug .so').first().waitFor({ timeout: PATIENCE_MS });
    await box.fill('');
    await page.evaluate(WATCH_KEYS);
    await longTasks(page);
    for (let round = 1; round <= ROUNDS; round++) {
      await box.focus();
      for (const character of office.texts.name[round] ?? '') {
        await page.keyboard.press('Shift');
        await page.keyboard.insertText(character);
        await page.waitForTimeout(KEY_EVERY_MS);
      }
      await box.fill('');
    }
    const shownMs = (await page.evaluate('globalThis.__shown')) as number[];
    report.add('search.typing.longest_task_ms', Math.max(0, ...(await longTasks(page))));
    if (shownMs.length > 0)
      report.add('search.typing.key_to_pixels.p95_ms', percentile(shownMs, 0.95));
    report.note(
      `${shownMs.length} suggestion lists were drawn while ${ROUNDS} names were typed; half of them within ${percentile(shownMs, 0.5).toFixed(0)} ms`,
    );
  });
  addPeaks(report, 'search', peaks);
}
