import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { UnlockPage } from '../../pages/unlock-page';
import { makeCard } from '../../rigs/card/rig-card';
import { type ReaderService, startReaderService } from '../../rigs/vpcd/reader-service';

const screens = join(process.env.FIELDCERT_APP ?? '.', 'out/test/screens');
const RUN = { timeout: 120_000 };

/** A person looks where the way to a driverless key ends; the real application, a real pcscd. */
test.describe
  .serial('U-Key check', () => {
    test.setTimeout(300_000);
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-check-'));
    let service: ReaderService;
    let desk: Desk;
    test.beforeAll(async () => {
      mkdirSync(screens, { recursive: true });
      service = await startReaderService();
      desk = await startDesk({
        args: ['--practice'],
        env: { FIELDCERT_TESTING: '', FIELDCERT_PRACTICE_CERTIFICATES: '300', ...service.env },
      });
    });
    test.afterAll(async () => {
      await desk?.close();
      await service?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function shoot(name: string): Promise<void> {
      for (const locale of ['en', 'ug', 'zh-CN'] as const) {
        await invoke(desk.page, 'settings.set', { locale });
        await desk.page.waitForTimeout(500);
        const panel = desk.page.locator('section.panel', { hasText: 'PC/SC' });
        await panel.scrollIntoViewIfNeeded();
        await desk.page.screenshot({ path: join(screens, `key-check-${name}.${locale}.png`) });
        const overflow = await desk.page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, `${name} ${locale} scrolls sideways`).toBeLessThanOrEqual(0);
      }
    }

    // Bug: "works elsewhere, here no card": the page says nothing of readers, or blames the wrong layer.
    test('names each reader, and what is wrong with it', async () => {
      await expect(desk.page.getByRole('button', { name: '解锁', exact: true })).toBeVisible(RUN);
      const state = await invoke(desk.page, 'app.state', {});
      const unlock = new UnlockPage(desk.page);
      await unlock.unlock((state.ok && state.data.practiceHint?.password) || '');
      await unlock.expectOpened();
      await desk.page.getByRole('button', { name: '安全与审计' }).click();
      await desk.page.getByRole('radio', { name: '我的登录' }).press('Space');
      const panel = desk.page.locator('section.panel', { hasText: 'PC/SC' });
      await expect(panel.getByText('未插卡').first()).toBeVisible(RUN);
      await shoot('empty');
      const card = makeCard(folder, 'p256');
      const again = panel.getByRole('button', { name: '重新检测' });
      await service.insert(card);
      await again.click();
      await expect(panel.getByText('已识别')).toBeVisible(RUN);
      // Once, whether our reader alone sees it or a library too, which calls it by its holder.
      const ready = panel.getByRole('listitem').filter({ hasText: '可用，' });
      await expect(ready.filter({ hasText: /Virtual PCD|Wang Wei/u })).toHaveCount(1, RUN);
      await shoot('ready');
      card.triesLeft = 0;
      await again.click();
      await expect(panel.getByText(/PIN 码已锁定/).first()).toBeVisible(RUN);
      const stranger = makeCard(folder, 'p256', 0x21);
      stranger.tamper = (apdu) => (apdu[1] === 0xa4 ? Uint8Array.from([0x6a, 0x82]) : undefined);
      await service.insert(stranger);
      await again.click();
      await expect(panel.getByText(/不是受支持的卡/)).toBeVisible(RUN);
      await shoot('unknown');
      await service.kill();
      await again.click();
      await expect(panel.getByText(/未运行/)).toBeVisible(RUN);
      await shoot('no-service');
    });
  });
