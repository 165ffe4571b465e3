import { expect, test } from '@playwright/test';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'alerts 2026';
const SECTION = /^(异常提示|Alerts|ئاگاھلاندۇرۇش)$/;

/** Use out of the ordinary, in the real application. */
test.describe
  .serial('alerts', () => {
    let office: Office;
    let desk: Desk;

    test.beforeAll(async () => {
      office = await startOffice({
        certificates: 300,
        users: [{ badge: '330600101', name: '方砚青', role: 'head' }],
      });
      desk = await startDesk({ args: ['--no-practice'] });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    // Bugs: an alert without a reason, or with one that nobody can read; a head who may put his own away.
    test('say why, and are not for oneself to put away', async () => {
      const { page } = desk;
      const openSection = async (): Promise<void> => {
        await page.locator('nav.nav [data-page=security]').click();
        await page.getByRole('radio', { name: SECTION }).press('Space');
        await page.locator('.panel .tbl, .panel .pstate, .panel .state').first().waitFor();
      };
      for (let i = 0; i < 5; i++)
        await page.evaluate(async () => {
          const bytes = (text: string) => new TextEncoder().encode(text);
          const { fieldcert } = window as unknown as {
            readonly fieldcert: { invoke(route: string, input: unknown): Promise<unknown> };
          };
          await fieldcert.invoke('people.change-password', {
            password: bytes('not the password'),
            next: bytes('another one 2026'),
          });
        });
      await openSection();
      const row = page.locator('[data-rule=failures]');
      await expect(row).toContainText('5');
      await expect(row).toContainText('方砚青');
      await expect(row).toContainText('须由他人核实');
      await expect(row.getByRole('button')).toHaveCount(0);
      await expect(page.locator('[data-alert-rules]')).toContainText('程序自带');
      await page.getByRole('button', { name: '提示标准' }).click();
      await expect(page.locator('[data-threshold=failures]')).toContainText('3–9');
      await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click();
      await lookAt(page, 'alerts', async () => {
        await openSection();
        await expect(row).toBeVisible();
      });
    });

    // Bugs: a level that is set and refuses nothing, or is not shown on every page; a head who cannot lift his own; words that are cut.
    test('an emergency level is shown everywhere, keeps data here, and is lifted', async () => {
      const { page } = desk;
      const open = async (): Promise<void> => {
        await page.locator('nav.nav [data-page=security]').click();
        await page.getByRole('radio', { name: /^(应急|Emergency|جىددىي ھالەت)$/ }).press('Space');
        await page.locator('[data-level="4"]').waitFor();
      };
      const exported = () =>
        page.evaluate(async () => {
          const { fieldcert } = window as unknown as {
            readonly fieldcert: {
              invoke(route: string, input: unknown): Promise<{ error?: { code: string } }>;
            };
          };
          return (await fieldcert.invoke('exports.start', {})).error?.code;
        });
      expect(await exported()).toBe('INPUT_INVALID');
      await open();
      await page.getByRole('button', { name: '设置级别' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('textarea').fill('疑似账号被盗用');
      await dialog.getByRole('button', { name: '设置级别' }).click();
      await expect(page.locator('[data-level-ribbon="1"]')).toContainText('疑似账号被盗用');
      await expect(page.locator('.topbar')).toContainText('隔离');
      expect(await exported()).toBe('EMERGENCY_LEVEL');
      await lookAt(page, 'emergency-level', async () => {
        await open();
        await expect(page.locator('[data-level="1"][data-now=true]')).toBeVisible();
      });
      await page.getByRole('button', { name: '解除' }).click();
      await dialog.locator('textarea').fill('已核实，账号无异常');
      await dialog.getByRole('button', { name: '解除' }).click();
      await expect(page.locator('[data-level-ribbon]')).toHaveCount(0);
      expect(await exported()).toBe('INPUT_INVALID');
    });
  });
