import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk, windowOpenedBy } from '../../fixtures/desk';
import { checkLook } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const FIRST = 'first password 2026';
const SECOND = 'second password 2026';
const THIRD = 'third password 2026';
const LOCALES = ['en', 'ug', 'zh-CN'] as const;
const LONG = { timeout: 60_000 };
const screens = join(process.env.FIELDCERT_APP ?? '.', 'out/test/screens');

/** Several people on one device, and the way back when a password is forgotten. */
test.describe
  .serial('people and recovery', () => {
    let office: Office;
    let desk: Desk;
    const parts: Record<'a' | 'b', string> = { a: '', b: '' };
    const secret = (label: string) => desk.page.getByRole('textbox', { name: label, exact: true });
    const type = async (label: string, text: string) => {
      await secret(label).focus();
      await desk.page.keyboard.type(text);
    };
    const button = (name: string) => desk.page.getByRole('button', { name, exact: true });

    test.beforeAll(async () => {
      mkdirSync(screens, { recursive: true });
      office = await startOffice({
        certificates: 300,
        users: [
          { badge: '330600127', name: '许知衡', role: 'inspector' },
          { badge: '330600001', name: '沈怀谨', role: 'head' },
          { badge: '330600131', name: '周晓岚', role: 'inspector' },
          { badge: '330600009', name: '钱守正', role: 'security-admin' },
        ],
      });
      desk = await startDesk({ args: ['--no-practice'] });
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    /** A picture in each language, axe without a violation, nothing scrolls sideways. */
    async function look(page: Page, name: string): Promise<void> {
      await page.waitForTimeout(300);
      await checkLook(page, name);
    }
    async function speak(locale: (typeof LOCALES)[number]): Promise<void> {
      await invoke(desk.page, 'settings.set', { locale });
      await desk.page.reload();
    }
    async function openPeople(): Promise<void> {
      const nav = desk.page.locator('nav.nav');
      await nav.waitFor(LONG);
      await nav.locator('[data-page=security]').click();
      await desk.page.locator('table.people').waitFor(LONG);
    }
    async function lock(): Promise<void> {
      // The page is replaced by a fresh one, maybe before the answer is there.
      const renewed = desk.page.waitForEvent('load', {
        predicate: (page) => page.url().startsWith('app:'),
      });
      await invoke(desk.page, 'unlock.lock', {}).catch(() => undefined);
      await renewed;
      await secret('密码').waitFor(LONG);
    }
    async function unlock(name: string, password: string): Promise<void> {
      await desk.page.locator('.us .u', { hasText: name }).click();
      await type('密码', password);
      await button('解锁').click();
      await expect(desk.page.locator('nav.nav')).toBeVisible(LONG);
    }

    // Bug: parts of the recovery key that reach the main page, are shown twice, or count as handed out unseen.
    test('hands out both parts, one after the other', async () => {
      const first = new UnlockPage(desk.page);
      await first.openEnrolForm();
      await first.enrol(office.url, office.code, FIRST);
      await first.expectOpened();
      for (const locale of LOCALES) {
        await speak(locale);
        await openPeople();
        await look(desk.page, `people.${locale}`);
        const hand = desk.page.locator('.note .btn.pri').first();
        const page = await windowOpenedBy(desk, () => hand.click());
        await page.locator('.part-groups').waitFor(LONG);
        await look(page, `handout.${locale}`);
        if (locale !== 'zh-CN') {
          const closed = page.waitForEvent('close');
          // The window may be gone before the key is up.
          await page.keyboard.press('Escape').catch(() => undefined);
          await closed;
          continue;
        }
        for (const part of ['a', 'b'] as const) {
          const letter = page.locator('.part-letter', { hasText: part.toUpperCase() });
          await letter.waitFor(LONG);
          const groups = await page.locator('.part-groups b').allInnerTexts();
          parts[part] = groups.join('-');
          const label = await page.locator('.handback label').innerText();
          const asked = Number(/第\D*(\d)/.exec(label)?.[1]);
          await page.locator('.handback input').fill('????');
          await page.getByRole('button', { name: '我已保管' }).click();
          await page.getByRole('alert').waitFor(LONG);
          await page.locator('.handback input').fill((groups[asked - 1] ?? '').slice(0, 4));
          const closed = part === 'b' ? page.waitForEvent('close') : null;
          const confirm = page.getByRole('button', { name: '我已保管' }).click();
          // The last one closes the window, maybe before the click counts as done.
          await (closed === null ? confirm : Promise.all([closed, confirm.catch(() => undefined)]));
        }
      }
      await expect(desk.page.getByText('已交付', { exact: true })).toBeVisible(LONG);
      const text = await desk.page.evaluate(() => document.documentElement.outerHTML);
      for (const part of Object.values(parts))
        for (const group of part.split('-')) expect(text).not.toContain(group);
      expect(new Set(Object.values(parts)).size).toBe(2);
    });

    // Bug: a person who cannot be added, or whom the unlock page does not list then.
    test('adds two people', async () => {
      for (const name of ['周晓岚', '沈怀谨']) {
        await button('添加人员').first().click();
        const dialog = desk.page.getByRole('dialog');
        await dialog.getByText(name).click();
        if (name === '周晓岚') await look(desk.page, 'people-add.zh-CN');
        await type('新密码', SECOND);
        await type('再次输入密码', SECOND);
        await dialog.getByRole('button', { name: '添加人员' }).click();
        await expect(dialog).toBeHidden(LONG);
        await expect(desk.page.locator('table.people')).toContainText(name, LONG);
      }
    });

    // Bug: a person added who cannot open the desk; one removed who still can.
    test('the second person opens, changes the password and removes another', async () => {
      await lock();
      await unlock('沈怀谨', SECOND);
      await openPeople();
      await button('修改密码').first().click();
      await type('原密码', SECOND);
      await type('新密码', THIRD);
      await type('再次输入密码', THIRD);
      await look(desk.page, 'people-password.zh-CN');
      await desk.page.getByRole('dialog').getByRole('button', { name: '修改密码' }).click();
      await expect(desk.page.getByRole('dialog')).toBeHidden(LONG);
      await desk.page.getByRole('button', { name: '移除 周晓岚' }).click();
      await look(desk.page, 'people-remove.zh-CN');
      await desk.page.getByRole('dialog').getByRole('button', { name: '移除' }).click();
      await expect(desk.page.locator('table.people')).not.toContainText('周晓岚', LONG);
      await look(desk.page, 'people-removed.zh-CN');
      await lock();
      await expect(desk.page.locator('.us')).not.toContainText('周晓岚');
    });

    // Bug: a forgotten password that stays forgotten; a mistyped group that is not named.
    test('both parts make a new way in', async () => {
      for (const locale of LOCALES) {
        await speak(locale);
        await desk.page.locator('.oth .btn').first().click();
        await desk.page.locator('select.person-select').waitFor(LONG);
        await look(desk.page, `recover.${locale}`);
      }
      const slip = parts.a.endsWith('7') ? '8' : '7';
      await type('第一份（安全管理员键入）', parts.a.slice(0, -1) + slip);
      await type('第二份（科室负责人键入）', parts.b);
      await desk.page.locator('select.person-select').selectOption('330600127');
      await type('新密码', SECOND);
      await type('再次输入密码', SECOND);
      await button('恢复并解锁').click();
      await expect(desk.page.getByRole('alert').filter({ hasText: '组有误' })).toBeVisible(LONG);
      await look(desk.page, 'recover-slip.zh-CN');
      await desk.page.keyboard.press('Delete');
      await type('第一份（安全管理员键入）', parts.a.toLowerCase());
      await type('新密码', SECOND);
      await type('再次输入密码', SECOND);
      await button('恢复并解锁').click();
      await expect(desk.page.locator('nav.nav')).toBeVisible(LONG);
      await lock();
      await unlock('许知衡', SECOND);
    });
  });
