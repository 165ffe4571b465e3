import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'retention 2026';
const LOG = /^(操作记录|Activity log|مەشغۇلات خاتىرىسى)$/;
const SECTION = /^(记录保留|Retention|خاتىرە ساقلاش)$/;

/** What is kept how long, in the real application. */
test.describe
  .serial('retention', () => {
    let office: Office;
    let desk: Desk;

    test.beforeAll(async () => {
      office = await startOffice({
        certificates: 500,
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

    const openSection = async (): Promise<void> => {
      await desk.page.locator('nav.nav [data-page=security]').click();
      await desk.page.getByRole('radio', { name: SECTION }).press('Space');
      await expect(desk.page.locator('[data-kind=lookups]')).toBeVisible();
    };

    // Bug: a purge that a slip of the hand starts, terms that are not the law's, a page that does not say what went.
    test('says the terms, asks before it purges, and says that it did', async () => {
      const page = new DeskPage(desk.page);
      await page.goTo('安全与审计');
      await openSection();
      await expect(desk.page.locator('[data-kind=lookups]')).toContainText(/3\S* 年/);
      await expect(desk.page.locator('[data-kind=batches]')).toContainText(/5\S* 年/);
      await expect(desk.page.locator('[data-kind=reports]')).toContainText(/5\S* 年/);
      await expect(desk.page.locator('[data-kind=visits]')).toContainText(/5\S* 年/);
      await expect(desk.page.locator('[data-kind=certificates]')).toContainText('不清理');
      await lookAt(desk.page, 'retention', openSection);
      // The daily purge comes by itself a minute after the unlock: on a busy machine it may have been by now.
      const lastPurge = async () => {
        const told = await invoke(desk.page, 'retention.status', {});
        expect(told).toMatchObject({ ok: true, data: { held: null, mayRun: true } });
        return told.ok ? told.data.last : undefined;
      };
      const before = await lastPurge();
      await desk.page.getByRole('button', { name: '立即清理' }).click();
      const dialog = desk.page.getByRole('dialog');
      await expect(dialog).toContainText('清除后不能恢复');
      await dialog.getByRole('button', { name: '取消' }).click();
      expect(await lastPurge()).toEqual(before);
      await lookAt(desk.page, 'retention-confirm', async () => {
        await openSection();
        await desk.page.locator('.panel header .end button').first().click();
        await expect(dialog).toBeVisible();
      });
      await dialog.getByRole('button', { name: '立即清理' }).click();
      await expect(dialog).toBeHidden();
      await expect
        .poll(async () => (await lastPurge())?.atMs ?? 0)
        .toBeGreaterThan(before?.atMs ?? 0);
      await expect(desk.page.getByText('尚未清理')).toBeHidden();
      await expect(desk.page.locator('[data-kind=lookups] td').nth(1)).toHaveText('0');
    });

    // Bug: a log that does not show what was just done, a filter that hides it, a verdict that nobody can read.
    test('shows the log to the head, narrows it and says whether it is whole', async () => {
      const openLog = async (): Promise<void> => {
        await desk.page.locator('nav.nav [data-page=security]').click();
        await desk.page.getByRole('radio', { name: LOG }).press('Space');
        await expect(desk.page.locator('[data-kind=login]').first()).toBeVisible();
      };
      await openLog();
      await expect(desk.page.locator('[data-kind=retention-started]')).toContainText('方砚青');
      await expect(desk.page.locator('[data-kind=audit-viewed]')).toHaveCount(1);
      await desk.page.getByRole('button', { name: '核验全部记录' }).click();
      await expect(desk.page.getByText('记录连续完整')).toBeVisible();
      await lookAt(desk.page, 'audit', openLog);
      await desk.page.getByLabel('操作', { exact: true }).selectOption('oversight');
      await expect(desk.page.locator('[data-kind=login]')).toHaveCount(0);
      await expect(desk.page.locator('[data-kind=audit-verified]')).toHaveCount(1);
      await expect(desk.page.locator('[data-kind=audit-viewed]')).toHaveCount(1);
      await desk.page.getByLabel('操作', { exact: true }).selectOption('reveal');
      await expect(desk.page.getByText('没有符合条件的记录')).toBeVisible();
    });
  });
