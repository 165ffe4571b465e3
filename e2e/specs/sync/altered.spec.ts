import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { dataPaths } from '../../../electron/platform/paths';
import type { WritableDb } from '../../../electron/store/database';
import { sql } from '../../../electron/store/sql/tag';
import { openWritable } from '../../../electron/store/sqlcipher';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt } from '../../fixtures/look';
import { trueKeys } from '../../fixtures/memory/true-keys';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const BADGE = '330600127';
const PASSWORD = 'altered slice 2026';
const PATIENCE = { timeout: 180_000 };

test.describe
  .serial('a slice altered by somebody who has its key', () => {
    let office: Office;
    let desk: Desk;
    let userData: string;

    test.beforeAll(async () => {
      test.setTimeout(240_000);
      office = await startOffice({ certificates: 1_000 });
      userData = await mkdtemp(join(tmpdir(), 'fieldcert-altered-'));
      desk = await startDesk({ args: ['--no-practice'], userData });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('proven');
      await expect.poll(async () => (await status()).running, PATIENCE).toBeNull();
      // Nothing may mend the slice before the check has been looked at.
      await invoke(desk.page, 'line.set', { isPaused: true });
      await desk.close();
      await alter();
      desk = await startDesk({ args: ['--no-practice'], userData });
      const again = new UnlockPage(desk.page);
      await again.unlock(PASSWORD);
      await again.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
      await rm(userData, { recursive: true, force: true });
    });
    test.beforeEach(() => test.setTimeout(300_000));

    /** Revoked certificates become valid, and two persons exchange what is sealed. */
    const alter = () =>
      withFile((db) => {
        db.run(
          sql`update certificate set baseStatus = 1, statusReason = null where baseStatus <> 1`,
        );
        db.run(sql`update person set sealed = (select sealed from person order by id desc limit 1)
          where id = (select min(id) from person)`);
      });

    async function withFile(act: (db: WritableDb) => void): Promise<void> {
      const key = (await trueKeys(userData, BADGE, PASSWORD)).get('slice');
      if (key === undefined) throw new Error('no key of the slice');
      const db = openWritable({
        path: dataPaths(userData).slice,
        key,
        mayCreate: false,
        isDurable: false,
      });
      try {
        act(db);
      } finally {
        db.close();
      }
    }
    const status = async () => {
      const answer = await invoke(desk.page, 'sync.status', {});
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.data;
    };
    const openPage = async () => {
      await desk.page.locator('nav.nav [data-page=sync]').click();
      await desk.page.locator('.proof').waitFor();
    };

    // Bug: a slice in which a revoked certificate was made valid goes on being shown as proven.
    test('is told as different by the check of one press', async () => {
      await openPage();
      await desk.page.locator('.phead').getByRole('button', { name: '立即核对' }).click();
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('differs');
      await expect(desk.page.locator('.proof')).toContainText('不一致');
      await expect(desk.page.getByRole('button', { name: '立即修复' })).toBeVisible();
      await lookAt(desk.page, 'sync-differs', openPage);
      // The line above the records says it on the page where they are looked up, too.
      await desk.page.locator('nav.nav [data-page=search]').click();
      await expect(desk.page.locator('.note.bad')).toBeVisible(PATIENCE);
    });

    // Bug: sealed values that were exchanged are found by nothing, or found and not said on the page.
    test('has its exchanged sealed values found by the deep check', async () => {
      await openPage();
      const strip = desk.page.locator('.deepstrip');
      await strip.getByRole('button', { name: '深度核验' }).click();
      await expect(strip.getByRole('button', { name: '深度核验' })).toBeEnabled(PATIENCE);
      await expect(strip).not.toContainText('未发现异常');
      await lookAt(desk.page, 'deep-check-found', async () => {
        await openPage();
        await expect(strip).toBeVisible(PATIENCE);
      });
    });

    // Bug: a repair that the page does not show, or that leaves the slice different for good.
    test('is mended by the next synchronisation, and proven again', async () => {
      await openPage();
      await desk.page.getByRole('button', { name: '立即修复' }).click();
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('proven');
      await expect.poll(async () => (await status()).running, PATIENCE).toBeNull();
      await openPage();
      await expect(desk.page.locator('.deepstrip')).toContainText('已修复');
      await lookAt(desk.page, 'sync-mended', openPage);
    });

    // Bug: whoever has the key writes the state that the rows are compared with along with them, and it reads as proven.
    test('is not believed about its own checkpoint, and proven again by a fresh one', async () => {
      await invoke(desk.page, 'line.set', { isPaused: true });
      await withFile((db) => {
        db.run(sql`update sync_state set value = json_set(value, '$.sig', 'none')
          where name = 'checkpoint-signed'`);
      });
      await openPage();
      await desk.page.locator('.phead').getByRole('button', { name: '立即核对' }).click();
      await expect.poll(async () => (await status()).proof.why, PATIENCE).toBe('altered');
      await expect(desk.page.locator('.proof')).toContainText('不是服务器签发');
      await lookAt(desk.page, 'sync-altered', openPage);
      await desk.page.locator('.phead').getByRole('button', { name: '立即同步' }).click();
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('proven');
      await expect.poll(async () => (await status()).running, PATIENCE).toBeNull();
      await openPage();
      await expect(desk.page.locator('.proof')).toContainText('与服务器');
    });
  });
