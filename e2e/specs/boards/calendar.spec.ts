import { expect, type Page, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import type { Desk } from '../../fixtures/desk';
import type { Office } from '../../fixtures/office';
import { provenDesk } from '../../fixtures/proven-desk';
import { DeskPage } from '../../pages/desk-page';

const KIND = 'special-operation';
const count = (number: number): string => number.toLocaleString('en-US');
const today = (): number => Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000);

async function monthsOf(page: Page, kinds: readonly (typeof KIND)[]) {
  const filter = kinds.length === 0 ? {} : { kinds: [...kinds] };
  const board = await invoke(page, 'boards.query', { filter, day: today() });
  if (!board.ok) throw new Error(board.error.code);
  return board.data.calendar;
}

/** What is drawn: the parts of the bars, month by month, and how many certificates a pixel of the scale stands for. */
async function drawn(page: Page) {
  const chart = page.locator('.upper .chart');
  const parts = await chart
    .locator('rect.recharts-rectangle')
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute('height'))));
  const words = await chart.locator('.recharts-yAxis-tick-labels text').evaluateAll((all) =>
    all.map((one) => ({
      value: Number((one.textContent ?? '').replaceAll(',', '')),
      y: Number(one.getAttribute('y')),
    })),
  );
  const ground = words.find(({ value }) => value === 0);
  const top = words.reduce((most, one) => (one.value > most.value ? one : most));
  if (ground === undefined || top.value === 0) throw new Error('a scale without an end');
  return { parts, perPixel: top.value / (ground.y - top.y), top: top.value };
}

test.describe
  .serial('the calendar of a board', () => {
    let office: Office;
    let desk: Desk;

    test.beforeAll(async () => {
      test.setTimeout(240_000);
      ({ office, desk } = await provenDesk({ certificates: 1_500 }, 'calendar 2026'));
      await desk.page.locator('nav.nav [data-page=boards]').click();
      await desk.page.locator('.upper .chart rect').first().waitFor({ timeout: 60_000 });
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    // Bug: bars that stay as they were when the board is narrowed, a scale that is not theirs, parts in the wrong month.
    for (const kinds of [[], [KIND]] as const)
      test(`draws each month as high as its figures${kinds.length > 0 ? ', narrowed too' : ''}`, async () => {
        const { page } = desk;
        await page
          .locator('.phead select')
          .nth(2)
          .selectOption(kinds[0] ?? '');
        const months = await monthsOf(page, kinds);
        const sum = count(months.reduce((all, { expiring }) => all + expiring, 0));
        await expect(page.locator('.upper section.panel > p.vh').first()).toContainText(sum);
        const { parts, perPixel, top } = await drawn(page);
        expect(parts).toHaveLength(48);
        const figures = months.flatMap(({ expiring, reviews }) => [expiring, reviews]);
        for (const [index, figure] of figures.entries())
          expect(Math.abs((parts[index] ?? 0) * perPixel - figure)).toBeLessThan(0.02 * top);
        const most = Math.max(...months.map(({ expiring, reviews }) => expiring + reviews));
        expect(top).toBeGreaterThanOrEqual(most);
      });

    // Bug: who walks the bars by key hears of no figures, or of those of the board before.
    test('names the figures of a month to who walks by key', async () => {
      const { page } = desk;
      const months = await monthsOf(page, [KIND]);
      await page.locator('.upper .chart .recharts-surface').first().focus();
      const seen: string[] = [];
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) {
        await page.keyboard.press(key);
        const tip = page.locator('.upper .chart .pop.tip');
        await expect(tip).toBeVisible();
        const name = await tip.locator('> b').textContent();
        const month = months.find(
          (one) => `${one.year}-${String(one.month).padStart(2, '0')}` === name,
        );
        if (month === undefined) throw new Error(`no month ${name}`);
        await expect(tip.locator('.num')).toHaveText([count(month.expiring), count(month.reviews)]);
        seen.push(name ?? '');
      }
      expect(new Set(seen).size).toBe(3);
    });

    // Bug: a bar that opens the list of another month, of the other part, or of every kind.
    test('opens the list behind a part of a bar', async () => {
      const { page } = desk;
      const months = await monthsOf(page, [KIND]);
      const at = months.reduce((best, one, index) => {
        const most = months[best]?.expiring ?? 0;
        return one.expiring > most ? index : best;
      }, 0);
      await page
        .locator('.upper .chart rect.recharts-rectangle')
        .nth(2 * at)
        .click();
      await expect(new DeskPage(page).results).toBeVisible();
      // Tabs count every status; the foot says how many the list has.
      await expect(page.locator('.results .tfoot')).toContainText(
        `\u2066${count(months[at]?.expiring ?? 0)}\u2069`,
      );
    });
  });
