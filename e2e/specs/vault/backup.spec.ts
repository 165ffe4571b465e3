import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookHere } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { takeRecoveryParts } from '../../fixtures/recovery-parts';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'backup 2026';
const ELSEWHERE = 'another machine 2026';
const RUN_MS = 120_000;

/** The folder dialog answers with a folder, as a person would choose it. */
async function chooses(desk: Desk, folder: string | null): Promise<void> {
  await desk.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (() =>
      Promise.resolve({
        canceled: chosen === null,
        filePaths: chosen === null ? [] : [chosen],
      })) as typeof dialog.showOpenDialog;
  }, folder);
}

/** Entries of the audit log as the newest backup counts them, and its number. */
function newestBackup(stick: string): { readonly number: number; readonly entries: number } {
  const root = join(stick, 'FieldCert-Backup');
  const [set = ''] = readdirSync(root).filter((name) => name !== 'place.json');
  const name =
    readdirSync(join(root, set))
      .filter((one) => !one.endsWith('.part'))
      .sort()
      .at(-1) ?? '';
  const text = readFileSync(join(root, set, name, 'manifest.json'), 'utf8');
  const { manifest } = JSON.parse(text) as { manifest: { facts: { auditEntries: number } } };
  return { number: Number(name.slice(1)), entries: manifest.facts.auditEntries };
}

/** Backups in the real application: made, proved, lost, restored. */
test.describe
  .serial('backup and restore', () => {
    let office: Office;
    let desk: Desk;
    let page: DeskPage;
    let unlock: UnlockPage;
    let stick: string;
    let parts: Record<'a' | 'b', string>;

    test.beforeAll(async () => {
      stick = mkdtempSync(join(tmpdir(), 'stick-'));
      office = await startOffice({
        certificates: 1000,
        users: [{ badge: '330600101', name: '方砚青', role: 'head' }],
      });
      desk = await startDesk({ args: ['--no-practice'] });
      page = new DeskPage(desk.page);
      unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
      rmSync(stick, { recursive: true, force: true });
    });

    async function open(section: string): Promise<void> {
      await page.goTo('安全与审计');
      await desk.page.getByRole('radio', { name: section }).click({ force: true });
    }

    const look = (name: string) => lookHere(desk.page, `backup-${name}`);

    /** Both parts of the recovery key, read off the window that hands them out. */
    async function recoveryParts(): Promise<Record<'a' | 'b', string>> {
      await open('人员与密钥');
      return takeRecoveryParts(desk);
    }

    // Bug: a section that breaks without a place, a backup that never ends or is not shown, a proof nobody sees.
    test('makes, verifies and drills a backup', async () => {
      await open('备份与恢复');
      await expect(desk.page.getByText('尚未选择备份位置')).toBeVisible();
      await look('no-place');
      await chooses(desk, stick);
      await desk.page.getByRole('button', { name: '选择位置' }).click();
      await expect(desk.page.getByText('该位置还没有本机的备份。')).toBeVisible();
      await look('empty');
      await desk.page.getByRole('button', { name: '立即备份' }).click();
      const rows = desk.page.locator('.gens tbody tr');
      // The one that is due by the calendar may come in between.
      await expect(rows).not.toHaveCount(0, { timeout: RUN_MS });
      await expect(rows.last()).toContainText('完好');
      await expect(desk.page.getByText('核验通过')).toBeVisible({ timeout: RUN_MS });
      // Handed out before the first lock: afterwards nobody can see them any more. The first backup knows of no keeper.
      parts = await recoveryParts();
      await open('备份与恢复');
      await expect(rows).not.toHaveCount(0);
      const count = await rows.count();
      await desk.page.getByRole('button', { name: '立即备份' }).click();
      await expect.poll(() => rows.count(), { timeout: RUN_MS }).toBeGreaterThan(count);
      await expect(rows.first()).toContainText('增量');
      // Each new one is verified at once; until that is over nothing else begins.
      await expect(rows.first()).toContainText('完好', { timeout: RUN_MS });
      await rows.first().getByRole('button', { name: '恢复演练' }).click();
      await expect(desk.page.getByText('该备份可以恢复')).toBeVisible({ timeout: RUN_MS });
      await look('done');
      const status = await invoke(desk.page, 'backup.status', {});
      expect(status).toMatchObject({
        ok: true,
        data: { drilled: { isSliceProven: true, rows: 1000 }, isStale: false },
      });
      expect(JSON.stringify(status)).not.toContain(stick);
      expect(readdirSync(desk.userData)).not.toContain('office.copy');
    });

    // Bug: a stick that is not there told as a failure, or hidden.
    test('says that the place is not connected', async () => {
      renameSync(stick, `${stick}-away`);
      await open('人员与密钥');
      await open('备份与恢复');
      await expect(desk.page.getByText('备份位置未连接。', { exact: false }).first()).toBeVisible();
      await look('missing');
      renameSync(`${stick}-away`, stick);
    });

    // Bug: an office that lost its slice and its keyslots and cannot be brought back; newer audit entries lost by it.
    test('restores the slice and the keyslots by the password, and keeps the newer log', async () => {
      const root = await office.root();
      await page.goTo('查询');
      await page.search(office.sample.name);
      const before = newestBackup(stick);
      await page.lock();
      await expect(desk.page.getByRole('button', { name: '解锁', exact: true })).toBeVisible();
      const folder = join(desk.userData, 'office');
      for (const name of ['slice.db', 'keyslots.json']) rmSync(join(folder, name));
      await desk.page.reload();
      await desk.page.getByRole('button', { name: '从备份恢复' }).waitFor();
      await chooses(desk, stick);
      await desk.page.getByRole('button', { name: '从备份恢复' }).click();
      await look('restore-start');
      await desk.page.getByRole('button', { name: '选择备份位置' }).click();
      await desk.page.locator('.rc').first().click();
      await expect(desk.page.getByRole('combobox', { name: '恢复人' })).toBeVisible();
      await look('restore-choose');
      const secret = desk.page.getByRole('textbox', { name: '该备份当时的解锁密码' });
      await secret.focus();
      await desk.page.keyboard.type('not this one');
      await desk.page.getByRole('button', { name: '打开备份' }).click();
      await expect(desk.page.getByText('密码不正确。')).toBeVisible();
      await secret.focus();
      await desk.page.keyboard.type(PASSWORD);
      await desk.page.getByRole('button', { name: '打开备份' }).click();
      const notice = desk.page.getByText('现有操作记录完好，比备份多', { exact: false });
      await expect(notice).toBeVisible();
      const newer = Number(/多 \D?(\d+)/.exec((await notice.textContent()) ?? '')?.[1]);
      expect(newer).toBeGreaterThan(0);
      await look('restore-confirm');
      await desk.page.getByRole('button', { name: '开始恢复' }).click();
      await expect(desk.page.getByText('恢复完成')).toBeVisible({ timeout: RUN_MS });
      await look('restore-done');
      await desk.page.getByRole('button', { name: '去解锁' }).click();
      expect(readdirSync(desk.userData)).toContain('office.before-restore-1');
      expect(readdirSync(join(desk.userData, 'office.before-restore-1'))).toContain('journal.db');
      await unlock.unlock(PASSWORD);
      await unlock.expectOpened();
      expect(await invoke(desk.page, 'backup.start', { kind: 'incremental' })).toMatchObject({
        ok: true,
      });
      await expect
        .poll(() => newestBackup(stick).number, { timeout: RUN_MS })
        .toBeGreaterThan(before.number);
      // All that was newer is still there, and the entry about the restore.
      expect(newestBackup(stick).entries).toBeGreaterThan(before.entries + newer);
      expect(await invoke(desk.page, 'sync.verify', {})).toMatchObject({
        ok: true,
        data: { state: 'proven', root },
      });
      await page.goTo('查询');
      await page.search(office.sample.name);
      await expect(page.results).toBeVisible();
    });

    // Bug: what restores put aside lies there for ever unseen, is deleted in passing, or its export tells no language.
    test('shows what the restore put aside, exports it and deletes it on purpose', async () => {
      await open('备份与恢复');
      const panel = desk.page.getByRole('region', { name: '恢复前的数据' });
      await expect(panel.getByText('操作记录已转入现有数据')).toBeVisible();
      await expect(panel.getByText('的备份（第', { exact: false })).toBeVisible();
      await look('former');
      const handed = mkdtempSync(join(tmpdir(), 'handed-'));
      await chooses(desk, handed);
      await panel.getByRole('button', { name: '导出' }).click();
      await expect(desk.page.getByText('请送交上级平台管理人员', { exact: false })).toBeVisible();
      // A toast that stays speaks the language of the moment.
      await invoke(desk.page, 'settings.set', { locale: 'en' });
      await expect(desk.page.getByText('Hand it to the administrators')).toBeVisible();
      await invoke(desk.page, 'settings.set', { locale: 'zh-CN' });
      const [folder = ''] = readdirSync(handed);
      expect(readdirSync(join(handed, folder))).toContain('salvage.db');
      rmSync(handed, { recursive: true, force: true });
      await panel.getByRole('button', { name: '删除' }).click();
      const dialog = desk.page.getByRole('dialog');
      await look('former-delete');
      await dialog.getByRole('button', { name: '删除' }).click();
      await expect(panel).toBeHidden();
      expect(readdirSync(desk.userData)).not.toContain('office.before-restore-1');
    });

    // Bugs: a burnt machine whose backup nobody can open elsewhere, though both keepers of the key are there; keepers who type 80
    // characters into a backup that was made before any of them held a part, and are not told.
    test('restores on another machine by the two-part recovery key', async () => {
      const last = newestBackup(stick).number;
      await invoke(desk.page, 'backup.start', { kind: 'full' });
      await expect
        .poll(() => newestBackup(stick).number, { timeout: RUN_MS })
        .toBeGreaterThan(last);
      await desk.close();
      const root = await office.root();
      desk = await startDesk({ args: ['--no-practice'] });
      page = new DeskPage(desk.page);
      unlock = new UnlockPage(desk.page);
      await chooses(desk, stick);
      await desk.page.getByRole('button', { name: '从备份恢复' }).click();
      await desk.page.getByRole('button', { name: '选择备份位置' }).click();
      const byKey = () =>
        desk.page.getByRole('radio', { name: '用恢复密钥打开' }).click({ force: true });
      const notYet = desk.page.getByText('尚未交给保管人', { exact: false });
      await desk.page.locator('.rc').last().click();
      await byKey();
      await expect(notYet).toBeVisible();
      await look('restore-key-not-yet');
      await expect(desk.page.locator('.rc.on')).toBeInViewport({ ratio: 0.9 });
      const dialog = desk.page.getByRole('dialog');
      expect(await dialog.evaluate((one) => one.scrollHeight - one.clientHeight)).toBe(0);
      await desk.page.locator('.rc').first().click();
      await byKey();
      await expect(notYet).toHaveCount(0);
      const type = async (label: string, text: string) => {
        await desk.page.getByRole('textbox', { name: label, exact: true }).focus();
        await desk.page.keyboard.type(text);
      };
      await type('恢复密钥甲', parts.a);
      await type('恢复密钥乙', parts.b);
      await type('新密码', ELSEWHERE);
      await type('再次输入密码', ELSEWHERE);
      await look('restore-by-key');
      await desk.page.getByRole('button', { name: '打开备份' }).click();
      await expect(desk.page.getByText('将恢复', { exact: false })).toBeVisible({
        timeout: RUN_MS,
      });
      await desk.page.getByRole('button', { name: '开始恢复' }).click();
      await expect(desk.page.getByText('恢复完成')).toBeVisible({ timeout: RUN_MS });
      await desk.page.getByRole('button', { name: '去解锁' }).click();
      await unlock.unlock(ELSEWHERE);
      await unlock.expectOpened();
      expect(await invoke(desk.page, 'sync.verify', {})).toMatchObject({
        ok: true,
        data: { state: 'proven', root },
      });
      await page.goTo('查询');
      await page.search(office.sample.name);
      await expect(page.results).toBeVisible();
    });
  });
