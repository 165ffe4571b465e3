import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'narrow line 2026';
const SLOW_KBPS = 8;
const PATIENCE = { timeout: 120_000 };

/** A proxy of a network that wants a login: every CONNECT leads to its page. */
async function startPortal(): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer();
  server.on('connect', (_request, client: Duplex) => {
    client.on('error', () => undefined);
    client.end('HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test.describe
  .serial('the sync page on a bad line', () => {
    let office: Office;
    let desk: Desk;
    let userData: string;
    let portal: Awaited<ReturnType<typeof startPortal>>;
    test.beforeAll(async () => {
      test.setTimeout(240_000);
      office = await startOffice({ certificates: 1_000 });
      portal = await startPortal();
      userData = await mkdtemp(join(tmpdir(), 'fieldcert-line-'));
      // Set before there is an office: a person may have a metered line from the first day.
      const settings = {
        limitKBps: null,
        isMetered: true,
        isPaused: false,
        proxy: { kind: 'none' },
      };
      await writeFile(join(userData, 'line.json'), JSON.stringify(settings));
      desk = await startDesk({ args: ['--no-practice'], userData });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
    });
    test.afterAll(async () => {
      await desk?.close();
      portal?.server.close();
      await office?.close();
      await rm(userData, { recursive: true, force: true });
    });

    test.beforeEach(() => test.setTimeout(300_000));
    const openPage = async () => {
      await desk.page.locator('nav.nav [data-page=sync]').click();
      await desk.page.locator('.lines').waitFor();
    };
    const status = async () => {
      const answer = await invoke(desk.page, 'sync.status', {});
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.data;
    };

    // Bug: a metered line that carries the whole region unasked, or changes that wait for consent too.
    test('waits for consent on a metered line, and takes changes without', async () => {
      const fetchNow = desk.page.getByRole('button', { name: '现在接收' });
      await expect(fetchNow).toBeVisible(PATIENCE);
      await lookAt(desk.page, 'first-awaiting', async () => {
        await expect(desk.page.locator('.note.info')).toBeVisible(PATIENCE);
      });
      expect((await status()).hasSlice).toBe(false);
      await fetchNow.click();
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('proven');
      const before = (await status()).proof.root;
      await office.mutate({ random: 20, seed: 'metered' });
      // The centre says a state once a second: a run just after the change may be told the former one.
      await expect
        .poll(async () => {
          await invoke(desk.page, 'sync.start', {});
          return (await status()).proof.root;
        }, PATIENCE)
        .not.toBe(before);
      await expect.poll(async () => (await status()).running, PATIENCE).toBeNull();
      await invoke(desk.page, 'line.set', { isMetered: false });
      await lookAt(desk.page, 'sync-proven', openPage);
    });

    // Bug: a run that cannot be paused, or that begins again by itself while it is paused.
    test('runs within the limit, is paused and resumed', async () => {
      await office.mutate({ random: 3_000, seed: 'narrow' });
      await invoke(desk.page, 'line.set', { limitKBps: SLOW_KBPS });
      const run = desk.page.locator('.panel.run');
      await lookAt(desk.page, 'sync-running', async () => {
        await openPage();
        if ((await status()).running === null) await invoke(desk.page, 'sync.start', {});
        await expect(run.locator('.syncrun')).toBeVisible(PATIENCE);
      });
      await invoke(desk.page, 'line.set', { isPaused: true });
      await expect(run.locator('.mid.warn')).toBeVisible(PATIENCE);
      await lookAt(desk.page, 'sync-paused', openPage);
      expect(await status()).toMatchObject({ isPaused: true, running: null });
      await invoke(desk.page, 'line.set', { limitKBps: null });
      await run.getByRole('button').click();
      await expect.poll(async () => (await status()).isPaused, PATIENCE).toBe(false);
      await expect.poll(async () => (await status()).running, PATIENCE).toBeNull();
    });

    // Bug: a login page told as "no network", a proxy that is not there told as a broken server, or no way back.
    test('says what stands in the way, and in the history too', async () => {
      const { address } = portal;
      const proxy = (place: string) =>
        ({ kind: 'manual', address: place, user: null, password: null }) as const;
      // What is connected already stays so; the next connection goes by the proxy.
      await invoke(desk.page, 'line.set-proxy', proxy(address));
      await expect
        .poll(async () => {
          await invoke(desk.page, 'sync.start', {});
          return (await status()).obstacle;
        }, PATIENCE)
        .toBe('SYNC_PORTAL');
      await lookAt(desk.page, 'sync-portal', openPage);
      await expect(desk.page.locator('header.topbar')).toContainText('需登录网络');
      await invoke(desk.page, 'line.set-proxy', proxy('127.0.0.1:9'));
      await expect
        .poll(async () => {
          await invoke(desk.page, 'sync.start', {});
          return (await status()).obstacle;
        }, PATIENCE)
        .toBe('SYNC_PROXY_UNREACHABLE');
      await openPage();
      await expect(desk.page.locator('.panel.run')).toContainText('代理服务器');
    });

    // Bug: a proxy set by a slip of the keyboard that nothing refuses, or a dialog that cannot be left by keyboard.
    test('takes proxy settings in a dialog, and goes on without one', async () => {
      await openPage();
      await desk.page.locator('.lines').getByRole('button', { name: '更改' }).click();
      const dialog = desk.page.getByRole('dialog');
      await dialog.getByRole('textbox').first().fill('not an address');
      await dialog.locator('.btn.pri').click();
      await expect(dialog.locator('.note')).toContainText('主机:端口');
      await desk.page.screenshot({ path: 'out/test/screens/sync-proxy-dialog.zh-CN.png' });
      await dialog.getByRole('radio').first().check();
      await dialog.locator('.btn.pri').click();
      await expect(dialog).toHaveCount(0);
      await desk.page.locator('.phead .btn.pri').click();
      await expect.poll(async () => (await status()).connection, PATIENCE).toBe('online');
    });

    // Bug: an unreachable server that leaves the page in "synchronising", or without what to do next.
    test('says that it is offline', async () => {
      await office.stopCentral();
      await invoke(desk.page, 'sync.start', {});
      await expect.poll(async () => (await status()).connection, PATIENCE).toBe('offline');
      await lookAt(desk.page, 'sync-offline', openPage);
    });
  });
