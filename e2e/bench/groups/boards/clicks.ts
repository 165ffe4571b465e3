import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { invoke } from '../../../fixtures/bridge';
import { percentile } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { inApplication, longTasks, PATIENCE_MS } from '../../real/application';
import { type BenchOffice, changeSome } from '../../real/office';

const CLICKS = 60;
/** Of those that are made while the year and the forecast still are. */
const EARLY_CLICKS = 20;
const CHANGES = 20_000;
/** Kinds that are pressed by turns. */
const KINDS = 4;
/** True once nothing is made any more that a board first makes beside itself: the year, the exams, the forecast. */
const IS_MADE = `document.querySelector('.kpis svg.flip path:not([d=""])') !== null &&
  document.querySelector('.kstrip .making, .fcmaking, .blowers .skel') === null`;
/** Nobody presses faster than this after what he sees, ms. */
const PAUSE_MS = 200;

/**
 * From each press of a kind to the frame that was drawn after the figures of the new filter were put: the first of them, and
 * all of the first screen. `__next(n)` resolves once so many presses were answered whole.
 */
const WATCH_CLICKS = `(() => {
  const total = () => document.querySelector('.kpis .kpi .v .num')?.textContent ?? '';
  const isWhole = () => document.querySelector('.bfirst [aria-busy="true"]') === null;
  const waiting = [];
  globalThis.__first = [];
  globalThis.__whole = [];
  globalThis.__next = (count) => new Promise((resolve, reject) => {
    const told = () => [step, before, total(), document.querySelector('.bfirst')?.textContent.slice(0, 600)].join(' | ');
    setTimeout(() => reject(new Error('a press was not answered: ' + told())), 60_000);
    waiting.push({ count, resolve });
    if (globalThis.__whole.length >= count) resolve();
  });
  /** What is posted in a frame is received after it was drawn. */
  const afterFrame = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });
  let clickAt = 0;
  let before = '';
  let step = 'none';
  document.addEventListener('click', (event) => {
    if (event.target.closest('.kindlist') === null) return;
    clickAt = performance.now();
    before = total();
    step = 'pressed';
  }, true);
  new MutationObserver(() => {
    const from = clickAt;
    if (step === 'pressed' && total() !== before) {
      step = 'begun';
      afterFrame(() => globalThis.__first.push(performance.now() - from));
    }
    if (step !== 'begun' || !isWhole()) return;
    step = 'none';
    afterFrame(() => {
      globalThis.__whole.push(performance.now() - from);
      for (const { count, resolve } of waiting) if (globalThis.__whole.length >= count) resolve();
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
})()`;

/** Milliseconds of each press. */
interface Presses {
  readonly first: readonly number[];
  readonly whole: readonly number[];
}

/**
 * Presses kinds by turns, on and off, as long as `goesOn` says; each waits for its figures. Nothing asks the page meanwhile:
 * what looks at it in between holds it up.
 */
async function clickKinds(
  page: Page,
  goesOn: (done: number) => Promise<boolean>,
): Promise<Presses> {
  const kinds = page.locator('.kindlist:not(.bars) button.kind:not([disabled])');
  await page.evaluate('globalThis.__first.length = 0; globalThis.__whole.length = 0');
  for (let done = 0; await goesOn(done); done++) {
    // A kind that is on is the only one in the list.
    const isOn = (await page.locator('.kindlist .kind.on').count()) > 0;
    await kinds.nth(isOn ? 0 : (done >> 1) % KINDS).click();
    await page.evaluate(`globalThis.__next(${done + 1})`);
    await page.waitForTimeout(PAUSE_MS);
  }
  return (await page.evaluate('({ first: __first, whole: __whole })')) as Presses;
}

/** Where the bench is asked for profiles: what every process did meanwhile, for a browser's performance panel. */
async function traced<T>(
  app: ElectronApplication,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const folder = process.env['FIELDCERT_BENCH_PROFILE'];
  if (folder === undefined) return work();
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({
      included_categories: [
        'devtools.timeline',
        'disabled-by-default-v8.cpu_profiler',
        'blink.user_timing',
        'cc',
        'toplevel',
      ],
    }),
  );
  try {
    return await work();
  } finally {
    const file = join(folder, `${name}.json`);
    await app.evaluate(({ contentTracing }, to) => contentTracing.stopRecording(to), file);
  }
}

/** The real application: a press that narrows the board, to the pixels, alone and beside a synchronisation. */
export async function boardClicks(report: Report, office: BenchOffice): Promise<void> {
  await inApplication(office, async (page, app) => {
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
    await page.evaluate(WATCH_CLICKS);
    const early = await clickKinds(page, async (done) => done < EARLY_CLICKS);
    report.note(`presses at once after the first board: ${told(early)}`);
    const from = performance.now();
    // Not waitForFunction: from its second look on the page's policy refuses what it evaluates.
    while (!(await page.evaluate(IS_MADE))) {
      if (performance.now() - from > PATIENCE_MS) throw new Error('the year was never made');
      await page.waitForTimeout(200);
    }
    report.note(
      `what a board first makes was there ${Math.round(performance.now() - from)} ms later`,
    );
    await page.waitForTimeout(5_000);
    await longTasks(page);
    const alone = await traced(app, 'presses-alone', () =>
      clickKinds(page, async (done) => done < CLICKS),
    );
    report.add('boards.click_to_pixels.p95_ms', percentile(alone.whole, 0.95));
    report.add('boards.click.longest_task_ms', Math.max(0, ...(await longTasks(page))));
    report.note(`presses alone: ${told(alone)}`);
    await changeSome(office, CHANGES);
    let running = true;
    void invoke(page, 'sync.start', {})
      .then(untilSettled)
      .finally(() => {
        running = false;
      });
    const beside = await traced(app, 'presses-beside', () => clickKinds(page, async () => running));
    if (beside.whole.length === 0) return;
    report.add('boards.click_to_pixels.beside_sync.p95_ms', percentile(beside.whole, 0.95));
    report.note(`presses beside a synchronisation of ${CHANGES} changes: ${told(beside)}`);
  });
}

function told({ first, whole }: Presses): string {
  const ms = (values: readonly number[], at: number) => percentile(values, at).toFixed(0);
  return (
    `${whole.length}; first figures drawn within ${ms(first, 0.5)} ms (median) and ${ms(first, 0.95)} (p95), ` +
    `the whole first screen within ${ms(whole, 0.5)} and ${ms(whole, 0.95)}, the longest ${Math.max(...whole).toFixed(0)}`
  );
}
