import { expect, test } from '@playwright/test';
import { CHANNEL_EVENT } from '../../../shared/ipc/channels';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookHere } from '../../fixtures/look';
import { processTree } from '../../fixtures/memory/process-tree';
import { type Office, startOffice } from '../../fixtures/office';
import { type SlowProcess, slowDown } from '../../fixtures/slow-process';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'opened anew 2026';

/** The first opening after an update, which brings the office's files up to date. */
test.describe
  .serial('an opening that takes longer than a moment', () => {
    let office: Office;
    let desk: Desk;

    test.beforeAll(async () => {
      office = await startOffice({ certificates: 300 });
      desk = await startDesk({ args: ['--no-practice'] });
      const form = new UnlockPage(desk.page);
      await form.openEnrolForm();
      await form.enrol(office.url, office.code, PASSWORD);
      await form.expectOpened();
      await new DeskPage(desk.page).lock();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    // Bug: a page that says "unlocking" for a quarter of a minute and nothing of what is done, or that goes on saying so once it is open.
    test('says how far it is, until it is open', async () => {
      const { page, app } = desk;
      const root = app.process().pid ?? 0;
      // The store stands still, as one does that has much to do; what it would tell is told in its place.
      const held: SlowProcess[] = processTree(root)
        .filter(({ what }) => what === 'node.mojom.NodeService')
        .map(({ pid }) => slowDown(pid, 1));
      expect(held).not.toEqual([]);
      for (const one of held) one.hold();
      await new UnlockPage(page).unlock(PASSWORD);
      await expect(page.getByRole('button', { name: '正在解锁' })).toBeVisible();
      await expect(page.getByRole('progressbar')).toHaveCount(0);
      const tell = (done: number) =>
        app.evaluate(
          ({ BrowserWindow }, [channel, count]) => {
            const [window] = BrowserWindow.getAllWindows();
            window?.webContents.send(channel, 'unlock.upgrading', { done: count, total: 648 });
          },
          [CHANNEL_EVENT, done] as const,
        );
      await tell(324);
      await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '50');
      await lookHere(page, 'unlock.upgrading');
      // It stays while main tells other things.
      await expect(page.getByRole('progressbar')).toBeVisible();
      for (const one of held) one.letGo();
      await new UnlockPage(page).expectOpened();
      await expect(page.getByText('正在升级本机数据')).toHaveCount(0);
      await new DeskPage(page).lock();
      await expect(page.getByRole('button', { name: '解锁', exact: true })).toBeVisible();
      await expect(page.getByRole('progressbar')).toHaveCount(0);
    });
  });
