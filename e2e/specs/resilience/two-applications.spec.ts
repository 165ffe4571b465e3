import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'two desks 2026';
const SLOW = { timeout: 120_000 };
const IN_USE = '数据文件夹正由另一窗口使用';

/** Two whole applications at work on one office. */
test.describe
  .serial('two applications', () => {
    let office: Office;
    let first: Desk;
    let page: DeskPage;
    let unlock: UnlockPage;
    let otherData: string;
    const inOffice = (name: string): string => join(first.userData, 'office', name);

    test.beforeAll(async () => {
      otherData = mkdtempSync(join(tmpdir(), 'fieldcert-second-'));
      office = await startOffice({
        certificates: 600,
        users: [{ badge: '330600101', name: '方砚青', role: 'head' }],
      });
      first = await startDesk({ args: ['--no-practice'] });
      page = new DeskPage(first.page);
      unlock = new UnlockPage(first.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await first?.close();
      await office?.close();
      rmSync(otherData, { recursive: true, force: true });
    });

    async function expectSound(): Promise<void> {
      await page.goTo('查询');
      await page.search(office.sample.name);
      await expect(page.results).toBeVisible(SLOW);
      const proof = await invoke(first.page, 'sync.verify', {});
      expect(proof).toMatchObject({ ok: true, data: { state: 'proven' } });
    }

    // Bug: a second window of the same data folder that opens its files as well, or that ends the first.
    test('the same data folder: the second ends by itself and the first goes on', async () => {
      const { FIELDCERT_ELECTRON = '', FIELDCERT_APP = '' } = process.env;
      const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const args = [
        FIELDCERT_APP,
        ...sandbox,
        `--user-data-dir=${first.userData}`,
        '--no-practice',
      ];
      const second = spawn(FIELDCERT_ELECTRON, args, {
        env: { ...process.env, FIELDCERT_TESTING: '1' },
        stdio: 'ignore',
      });
      const code = await new Promise((resolve) => second.once('exit', resolve));
      expect(code).toBe(0);
      expect(first.app.windows()).toHaveLength(1);
      await expectSound();
    });

    // Bug: two programs that both write the files of one office, keys changed by one and put back by the other.
    test('one office from two data folders: the second is refused in words and changes nothing', async () => {
      symlinkSync(join(first.userData, 'office'), join(otherData, 'office'));
      copyFileSync(join(first.userData, 'machine-secret'), join(otherData, 'machine-secret'));
      const second = await startDesk({ args: ['--no-practice'], userData: otherData });
      try {
        const secondUnlock = new UnlockPage(second.page);
        await secondUnlock.unlock(PASSWORD);
        await expect(second.page.getByText(IN_USE).first()).toBeVisible(SLOW);
        expect(await invoke(second.page, 'sync.status', {})).toMatchObject({
          ok: false,
          error: { code: 'LOCKED' },
        });
        await expectSound();
        // The first changes its keys while the second tries again and again.
        const started = await invoke(first.page, 'rotation.start', { reason: 'routine' });
        expect(started.ok).toBe(true);
        for (let i = 0; i < 3; i++) {
          await secondUnlock.unlock(PASSWORD);
          await expect(second.page.getByText(IN_USE).first()).toBeVisible(SLOW);
        }
        await expect
          .poll(async () => {
            const answer = await invoke(first.page, 'rotation.state', {});
            return answer.ok ? answer.data.run : 'failed';
          }, SLOW)
          .toBeNull();
        await expectSound();
        await page.lock();
        // Now it is free, and whole: under the keys that the first made.
        await secondUnlock.unlock(PASSWORD);
        await secondUnlock.expectOpened();
        const check = await invoke(second.page, 'sync.verify', {});
        expect(check).toMatchObject({ ok: true, data: { state: 'proven' } });
        await unlock.unlock(PASSWORD);
        await expect(first.page.getByText(IN_USE).first()).toBeVisible(SLOW);
      } finally {
        await second.close();
      }
      await unlock.unlock(PASSWORD);
      await unlock.expectOpened();
      await expectSound();
      expect(existsSync(inOffice('damaged'))).toBe(false);
      expect(
        readdirSync(join(first.userData, 'office')).filter((name) => name.endsWith('.new')),
      ).toEqual([]);
      expect(JSON.parse(readFileSync(inOffice('keyslots.json'), 'utf8')).slots).toHaveLength(1);
    });
  });
