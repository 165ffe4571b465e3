import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'languages 2026';
const screens = join(process.env.FIELDCERT_APP ?? '.', 'out/test/screens');

/** Navigation entries by position: search, boards, exports, sync. */
const PAGES = ['search', 'boards', 'exports', 'sync'] as const;
const LOCALES = ['zh-CN', 'en', 'ug'] as const;

test.describe
  .serial('every page in every language', () => {
    let office: Office;
    let desk: Desk;
    test.beforeAll(async () => {
      mkdirSync(screens, { recursive: true });
      office = await startOffice({ certificates: 1000 });
      desk = await startDesk({ args: ['--no-practice'] });
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    async function check(page: Page, name: string): Promise<void> {
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(screens, `${name}.png`), animations: 'disabled' });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      // Legacy mode: Electron cannot open the blank page that axe otherwise runs in.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(
        violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
        name,
      ).toEqual([]);
    }

    // Bug: an unlabelled control, low contrast, an untranslated or overflowing page in one language.
    test('first run and unlock', async () => {
      for (const locale of LOCALES) {
        await invoke(desk.page, 'settings.set', { locale });
        await desk.page.reload();
        await desk.page.getByRole('main').waitFor();
        await check(desk.page, `first-run.${locale}`);
        expect(await desk.page.evaluate(() => document.documentElement.dir)).toBe(
          locale === 'ug' ? 'rtl' : 'ltr',
        );
      }
      await invoke(desk.page, 'settings.set', { locale: 'zh-CN' });
      await desk.page.reload();
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });

    for (const locale of LOCALES) {
      for (const theme of ['light', 'dark', 'contrast'] as const) {
        // Bug: the same, on the pages behind the lock and in each theme.
        test(`desk pages, ${locale}, ${theme}`, async () => {
          await invoke(desk.page, 'settings.set', { locale, theme });
          await desk.page.reload();
          const nav = desk.page.locator('nav.nav');
          await nav.waitFor();
          for (const [index, name] of PAGES.entries()) {
            await nav.locator('button.item').nth(index).click();
            await check(desk.page, `${name}.${locale}.${theme}`);
          }
          await nav.locator('button.item').first().click();
          await desk.page.getByRole('combobox').fill(office.sample.name);
          await desk.page.getByRole('combobox').press('Escape');
          await desk.page.getByRole('combobox').fill(office.sample.name);
          await desk.page.locator('.qbox button').click();
          await desk.page.locator('.qc').first().waitFor();
          await check(desk.page, `results.${locale}.${theme}`);
          await desk.page.locator('.qc').first().click();
          await desk.page.locator('.crumb').waitFor();
          await check(desk.page, `record.${locale}.${theme}`);
        });
      }
    }
  });
