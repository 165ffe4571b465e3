import type { Page } from 'playwright';
import { invoke } from '../../../fixtures/bridge';
import { percentile } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { inApplication, longTasks, PATIENCE_MS } from '../../real/application';
import { type BenchOffice, changeSome } from '../../real/office';

const CLICKS = 60;
const CHANGES = 20_000;
/** Kinds that are pressed by turns. */
const KINDS = 4;

/** From each press of a kind to the frame after the one in which the figures of the new filter were put, ms. */
const WATCH_CLICKS = `(() => {
  const total = () => document.querySelector('.kpis .kpi .v .num')?.textContent ?? '';
  globalThis.__shown = [];
  let clickAt = 0;
  let before = '';
  document.addEventListener('click', (event) => {
    if (event.target.closest('.kindlist') === null) return;
    clickAt = performance.now();
    before = total();
  }, true);
  new MutationObserver(() => {
    if (clickAt === 0 || total() === before) return;
    const from = clickAt;
    clickAt = 0;
    requestAnimationFrame(() => {
      // What is posted in a frame is received after it was drawn.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.__shown.push(performance.now() - from);
      port2.postMessage(0);
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

/** Presses kinds by turns, on and off, as long as `goesOn` says; each waits for its figures. */
async function clickKinds(
  page: Page,
  goesOn: (done: number) => Promise<boolean>,
): Promise<number[]> {
  const kinds = page.locator('.kindlist:not(.bars) button.kind:not([disabled])');
  const shown = () => page.evaluate('globalThis.__shown.length') as Promise<number>;
  await page.evaluate('globalThis.__shown.length = 0');
  for (let done = 0; await goesOn(done); done++) {
    // A kind that is on is the only one in the list.
    const isOn = (await page.locator('.kindlist .kind.on').count()) > 0;
    await kinds.nth(isOn ? 0 : (done >> 1) % KINDS).click();
    for (let i = 0; i < 600 && (await shown()) <= done; i++) await page.waitForTimeout(5);
  }
  return (await page.evaluate('globalThis.__shown')) as number[];
}

/** The real application: a press that narrows the board, to the pixels, alone and beside a synchronisation. */
export async function boardClicks(report: Report, office: BenchOffice): Promise<void> {
  await inApplication(office, async (page) => {
    const settled = async () => {
      const status = await invoke(page, 'sync.status', {});
      return status.ok && status.data.running === null;
    };
    const untilSettled = async () => {
      while (!(await settled())) await page.waitForTimeout(200);
    };
    await page.locator('nav.nav [data-page=boards]').click();
    await page.locator('.kpis').waitFor({ timeout: PATIENCE_MS });
    await untilSettled();
    // What every board first makes beside itself.
    await page.locator('.kpi svg').first().waitFor({ timeout: PATIENCE_MS });
    await page.waitForTimeout(5_000);
    await page.evaluate(WATCH_CLICKS);
    await longTasks(page);
    const alone = await clickKinds(page, async (done) => done < CLICKS);
    report.add('boards.click_to_pixels.p95_ms', percentile(alone, 0.95));
    report.add('boards.click.longest_task_ms', Math.max(0, ...(await longTasks(page))));
    await changeSome(office, CHANGES);
    let running = true;
    void invoke(page, 'sync.start', {})
      .then(untilSettled)
      .finally(() => {
        running = false;
      });
    const beside = await clickKinds(page, async () => running);
    if (beside.length > 0)
      report.add('boards.click_to_pixels.beside_sync.p95_ms', percentile(beside, 0.95));
    report.note(
      `${alone.length} presses alone, half drawn within ${percentile(alone, 0.5).toFixed(0)} ms; ${beside.length} beside a synchronisation of ${CHANGES} changes` +
        (beside.length > 0
          ? `, half within ${percentile(beside, 0.5).toFixed(0)} ms, the longest ${Math.max(...beside).toFixed(0)}`
          : ''),
    );
  });
}
