import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'check 2026';
const RUN_MS = 120_000;

/** The daily self-check in the real application. */
test.describe
  .serial('the daily self-check', () => {
    let office: Office;
    let desk: Desk;
    let page: DeskPage;

    test.beforeAll(async () => {
      office = await startOffice({
        certificates: 1000,
        users: [{ badge: '330600101', name: '方砚青', role: 'inspector' }],
      });
      desk = await startDesk({ args: ['--no-practice'] });
      page = new DeskPage(desk.page);
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    const open = async (): Promise<void> => {
      await desk.page.locator('nav a, nav button').nth(4).click();
      await desk.page.locator('.seg label, .seg [role=radio]').first().waitFor();
    };
    const section = (name: string) => desk.page.getByRole('radio', { name }).click({ force: true });

    // Bug: a section that never shows its result, a good office told as bad, words missing in a language.
    test('runs, shows every item and how the runs ended', async () => {
      await page.goTo('安全与审计');
      await section('每日自检');
      await desk.page.getByRole('button', { name: '立即自检' }).click();
      const rows = desk.page.locator('.findings tbody tr');
      await expect(rows).toHaveCount(12, { timeout: RUN_MS });
      await expect(desk.page.locator('.findings [data-state=bad]')).toHaveCount(0);
      await expect(desk.page.locator('.findings [data-item=pages]')).toContainText('逐页校验无误');
      await expect(desk.page.locator('.past-runs .past-run')).not.toHaveCount(0);
      const status = await invoke(desk.page, 'self-check.status', {});
      expect(status).toMatchObject({ ok: true, data: { running: null } });
      await lookAt(desk.page, 'self-check', async () => {
        await open();
        await desk.page
          .getByRole('radio', { name: /自检|self-check|تەكشۈرۈش/ })
          .click({ force: true });
        await expect(rows).toHaveCount(12, { timeout: RUN_MS });
      });
    });
  });
