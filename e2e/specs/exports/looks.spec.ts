import { expect, type Page, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk, windowOpenedBy } from '../../fixtures/desk';
import { checkLook, lookHere } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { type GiveFactor, permitsFor } from '../../fixtures/permits';
import { DeskPage } from '../../pages/desk-page';
import { ExportPage } from '../../pages/export-page';
import { UnlockPage } from '../../pages/unlock-page';

const OFFICE = '330600';
const LOCALES = ['en', 'ug', 'zh-CN'] as const;

/** Every step of the wizard and every state of the signing window, looked at in all languages. */
test.describe
  .serial('the looks of an export', () => {
    let office: Office;
    let desk: Desk;
    let page: Page;
    let factor: GiveFactor;

    test.beforeAll(async () => {
      office = await startOffice({ certificates: 600, seed: 'looks', withToken: true });
      desk = await startDesk({ args: ['--no-practice'], env: office.deskEnv });
      page = desk.page;
      const unlock = new UnlockPage(page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, 'export looks 2026');
      await unlock.expectOpened();
      const policy = await office.centre.exports.policy(OFFICE);
      await office.centre.exports.setPolicy(OFFICE, { ...policy, reviewOver: 100 });
      await office.centre.exports.setPhone(OFFICE, '330600127', '13812345678');
      factor = await permitsFor(office, page, 2);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    const next = () => page.getByRole('button', { name: '下一步' }).click();
    const way = (name: string) =>
      page.getByRole('radio', { name, exact: true }).check({ force: true });
    /** The signing window speaks the language that was set when its page was loaded. */
    const lookAtWindow = async (window: Page, name: string) => {
      for (const locale of LOCALES) {
        await invoke(page, 'settings.set', { locale });
        await window.reload();
        await window.locator('.hd h1, .hd h2').first().waitFor();
        await window.waitForTimeout(300);
        await checkLook(window, `${name}.${locale}`);
      }
    };

    // Bug: a step that is cut off, untranslated or leaves the window in one of the languages.
    test('step by step, to a package that two persons signed', async () => {
      test.setTimeout(600_000);
      await new DeskPage(page).goTo('导出签章');
      await expect(page.getByRole('button', { name: '下一步' })).toBeEnabled();
      await lookHere(page, 'export-scope');
      await next();
      await page.getByRole('textbox', { name: '用途' }).fill('重点行业持证情况专项检查');
      await lookHere(page, 'export-purpose');
      const root = office.tokenRoot.replace(/root\.pem$/u, 'nosign.pem');
      await desk.app.evaluate(({ dialog }, path) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
      }, root);
      await page.locator('label', { hasText: '加密给接收人' }).first().click();
      await page
        .getByRole('button', { name: /选择.*证书|选择接收人|选择/u })
        .last()
        .click();
      await expect(page.locator('.recipient')).toBeVisible();
      await lookHere(page, 'export-recipient');
      await page.locator('label', { hasText: '不加密' }).first().click();
      await next();
      await lookHere(page, 'export-checks');
      await next();
      await way('申请批准');
      await lookHere(page, 'export-consent');
      await way('短信验证码');
      await page.getByRole('button', { name: '发送验证码' }).click();
      await lookHere(page, 'export-phone');
      await factor(page);
      await lookHere(page, 'export-code');
      const window = await windowOpenedBy(desk, () =>
        page.getByRole('button', { name: '收集数据并签名' }).click(),
      );
      await expect(window.getByRole('heading', { name: '核对后签名' })).toBeVisible();
      await lookAtWindow(window, 'signing-first');
      // Bug: a colleague's key in the port is told after the PIN, by the centre's refusal days later.
      await expect(window.getByText('请插入本人的 U-Key')).toHaveCount(0);
      await window.locator('label.tok', { hasText: 'Li Na' }).first().click();
      await expect(window.getByText('请插入本人的 U-Key')).toBeVisible();
      for (const locale of LOCALES) {
        await invoke(page, 'settings.set', { locale });
        await window.reload();
        await window.locator('label.tok', { hasText: 'Li Na' }).first().click();
        await window.waitForTimeout(300);
        await checkLook(window, `signing-of-another.${locale}`);
      }
      await window.locator('label.tok', { hasText: 'Wang Wei' }).first().click();
      await lookHere(page, 'export-waiting');
      const exporting = new ExportPage(desk, factor);
      await exporting.sign(window, '000000');
      await expect(window.getByRole('alert').first()).toBeVisible();
      await checkLook(window, 'signing-wrong-pin.zh-CN');
      await exporting.sign(window, office.pin);
      await expect(window.getByRole('heading', { name: '第二人复核签名' })).toBeVisible({
        timeout: 60_000,
      });
      await lookAtWindow(window, 'signing-second');
      const first = /^(.+?) 已签名/.exec((await window.locator('.hd p').textContent()) ?? '')?.[1];
      const other = first?.includes('Li Na') ? 'Wang Wei' : 'Li Na';
      await window.locator('label.tok', { hasText: other }).first().click();
      await exporting.signSecond(window, office.pin);
      await exporting.expectSealed();
      await lookHere(page, 'export-done');
    });

    // Bug: nothing tells why no key can sign, or a key that is pulled out leaves the former state on the window.
    test('without a key', async () => {
      test.setTimeout(300_000);
      const exporting = new ExportPage(desk, factor);
      await page.getByRole('button', { name: '再次导出' }).click();
      await expect(page.getByRole('button', { name: '下一步' })).toBeEnabled();
      await lookHere(page, 'export-history');
      await exporting.prepare('没有钥匙的导出');
      office.token?.unplug();
      const window = await windowOpenedBy(desk, () =>
        page.getByRole('button', { name: '收集数据并签名' }).click(),
      );
      await expect(window.getByText('未检测到可用的 U-Key')).toBeVisible({ timeout: 60_000 });
      await lookAtWindow(window, 'signing-no-key');
      office.token?.replug();
      await page.bringToFront();
      await page.getByRole('button', { name: '取消' }).first().click();
      await expect(page.getByText('已取消，没有留下文件')).toBeVisible({ timeout: 30_000 });
      await lookHere(page, 'export-cancelled');
    });
  });
