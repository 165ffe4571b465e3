import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { type GiveFactor, permitsFor } from '../../fixtures/permits';
import { DeskPage } from '../../pages/desk-page';
import { ExportPage } from '../../pages/export-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'crashes 2026';
const PURPOSE = '异常恢复核验';

/** Our processes die by a signal, as an out-of-memory killer or a vendor's library would end them. */
test.describe
  .serial('a process that dies', () => {
    let office: Office;
    let desk: Desk;
    let page: DeskPage;
    let unlock: UnlockPage;
    let factor: GiveFactor;

    test.beforeAll(async () => {
      office = await startOffice({ certificates: 1000, withToken: true });
      desk = await startDesk({ args: ['--no-practice'], env: office.deskEnv });
      page = new DeskPage(desk.page);
      unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
      factor = await permitsFor(office, desk.page, 6);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    // Bug: a desk that stays "unlocked" without its store, says nothing, or cannot be unlocked again.
    test('store: the desk locks, says why, and unlocks again with its data', async () => {
      await page.goTo('查询');
      await page.search(office.sample.name);
      const pid = await storePid(desk);
      await renewedBy(desk, () => void process.kill(pid, 'SIGKILL'));
      await expect(desk.page.getByText('数据服务意外停止')).toBeVisible();
      expect(await invoke(desk.page, 'sync.status', {})).toMatchObject({
        ok: false,
        error: { code: 'LOCKED' },
      });
      await unlock.unlock(PASSWORD);
      await unlock.expectOpened();
      await page.goTo('查询');
      await page.search(office.sample.name);
      await expect(page.results).toBeVisible();
      await renewedBy(desk, () => page.lock());
      await expect(desk.page.getByRole('button', { name: '解锁', exact: true })).toBeVisible();
      await expect(desk.page.getByText('数据服务意外停止')).toHaveCount(0);
      await unlock.unlock(PASSWORD);
      await unlock.expectOpened();
    });

    // Bug: an export that hangs without its process, leaves files, or blocks the next one.
    test('jobs, while collecting and while the person reads: no file, clear words', async () => {
      const exporting = new ExportPage(desk, factor);
      await exporting.prepare(PURPOSE);
      await desk.page.getByRole('button', { name: '收集数据并签名' }).click();
      await expect.poll(() => leftovers(desk), { intervals: [20] }).not.toEqual([]);
      // It is started by its first job.
      process.kill(await utilityPid(desk, 'fieldcert-jobs'), 'SIGKILL');
      await expect.poll(async () => await lastOutcome(desk)).toBe('failed');
      expect(leftovers(desk)).toEqual([]);
      await desk.page.getByRole('button', { name: '再次导出' }).click();

      const window = await exporting.startSigning(PURPOSE);
      await expect(window.getByRole('heading', { name: '核对后签名' })).toBeVisible();
      expect(leftovers(desk)).not.toEqual([]);
      process.kill(await utilityPid(desk, 'fieldcert-jobs'), 'SIGKILL');
      await expect(desk.page.getByText('文件生成服务意外停止').first()).toBeVisible();
      await expect.poll(() => window.isClosed()).toBe(true);
      expect(leftovers(desk)).toEqual([]);
      await desk.page.getByRole('button', { name: '再次导出' }).click();
    });

    // Bug: a crashed token library that ends the export, or a signing window that is dead afterwards.
    test('device, while signing: says so, and the next try seals', async () => {
      const exporting = new ExportPage(desk, factor);
      const window = await exporting.startSigning(PURPOSE);
      await expect(window.getByRole('radio').first()).toBeVisible();
      const pid = await utilityPid(desk, 'fieldcert-device');
      process.kill(pid, 'SIGSTOP');
      await exporting.sign(window, office.pin);
      await expect(window.getByText('正在签名').first()).toBeVisible();
      // The request has to be in the frozen process: one that is dead before it comes is simply started again.
      await window.waitForTimeout(2_000);
      await expect(window.getByText('正在签名').first()).toBeVisible();
      process.kill(pid, 'SIGKILL');
      await expect(window.getByText('U-Key 服务意外停止').first()).toBeVisible();
      await exporting.sign(window, office.pin);
      await exporting.expectSealed();
    });

    // Bug: a verifier that calls a changed package genuine, or an unknown authority's package changed.
    test('the sealed package verifies as of an unknown issuer, a changed one as altered', async () => {
      const [name = ''] = packages(desk);
      const bytes = readFileSync(join(desk.userData, 'exports', name));
      expect(await verdict(desk, bytes)).toBe('unknown-issuer');
      const changed = Buffer.from(bytes);
      const at = changed.indexOf('data.csv') + 200;
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await verdict(desk, changed)).toBe('altered');
      expect(await verdict(desk, Buffer.from('no package'))).toBe('unreadable');
    });
  });

/** A lock replaces the page: what follows has to speak to the fresh one. */
async function renewedBy(desk: Desk, act: () => void | Promise<void>): Promise<void> {
  const renewed = desk.page.waitForEvent('framenavigated', (frame) =>
    frame.url().startsWith('app://'),
  );
  await act();
  await renewed;
}

async function verdict(desk: Desk, bytes: Buffer): Promise<string> {
  return desk.page.evaluate(async (base64) => {
    const { fieldcert } = globalThis as unknown as {
      fieldcert: {
        invoke(
          route: string,
          input: unknown,
        ): Promise<{
          ok: boolean;
          data?: { report: { verdict: string } };
          error?: { code: string };
        }>;
      };
    };
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const answer = await fieldcert.invoke('exports.verify', { name: 'given.zip', bytes });
    return answer.data?.report.verdict ?? answer.error?.code ?? '';
  }, bytes.toString('base64'));
}

/** A utility process of the desk by its service name. */
async function utilityPid(desk: Desk, name: string): Promise<number> {
  const find = () =>
    desk.app.evaluate(
      ({ app }, wanted) =>
        app.getAppMetrics().find((one) => one.name === wanted || one.serviceName === wanted)?.pid,
      name,
    );
  await expect.poll(find, { message: `${name} runs` }).toBeTruthy();
  return (await find()) ?? 0;
}

/** The store: a utility process in the product, a Node child of the main process on the fallback. */
async function storePid(desk: Desk): Promise<number> {
  const main = await desk.app.evaluate(() => process.pid);
  const child = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => isStore(pid, main));
  return child === undefined ? utilityPid(desk, 'fieldcert-store') : Number(child);
}

function isStore(pid: string, parent: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const isChild = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
    return isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('store.cjs');
  } catch {
    // It ended between the list and the look.
    return false;
  }
}

async function lastOutcome(desk: Desk): Promise<string | undefined> {
  const history = await invoke(desk.page, 'exports.history', {});
  return history.ok ? history.data.items[0]?.outcome : undefined;
}

function packages(desk: Desk): string[] {
  return list(join(desk.userData, 'exports')).filter((name) => name.endsWith('.zip'));
}

/** Files that an export would leave: its staging folder, and anything beside its target. */
function leftovers(desk: Desk): string[] {
  const staging = list(desk.userData).filter((name) => /[\\/]export-[^\\/]+[\\/]/.test(name));
  return [...staging, ...list(join(desk.userData, 'exports'))];
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
