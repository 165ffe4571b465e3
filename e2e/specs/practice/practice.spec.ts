import { expect, type Page, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { checkLook } from '../../fixtures/look';
import { practicePhone } from '../../fixtures/permits';
import { DeskPage } from '../../pages/desk-page';
import { ExportPage } from '../../pages/export-page';
import { UnlockPage } from '../../pages/unlock-page';

/** What `npm start` opens: a practice office with a server of its own and a training key. */
test.describe
  .serial('practice office', () => {
    let desk: Desk;
    test.beforeAll(async () => {
      desk = await startDesk({
        args: ['--practice'],
        env: { FIELDCERT_TESTING: '', FIELDCERT_PRACTICE_CERTIFICATES: '1000' },
      });
    });
    test.afterAll(async () => desk?.close());

    // Bug: the first minute of a newcomer: a practice office that does not come up or is not marked.
    test('comes up by itself, is plainly marked, and its package is worth nothing', async () => {
      await expect(desk.page.getByRole('button', { name: '解锁', exact: true })).toBeVisible({
        timeout: 90_000,
      });
      const state = await invoke(desk.page, 'app.state', {});
      const hint = state.ok ? state.data.practiceHint : null;
      expect(hint).not.toBeNull();
      const unlock = new UnlockPage(desk.page);
      await unlock.unlock(hint?.password ?? '');
      await unlock.expectOpened();
      await expect(desk.page.getByText('练习数据').first()).toBeVisible();

      const exporting = new ExportPage(desk, practicePhone);
      const window = await exporting.startSigning('练习导出');
      await expect(window.getByText('练习密钥的签名不具效力。')).toBeVisible();
      await exporting.sign(window, hint?.pin ?? '');
      await exporting.expectSealed();
      const history = await invoke(desk.page, 'exports.history', {});
      expect(history).toMatchObject({
        ok: true,
        data: { items: [{ outcome: 'sealed', isPractice: true }] },
      });
    });

    // Bug: the last try is given by the same press as the others, a locked key is told as a wrong PIN, or costs the export
    // more than the signature: something half stays, or the page goes on waiting.
    test('counts wrong PINs in the window, asks before the last one, and says what a lock means', async () => {
      test.setTimeout(240_000);
      await desk.page.getByRole('button', { name: '再次导出' }).click();
      const exporting = new ExportPage(desk, practicePhone);
      const window = await exporting.startSigning('输错密码的导出');
      for (const left of [5, 4, 3, 2, 1]) {
        await exporting.sign(window, '000000');
        await expect(window.getByRole('alert')).toContainText(new RegExp(`${left}.? 次`, 'u'));
      }
      await exporting.sign(window, '000001');
      await expect(window.getByText('这是最后一次机会')).toBeVisible();
      // Nothing was tried: the key still has its last one.
      const listed = await invoke(window, 'signing.certificates', {});
      expect(listed).toMatchObject({ data: { items: [{ triesLeft: 1, isPinLocked: false }] } });
      await lookAtWindow(window, 'signing-last-try');
      await exporting.sign(window, '000001');
      await window.getByRole('button', { name: '使用最后一次' }).click();
      await expect(window.getByRole('alert')).toContainText('PIN 码已锁定');
      await expect(window.locator('label.tok')).toContainText('PIN 已锁定');
      await expect(window.getByRole('button', { name: '确认签名' })).toBeDisabled();
      // It was not pulled out.
      await expect(window.getByText('已拔出，已输入的 PIN 已清除')).toHaveCount(0);
      await checkLook(window, 'signing-locked.zh-CN');
      await desk.page.bringToFront();
      await desk.page.getByRole('button', { name: '取消' }).first().click();
      await expect(desk.page.getByText('已取消，没有留下文件')).toBeVisible({ timeout: 30_000 });
    });

    // Bug: who locks the practice key has practised for the last time: no issuer is there who could unlock it.
    test('has another key at the next session where the one before was locked', async () => {
      test.setTimeout(240_000);
      const state = await invoke(desk.page, 'app.state', {});
      const hint = state.ok ? state.data.practiceHint : null;
      await new DeskPage(desk.page).lock();
      const unlock = new UnlockPage(desk.page);
      await unlock.unlock(hint?.password ?? '');
      await unlock.expectOpened();
      const exporting = new ExportPage(desk, practicePhone);
      const window = await exporting.startSigning('换新密钥后的导出');
      await window.locator('.tok.on').waitFor({ timeout: 60_000 });
      await exporting.sign(window, hint?.pin ?? '');
      await exporting.expectSealed();
    });

    /** The window speaks the language that was set when its page was loaded; the last try is asked about again in each. */
    const lookAtWindow = async (window: Page, name: string) => {
      for (const locale of ['en', 'ug', 'zh-CN'] as const) {
        await invoke(desk.page, 'settings.set', { locale });
        await window.reload();
        await window.locator('.tok.on').waitFor();
        await window.locator('.win [aria-describedby=pin-tries]').first().focus();
        await window.keyboard.type('000001');
        await window.keyboard.press('Enter');
        await expect(window.locator('.win .note')).toHaveCount(2);
        await checkLook(window, `${name}.${locale}`);
      }
      await window.reload();
    };
  });
