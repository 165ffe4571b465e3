import { expect, type Page, test } from '@playwright/test';
import type { SyncProgress } from '../../../shared/ipc/routes/sync';
import { invoke } from '../../fixtures/bridge';
import { type Desk, tellPage } from '../../fixtures/desk';
import { processTree } from '../../fixtures/memory/process-tree';
import type { Office } from '../../fixtures/office';
import { provenDesk } from '../../fixtures/proven-desk';
import { slowDown } from '../../fixtures/slow-process';

/** What stands on the board in one frame; null where it is not to be read. */
interface Seen {
  readonly kind: string;
  readonly total: string | null;
  readonly list: string | null;
  readonly kinds: string | null;
  readonly calendar: string | null;
  /** How high the bars are. */
  readonly bars: string | null;
  /** The day that is chosen, and the word under the first of the bars. */
  readonly day: string;
  readonly isPast: boolean;
  readonly month: string | null;
  /** What the regions below the first screen come to. */
  readonly regions: string | null;
}

/** Notes every frame until it is told to stop; each look only once. */
const WATCH = `(() => {
  const seen = new Map();
  globalThis.__looks = [];
  globalThis.__watching = true;
  const read = (element) =>
    element === null || getComputedStyle(element).visibility === 'hidden' ? null : element.textContent;
  const look = () => {
    const [kind, day] = [...document.querySelectorAll('.phead select')].slice(2);
    const counts = [...document.querySelectorAll('.upper .kindlist button.kind .num:nth-child(3)')];
    const isRead = counts.length > 0 && read(counts[0]) !== null;
    const sum = counts.reduce((all, one) => all + Number(one.textContent.replaceAll(',', '')), 0);
    const ranking = [...document.querySelectorAll('.blower > .panel')]
      .find((panel) => panel.querySelector('h2').textContent === '地区排名');
    const lower = [...(ranking?.querySelectorAll('button.kind .num:nth-child(3)') ?? [])];
    const isCovered = document.querySelector('.blowers > .bcover') !== null;
    const now = {
      kind: kind.value,
      total: read(document.querySelector('.kpis .kpi .v .num')),
      list: (/[\\d,]+/.exec(document.querySelector('.phead .end > .btn:last-child').textContent) ?? [null])[0],
      kinds: isRead ? sum.toLocaleString('en-US') : null,
      // The sentence for who cannot see the chart: how many end in two years.
      calendar: read(document.querySelector('.upper section.panel > p.vh')),
      bars: read(document.querySelector('.upper .chart')) === null
        ? null
        : [...document.querySelectorAll('.upper .chart rect.recharts-rectangle')]
            .map((bar) => Math.round(Number(bar.getAttribute('height')))).join(' '),
      day: day.selectedOptions[0].textContent,
      isPast: day.value !== '',
      month: read(document.querySelector('.upper .chart .recharts-xAxis-tick-labels text')),
      regions: isCovered || lower.length === 0 || read(lower[0]) === null
        ? null
        : lower.reduce((all, one) => all + Number(one.textContent.replaceAll(',', '')), 0).toLocaleString('en-US'),
    };
    const key = JSON.stringify(now);
    if (!seen.has(key)) { seen.set(key, now); globalThis.__looks.push(now); }
    if (globalThis.__watching) requestAnimationFrame(look);
  };
  look();
})()`;

/** What a page sends through its port to the store goes from the preload's world. Answers the routes asked since the last look. */
async function watchQuestions(page: Page): Promise<() => Promise<readonly string[]>> {
  const session = await page.context().newCDPSession(page);
  const worlds: { readonly id: number; readonly name: string }[] = [];
  session.on('Runtime.executionContextCreated', ({ context }) => void worlds.push(context));
  await session.send('Runtime.enable');
  const contextId = worlds.find(({ name }) => name.includes('Isolated'))?.id;
  if (contextId === undefined) throw new Error(JSON.stringify(worlds));
  const evaluate = async (expression: string): Promise<unknown> => {
    const options = { expression, contextId, returnByValue: true };
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', options);
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
    return result.value;
  };
  await evaluate(`(() => {
    globalThis.__asked = [];
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (message, ...rest) {
      if (typeof message?.route === 'string') globalThis.__asked.push(message.route);
      return postMessage.call(this, message, ...rest);
    };
  })()`);
  return async () => (await evaluate('globalThis.__asked.splice(0)')) as string[];
}

/** A synchronisation that runs. */
const PROGRESS: SyncProgress = {
  runId: 'press',
  phase: 'changes',
  isFirst: false,
  doneRows: 100,
  totalRows: 9_000,
  bytes: 4_000,
  carriedBytes: 5_000,
  totalBytes: 90_000,
  rowsPerSecond: 400,
  remainingMs: 20_000,
};

const KINDS = ['special-operation', 'manager-safety', 'construction-b'] as const;

test.describe
  .serial('a press on a board', () => {
    let office: Office;
    let desk: Desk;

    test.beforeAll(async () => {
      test.setTimeout(240_000);
      ({ office, desk } = await provenDesk({ certificates: 1_500 }, 'press 2026'));
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    let asked: (() => Promise<readonly string[]>) | undefined;
    async function looksWhilePressing(page: Page): Promise<readonly Seen[]> {
      await page.evaluate(WATCH);
      for (const kind of KINDS)
        for (const value of [kind, '']) {
          await page.locator('.phead select').nth(2).selectOption(value);
          await page.waitForTimeout(120);
        }
      for (const index of [1, 0, 3, 0]) {
        await page.locator('.phead select').nth(3).selectOption({ index });
        await expect
          .poll(() => page.locator('.boards .awaiting').count(), { timeout: 30_000 })
          .toBe(0);
      }
      // Two presses in one go: what comes for the first is nobody's.
      await page.evaluate(() => {
        for (const button of [
          ...document.querySelectorAll<HTMLElement>('.upper button.kind'),
        ].slice(0, 2))
          button.click();
      });
      await expect
        .poll(() => page.locator('.upper button.kind.on').count(), { timeout: 30_000 })
        .toBe(1);
      await page.locator('.upper button.kind.on').click();
      await expect
        .poll(() => page.locator('.upper button.kind').count(), { timeout: 30_000 })
        .toBeGreaterThan(2);
      return (await page.evaluate('globalThis.__watching = false, globalThis.__looks')) as Seen[];
    }

    // Bug: for a frame, or for as long as a weak machine counts, figures of one filter stand under the name of another or
    // beside those of another; or the former figures stay for good where they should be emptied.
    for (const isSlow of [false, true])
      test(`shows one board at a time${isSlow ? ', on a slow machine too' : ''}`, async () => {
        test.setTimeout(120_000);
        const { page } = desk;
        await page.locator('nav.nav [data-page=boards]').click();
        await page.locator('.kpis .kpi:last-child svg path').first().waitFor({ timeout: 60_000 });
        const day = Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000);
        const boards = new Map<string, { total: string; ending: string }>();
        for (const kind of ['', ...KINDS]) {
          const filter = kind === '' ? {} : { kinds: [kind as (typeof KINDS)[number]] };
          const board = await invoke(page, 'boards.query', { filter, day });
          if (!board.ok) throw new Error(board.error.code);
          const count = (number: number) => number.toLocaleString('en-US');
          boards.set(kind, {
            total: count(board.data.total),
            ending: count(board.data.calendar.reduce((sum, { expiring }) => sum + expiring, 0)),
          });
        }
        const store = processTree(desk.app.process().pid ?? 0).find(({ what }) => what === 'store');
        if (store === undefined) throw new Error('no store process');
        const slow = isSlow ? slowDown(store.pid, 400) : null;
        const looks = await looksWhilePressing(page).finally(() => slow?.letGo());
        for (const { kind, total, list, kinds, calendar, regions, isPast } of looks) {
          const board = boards.get(kind);
          if (board === undefined || isPast) continue;
          for (const figure of [total, list, kinds, regions])
            if (figure !== null) expect({ kind, figure }).toEqual({ kind, figure: board.total });
          if (calendar !== null) expect(calendar).toContain(board.ending);
        }
        // Bars that come a frame after their figures would be two rows of bars under one kind.
        for (const kind of KINDS) {
          const bars = looks.flatMap((one) => (one.kind === kind && one.bars ? [one.bars] : []));
          expect({ kind, rows: new Set(bars).size }).toEqual({
            kind,
            rows: bars.length > 0 ? 1 : 0,
          });
        }
        const whole = looks.filter(({ total, calendar }) => total !== null && calendar !== null);
        expect(new Set(whole.map(({ kind }) => kind)).size).toBeGreaterThan(isSlow ? 1 : 3);
        expect(looks.filter(({ regions }) => regions !== null).length).toBeGreaterThan(0);
        // Nor do bars of one day stand over the months of another.
        for (const { day: chosen, month } of looks) {
          const [year = '', number] = chosen.split('-');
          if (month !== null)
            expect({ chosen, month }).toEqual({
              chosen,
              month: `${Number(number)}/${year.slice(2)}`,
            });
        }
        expect(new Set(whole.map((one) => one.month)).size).toBeGreaterThan(1);
        // It was slow enough for a frame without figures.
        if (isSlow) expect(looks.some(({ total }) => total === null)).toBe(true);
      });

    // Bug: every press has the forecast of a million rows begun anew beside the rows that come in, and the next press waits.
    test('asks for what takes longer once nobody presses any more, beside a synchronisation', async () => {
      test.setTimeout(120_000);
      const { page } = desk;
      const tellProgress = (phase: 'changes' | 'done') =>
        tellPage(desk, 'sync.progressed', { ...PROGRESS, phase });
      asked ??= await watchQuestions(page);
      await tellProgress('changes');
      const slow = ['boards.trend', 'boards.forecast'];
      for (const kind of [...KINDS, ...KINDS]) {
        await page.locator('.phead select').nth(2).selectOption(kind);
        await page.waitForTimeout(300);
      }
      const whilePressing = await asked();
      expect(whilePressing.filter((route) => route === 'boards.query')).toHaveLength(6);
      expect(whilePressing.filter((route) => slow.includes(route))).toEqual([]);
      await page.waitForTimeout(2_000);
      const afterwards = await asked();
      expect(afterwards.filter((route) => slow.includes(route)).sort()).toEqual([...slow].sort());
      await tellProgress('done');
    });

    // Bug: rows that come in while a press is under way have it asked again and its answer thrown away, so that a press beside a
    // synchronisation waits for two; or the second one never comes, and the board stays as it was before the rows.
    test('answers a press although rows come in meanwhile, and asks again then', async () => {
      test.setTimeout(60_000);
      const { page } = desk;
      const query = (routes: readonly string[]) => routes.filter((one) => one === 'boards.query');
      asked ??= await watchQuestions(page);
      const status = await invoke(page, 'sync.status', {});
      if (!status.ok) throw new Error(status.error.code);
      await page.locator('.phead select').nth(2).selectOption('');
      await page.waitForTimeout(1_500);
      await asked();
      const store = processTree(desk.app.process().pid ?? 0).find(({ what }) => what === 'store');
      if (store === undefined) throw new Error('no store process');
      const total = page.locator('.kpis .kpi .v .num').first();
      const before = await total.textContent();
      const slow = slowDown(store.pid, 0);
      slow.hold();
      try {
        await page.locator('.phead select').nth(2).selectOption(KINDS[0]);
        await page.waitForTimeout(100);
        const { proof } = status.data;
        await tellPage(desk, 'sync.changed', {
          ...status.data,
          proof: { ...proof, root: 'b'.repeat(64) },
        });
        await page.waitForTimeout(300);
        expect(query(await asked())).toHaveLength(1);
      } finally {
        slow.letGo();
      }
      await expect(total).not.toHaveText(before ?? '');
      await page.waitForTimeout(500);
      expect(query(await asked())).toHaveLength(1);
      await tellPage(desk, 'sync.changed', status.data);
    });

    // Bug: in a large office the year, once it is there, makes the line of figures two lines: everything below moves between
    // the press and the release of a button, and the press lands on nothing.
    test('keeps everything in its place, whatever figures come', async () => {
      test.setTimeout(60_000);
      const { page } = desk;
      await page.evaluate(`(() => {
        const large = new CSSStyleSheet();
        large.replaceSync(".kstrip b::after { content: '4,567' } .kstrip .c3 bdi::after { content: '1,234' } .left-out .short::after { content: ' ${'of which nobody knows '.repeat(6)}' }");
        document.adoptedStyleSheets = [large];
        const places = new Set();
        globalThis.__places = places;
        const look = () => {
          const first = document.querySelector('.kindlist:not(.bars) button.kind')?.getBoundingClientRect();
          if (first !== undefined) places.add([first.left, first.top].map(Math.round).join());
          requestAnimationFrame(look);
        };
        look();
      })()`);
      for (let i = 0; i < 4; i++) {
        await page.locator('.kindlist:not(.bars) button.kind').first().click();
        await page.locator('.kstrip .c3 bdi').first().waitFor();
        await page.waitForTimeout(300);
      }
      expect(await page.evaluate('[...globalThis.__places]')).toHaveLength(1);
      // What has no room is cut in words of its own, not by the edge, and takes no button with it.
      const ends = await page.evaluate(`['.kstrip', '.kstrip .left-out']
        .map((one) => Math.round(document.querySelector(one).getBoundingClientRect().right))`);
      const [strip, words] = ends as [number, number];
      expect(words).toBeLessThanOrEqual(strip);
      await page.evaluate('document.adoptedStyleSheets = []');
    });
  });
