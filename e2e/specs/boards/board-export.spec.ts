import { execFileSync } from 'node:child_process';
import { expect, type Page, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, windowOpenedBy } from '../../fixtures/desk';
import { checkLook, lookHere } from '../../fixtures/look';
import type { Office } from '../../fixtures/office';
import { judgedPackage, packagesOf } from '../../fixtures/packages';
import { type GiveFactor, permitsFor } from '../../fixtures/permits';
import { provenDesk } from '../../fixtures/proven-desk';
import { DeskPage } from '../../pages/desk-page';
import { ExportPage } from '../../pages/export-page';

/** What leaves a board, and what it leads to. */
test.describe
  .serial('a board', () => {
    let office: Office;
    let desk: Desk;
    let page: Page;
    let factor: GiveFactor;

    test.beforeAll(async () => {
      ({ office, desk } = await provenDesk(
        { certificates: 600, withToken: true },
        'board export 2026',
      ));
      page = desk.page;
      factor = await permitsFor(office, page, 1);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    const total = async () => {
      const value = page.locator('.kpis .kpi').first().locator('.v .num');
      return Number(((await value.textContent()) ?? '').replaceAll(',', ''));
    };

    // Bug: a board that leaves without U-Key or permit, with a page's numbers, or as a list of persons.
    test('leaves as a package that openssl and the verifier accept', async () => {
      await new DeskPage(page).goTo('分析看板');
      const shown = await total();
      await page.getByRole('button', { name: '导出', exact: true }).click();
      await lookHere(page, 'board-export-choice');
      await page.getByRole('button', { name: '看板图表' }).click();
      await expect(page.getByText(/导出看板图和全部数据表/)).toBeVisible();
      await lookHere(page, 'board-export-scope');
      await page.getByRole('button', { name: '下一步' }).click();
      await page.getByRole('textbox', { name: '用途' }).fill('季度形势分析会');
      await page.getByRole('button', { name: '下一步' }).click();
      await page.getByRole('button', { name: '下一步' }).click();
      await factor(page);
      const window = await windowOpenedBy(desk, () =>
        page.getByRole('button', { name: '收集数据并签名' }).click(),
      );
      await expect(window.getByText(/分析看板 \d{4}-\d{2}-\d{2}/).first()).toBeVisible();
      await checkLook(window, 'board-export-signing.zh-CN');
      const exporting = new ExportPage(desk, factor);
      await exporting.sign(window, office.pin);
      await exporting.expectSealed();
      const [file = ''] = packagesOf(desk);
      const manifest = judgedPackage(office, file);
      expect(manifest.board?.certificates).toBe(shown);
      expect(manifest.tables?.length).toBeGreaterThan(6);
      const csv = execFileSync('unzip', ['-p', file, 'data.csv'], { encoding: 'utf8' });
      expect(csv).toContain(`主要指标,,证书总数,数量,${shown},`);
      expect(csv).not.toMatch(/\*/u);
    });

    // Bug: a past day's list that is today's, or a selection that is put on the list of visits without its reasons.
    test('opens the lists of a past day, and fills the list of visits', async () => {
      await new DeskPage(page).goTo('分析看板');
      await page.getByRole('combobox', { name: '统计日期' }).selectOption({ index: 3 });
      await expect(page.getByText(/按今天掌握的数据推算/)).toBeVisible();
      const then = await total();
      await page.locator('.kpis .kpi').first().click();
      await expect(page.getByText(/当日的名单/)).toBeVisible();
      await expect(page.locator('.tfoot')).toContainText(String(then));
      await lookHere(page, 'past-list');
      await page.getByRole('button', { name: '看今天的名单' }).click();
      // Numbers stand between direction marks; one message may still be there when the next one comes.
      const add = async (words: RegExp) => {
        await page.getByRole('button', { name: '加入走访' }).first().click();
        await expect(page.getByText(words)).toBeVisible({ timeout: 30_000 });
      };
      const items = async () => {
        const list = await invoke(page, 'followups.list', {});
        if (!list.ok) throw new Error(list.error.code);
        return list.data.items;
      };
      await add(/已加入走访清单 \W?500\W? 项。\s*一次最多加入 500 项，其余 \W?100\W? 项未加入/u);
      const listed = await items();
      expect(listed).toHaveLength(500);
      expect(listed.every(({ reason }) => reason?.kind === 'status')).toBe(true);
      await add(/已加入走访清单 \W?0\W? 项。\s*\W?500\W? 项已在清单中/u);
      expect(await items()).toEqual(listed);
      await page.locator('nav.nav [data-page=fieldchecks]').click();
      await page.locator('.phead .seg label', { hasText: '走访清单' }).click();
      // By company, as one goes from one to the next.
      const company = listed.find((one) => one.company)?.company ?? 'no company';
      const group = page.locator('.duelist > section', { hasText: company }).first();
      const there = listed.filter((one) => one.company === company).length;
      await expect(group.locator('li')).toHaveCount(there);
      await expect(group.locator('li').first()).toContainText(/有效|到期|过期|复审/u);
      await lookHere(page, 'visits');
    });
  });
