import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'stick office 2026';
const SCREENS = join(process.env.FIELDCERT_APP ?? '.', 'out/test/screens');
const LOCALES = ['en', 'ug', 'zh-CN'] as const;
const RUN_MS = 180_000;

/** An office that has no network at all after its enrolment: everything comes and goes by a stick. */
test.describe
  .serial('an office without a network', () => {
    let office: Office;
    let desk: Desk;
    let page: DeskPage;
    let stick: string;
    let device = '';
    let certificate = 0;

    test.beforeAll(async () => {
      mkdirSync(SCREENS, { recursive: true });
      stick = mkdtempSync(join(tmpdir(), 'stick-'));
      office = await startOffice({ certificates: 800 });
      office.refuse(true);
      desk = await startDesk({ args: ['--no-practice'] });
      page = new DeskPage(desk.page);
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await expect(importButton()).toBeVisible({ timeout: RUN_MS });
      const state = await invoke(desk.page, 'app.state', {});
      device = state.ok ? state.data.place.device : '';
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
      rmSync(stick, { recursive: true, force: true });
    });

    const importButton = () => desk.page.getByRole('button', { name: '从 U 盘导入' });
    const dialog = () => desk.page.getByRole('dialog');
    const act = (name: string) => dialog().getByRole('button', { name, exact: true });

    /** Dialogs for files and folders answer as a person would. */
    async function chooses(path: string | null): Promise<void> {
      await desk.app.evaluate(({ dialog: native }, chosen) => {
        native.showOpenDialog = (() =>
          Promise.resolve({
            canceled: chosen === null,
            filePaths: chosen === null ? [] : [chosen],
          })) as typeof native.showOpenDialog;
      }, path);
    }

    /** A picture in each language; nothing scrolls sideways and axe finds nothing. */
    async function look(name: string): Promise<void> {
      for (const locale of LOCALES) {
        await invoke(desk.page, 'settings.set', { locale });
        await desk.page.waitForTimeout(400);
        const path = join(SCREENS, `stick-${name}.${locale}.png`);
        await desk.page.screenshot({ path, animations: 'disabled' });
        const overflow = await desk.page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, name).toBeLessThanOrEqual(0);
        // Legacy mode: Electron cannot open the blank page that axe otherwise runs in.
        const { violations } = await new AxeBuilder({ page: desk.page })
          .setLegacyMode(true)
          .analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
      }
    }

    const bundle = (
      order: {
        readonly since?: number;
        readonly isFull?: boolean;
        readonly pictureBytes?: number;
      } = {},
    ) => office.centre.bundle({ device, out: mkdtempSync(join(stick, 'down-')), ...order });

    async function status() {
      const answer = await invoke(desk.page, 'sync.status', {});
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.data;
    }

    // Bug: a fresh device without a line that has no way to its data.
    test('loads all data from a stick, after showing what it brings', async () => {
      // The line refuses everything: that is said as what it is, not as a defect of ours.
      const started = await invoke(desk.page, 'sync.start', {});
      expect(started).toMatchObject({ ok: true, data: { runId: expect.any(String) } });
      await look('first');
      const made = await bundle({ isFull: true });
      await importButton().click();
      await chooses(null);
      await act('选择文件').click();
      await expect(dialog().getByText('没有选择文件。')).toBeVisible();
      await chooses(made.files[0] ?? '');
      await act('选择文件').click();
      await expect(dialog().getByText('首次装入全部数据')).toBeVisible({ timeout: RUN_MS });
      await look('preview');
      await act('导入').click();
      const nav = desk.page.getByRole('navigation', { name: '主导航' });
      await expect(nav).toBeVisible({ timeout: RUN_MS });
      await expect.poll(async () => (await status()).running, { timeout: RUN_MS }).toBeNull();
      const verified = await invoke(desk.page, 'sync.verify', {});
      expect(verified).toMatchObject({
        ok: true,
        data: { state: 'proven', root: await office.root() },
      });
      expect((await status()).connection).not.toBe('online');
    });

    // Bug: a revocation that does not come by stick, or that makes a certificate vanish instead of showing it revoked.
    test('shows a certificate as revoked after the next stick', async () => {
      const before = await invoke(desk.page, 'search.query', {
        text: office.sample.idNumber,
        filter: {},
        offset: 0,
        limit: 10,
      });
      certificate = before.ok ? (before.data.items[0]?.id ?? 0) : 0;
      expect(certificate).toBeGreaterThan(0);
      const since = await invoke(desk.page, 'bundle.outgoing', {});
      expect(since.ok).toBe(true);
      await office.mutate({ revoke: certificate });
      const lag = await office.centre.lag();
      expect(lag.find((one) => one.device === device)?.failures).toBe(0);
      const made = await bundle({ isFull: true, pictureBytes: 20_000_000 });
      expect(made.pictures).toBeGreaterThan(10);
      await page.goTo('数据同步');
      await importButton().click();
      // An altered copy first: told as what it is, nothing changes.
      const altered = join(mkdtempSync(join(stick, 'altered-')), 'copy.fcb');
      const bytes = readFileSync(made.files[0] ?? '');
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
      writeFileSync(altered, bytes);
      await chooses(altered);
      await act('选择文件').click();
      await expect(dialog().getByRole('alert')).toContainText('已被改动或损坏', {
        timeout: RUN_MS,
      });
      await look('refused');
      await chooses(made.files[0] ?? '');
      await act('另选文件').click();
      await expect(dialog().getByText('更新本机数据')).toBeVisible({ timeout: RUN_MS });
      await expect(dialog().getByText('照片和扫描件')).toBeVisible();
      await look('pictures');
      await act('导入').click();
      await expect(dialog().getByText('导入完成')).toBeVisible({ timeout: RUN_MS });
      await expect(dialog().getByText(/另存入照片和扫描件/)).toBeVisible();
      await look('imported');
      await act('关闭').click();
      await page.goTo('查询');
      await page.search(office.sample.idNumber);
      const after = await invoke(desk.page, 'search.query', {
        text: office.sample.idNumber,
        filter: {},
        offset: 0,
        limit: 10,
      });
      const found = after.ok ? after.data.items.find(({ id }) => id === certificate) : undefined;
      expect(found?.validity.status).toBe('revoked');
      await expect(page.results.getByText('吊销').first()).toBeVisible();
      await page.goTo('数据同步');
      await importButton().click();
      await act('选择文件').click();
      await expect(dialog().getByText('本机已有这些数据，无需再导入')).toBeVisible({
        timeout: RUN_MS,
      });
      await act('关闭').click();
      await look('sync-page');
    });

    // Bug: reports that stay on a device without a line for ever, verdicts that never come back.
    test('sends its reports by a stick and gets the answer by the next', async () => {
      const { text } = await office.centre.leaseFile(device);
      const lease = join(stick, 'lease.json');
      writeFileSync(lease, text);
      await chooses(lease);
      const renewed = await invoke(desk.page, 'device.renew-lease', {});
      expect(renewed).toMatchObject({ ok: true, data: { outcome: 'renewed' } });
      await expect.poll(async () => (await status()).pending).toBe(1);
      await desk.page.getByRole('button', { name: '导出到 U 盘' }).click();
      await expect(dialog().getByText('待上报事项')).toBeVisible();
      await look('export');
      const up = mkdtempSync(join(stick, 'up-'));
      await chooses(up);
      await act('选择文件夹并导出').click();
      await expect(dialog().getByText('已安全写入，可以取下 U 盘')).toBeVisible({
        timeout: RUN_MS,
      });
      await look('exported');
      await act('关闭').click();
      const [file = ''] = readdirSync(up);
      const taken = await office.centre.bundleIn(readFileSync(join(up, file)));
      expect(taken).toMatchObject({ device, verdicts: { applied: 2 } });
      // The first synchronisation over the line failed: the centre hears of it by the stick.
      const lag = (await office.centre.lag()).find((one) => one.device === device);
      expect(lag?.failures).toBeGreaterThan(0);
      // The centre heard with that file that this program takes the list of certificates from elsewhere.
      await office.centre.national.publish();
      const made = await bundle();
      expect(made).toMatchObject({ kind: 'delta', verdicts: 2, version: 3 });
      await importButton().click();
      await chooses(made.files[0] ?? '');
      await act('选择文件').click();
      await expect(dialog().getByText('上报处理结果')).toBeVisible({ timeout: RUN_MS });
      await expect(dialog().getByText('外地证书核验')).toBeVisible();
      await look('national');
      await act('导入').click();
      await expect(dialog().getByText('导入完成')).toBeVisible({ timeout: RUN_MS });
      await expect.poll(async () => (await status()).pending).toBe(0);
    });
  });
