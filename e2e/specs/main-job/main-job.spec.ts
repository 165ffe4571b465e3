import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkWithOpenssl, checkWithPdfsig, checkWrongKey } from '../../demo/external-checks';
import { scanForPlaintext } from '../../demo/plaintext-scan';
import { invoke, invokeRaw } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { type GiveFactor, permitsFor } from '../../fixtures/permits';
import { DeskPage } from '../../pages/desk-page';
import { ExportPage } from '../../pages/export-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'main job 2026';
const OFFICE = '330600';

/** One certificate all the way, on real parts: server, line, SQLCipher, SoftHSM2, openssl. */
test.describe
  .serial('the main job', () => {
    let office: Office;
    let desk: Desk;
    let page: DeskPage;
    let factor: GiveFactor;

    test.beforeAll(async () => {
      office = await startOffice({ certificates: 1500, withToken: true });
      desk = await startDesk({ args: ['--no-practice'], env: office.deskEnv });
      page = new DeskPage(desk.page);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    // Bug: enrolment or first sync that works only in parts; a desk that opens without its slice.
    test('an office enrols and its slice is proven equal to the server', async () => {
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
      await expect
        .poll(async () => {
          const status = await invoke(desk.page, 'sync.status', {});
          return status.ok && status.data.running === null ? status.data.proof.state : 'running';
        })
        .toBe('proven');
      const verified = await invoke(desk.page, 'sync.verify', {});
      expect(verified).toMatchObject({
        ok: true,
        data: { state: 'proven', root: await office.root() },
      });
    });

    // Bug: a change at the server that never arrives, or arrives and breaks the proof.
    test('a revocation arrives with the next synchronisation and is proven', async () => {
      const before = await invoke(desk.page, 'search.query', {
        text: office.sample.idNumber,
        filter: {},
        offset: 0,
        limit: 10,
      });
      expect(before.ok && before.data.items.length).toBeTruthy();
      const id = before.ok ? (before.data.items[0]?.id ?? 0) : 0;
      await office.mutate({ revoke: id });
      // The centre says a state once a second: a run just after the change may be told the former one.
      await expect
        .poll(async () => {
          await invoke(desk.page, 'sync.start', {});
          const after = await invoke(desk.page, 'search.query', {
            text: office.sample.idNumber,
            filter: {},
            offset: 0,
            limit: 10,
          });
          return after.ok
            ? after.data.items.find((item) => item.id === id)?.validity.status
            : 'failed';
        })
        .toBe('revoked');
      const verified = await invoke(desk.page, 'sync.verify', {});
      expect(verified).toMatchObject({
        ok: true,
        data: { state: 'proven', root: await office.root() },
      });
    });

    // Bug: anything but the synchronisation that needs the server.
    test('without the server everything but synchronisation works', async () => {
      const policy = await office.centre.exports.policy(OFFICE);
      await office.centre.exports.setPolicy(OFFICE, { ...policy, reviewOver: 1000 });
      factor = await permitsFor(office, desk.page, 2);
      await office.stopCentral();
      await page.goTo('查询');
      await page.search(office.sample.name);
      await expect(page.results).toBeVisible();
      await page.search('查无此人甲乙');
      await expect(desk.page.getByText('本地切片未见', { exact: true })).toBeVisible();
      await expect(desk.page.getByText(/假证|伪造/)).toHaveCount(0);
      await page.search(office.sample.idNumber);
      await page.openFirstResult();
      await expect(desk.page.getByText(office.sample.idNumber)).toHaveCount(0);
      await page.goTo('分析看板');
      await expect(desk.page.getByRole('button', { name: /名单.*1,500/ })).toBeVisible();
      await page.goTo('数据同步');
      await desk.page.getByRole('button', { name: '立即同步' }).click();
      await expect(desk.page.getByText('中断').first()).toBeVisible({ timeout: 60_000 });
      const status = await invoke(desk.page, 'sync.status', {});
      expect(status).toMatchObject({ ok: true, data: { connection: 'offline', hasSlice: true } });
    });

    // Bug: a number on the board that the list behind it does not have.
    test('the number on the board and the list behind it are the same', async () => {
      const day = Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000);
      for (const filter of [
        {},
        { kinds: ['special-operation' as const] },
        { regions: ['330602'] },
        { statuses: ['expired' as const] },
      ]) {
        const board = await invoke(desk.page, 'boards.query', { filter, day });
        const list = await invoke(desk.page, 'search.query', {
          text: '',
          filter,
          offset: 0,
          limit: 1,
        });
        expect(board.ok && list.ok).toBe(true);
        if (board.ok && list.ok)
          expect(list.data.total, JSON.stringify(filter)).toBe(board.data.total);
      }
    });

    // Bug: a plain ID number without reason and log; a reason that is not asked.
    test('a plain number is shown only for a reason', async () => {
      const found = await invoke(desk.page, 'search.query', {
        text: office.sample.idNumber,
        filter: {},
        offset: 0,
        limit: 1,
      });
      const certificateId = found.ok ? (found.data.items[0]?.id ?? 0) : 0;
      expect(JSON.stringify(found)).not.toContain(office.sample.idNumber);
      expect(await invokeRaw(desk.page, 'records.reveal', { certificateId })).toMatchObject({
        ok: false,
        error: { code: 'INPUT_INVALID' },
      });
      const shown = await invoke(desk.page, 'records.reveal', {
        certificateId,
        reason: 'on-site-check',
        note: '',
      });
      expect(shown).toMatchObject({
        ok: true,
        data: { idNumber: office.sample.idNumber, name: office.sample.name },
      });
    });

    // Bug: a wrong PIN that ends the export or signs; a removed token that hangs; the next try that fails.
    test('wrong PIN, token pulled out, then a sealed package that openssl and pdfsig accept', async () => {
      const exporting = new ExportPage(desk, factor);
      const window = await exporting.startSigning('重点行业持证情况专项检查');
      await exporting.sign(window, '000000');
      await expect(window.getByRole('alert').first()).toBeVisible();
      office.token?.unplug();
      await exporting.signWithoutToken(window, office.pin);
      office.token?.replug();
      // The window goes with the click, at times before the click is answered.
      const gone = window.waitForEvent('close');
      await window
        .getByRole('button', { name: '取消' })
        .last()
        .click()
        .catch(() => undefined);
      await gone;
      await expect(desk.page.getByText('已取消，没有留下文件')).toBeVisible({ timeout: 30_000 });
      expect(packagesBelow(desk.userData)).toEqual([]);

      await desk.page.getByRole('button', { name: '再次导出' }).click();
      const again = await exporting.startSigning('重点行业持证情况专项检查');
      await exporting.sign(again, office.pin);
      // More than the policy lets one person sign: nothing leaves before another one has.
      const second = again.getByRole('heading', { name: '第二人复核签名' });
      await expect(second).toBeVisible({ timeout: 60_000 });
      expect(packagesBelow(desk.userData)).toEqual([]);
      const holder = (name: string) => again.locator('label.tok', { hasText: name }).first();
      const first = /^(.+?) 已签名/.exec((await again.locator('.hd p').textContent()) ?? '')?.[1];
      const [own, other] = first?.includes('Li Na') ? ['Li Na', 'Wang Wei'] : ['Wang Wei', 'Li Na'];
      await holder(own ?? '').click();
      await exporting.signSecond(again, office.pin);
      await expect(again.getByText('请由另一人签名')).toBeVisible();
      await holder(other ?? '').click();
      await again.screenshot({ path: 'out/test/screens/second-signature.png' });
      await exporting.signSecond(again, office.pin);
      await exporting.expectSealed();
      const [file] = packagesBelow(desk.userData);
      const folder = mkdtempSync(join(tmpdir(), 'fieldcert-package-'));
      execFileSync('unzip', ['-q', join(desk.userData, file ?? ''), '-d', folder]);
      expect(readdirSync(folder).sort()).toEqual([
        'data.csv',
        'data.xlsx',
        'manifest.json',
        'manifest.p7s',
        'report.pdf',
        'review.p7s',
      ]);
      const openssl = checkWithOpenssl({
        manifest: join(folder, 'manifest.json'),
        signature: join(folder, 'manifest.p7s'),
        root: office.tokenRoot,
      });
      expect(openssl.output).toMatch(/Verification successful/i);
      const reviewed = checkWithOpenssl({
        manifest: join(folder, 'manifest.json'),
        signature: join(folder, 'review.p7s'),
        root: office.tokenRoot,
      });
      expect(reviewed.output).toMatch(/Verification successful/i);
      const pdfsig = checkWithPdfsig(join(folder, 'report.pdf'));
      expect(pdfsig.isOk, pdfsig.output).toBe(true);
      rmSync(folder, { recursive: true, force: true });
    });

    // Bug: a page, cache or port that still answers after the lock; plaintext or an open key at rest.
    test('locked: nothing answers, nothing lies in plain text, a wrong key opens nothing', async () => {
      await page.lock();
      const refused = await invoke(desk.page, 'search.query', {
        text: '',
        filter: {},
        offset: 0,
        limit: 1,
      });
      expect(refused).toMatchObject({ ok: false });
      const scan = await scanForPlaintext(join(desk.userData, 'office'), office.needles);
      expect(scan.files).toBeGreaterThan(2);
      expect(scan.hits).toEqual([]);
      for (const name of ['slice.db', 'journal.db']) {
        expect(checkWrongKey(join(desk.userData, 'office', name)).isOk, name).toBe(true);
      }
      const unlock = new UnlockPage(desk.page);
      await unlock.unlock('not the password');
      await expect(desk.page.getByRole('alert').first()).toBeVisible();
      await unlock.unlock(PASSWORD);
      await expect(desk.page.getByRole('navigation', { name: '主导航' })).toBeVisible({
        timeout: 30_000,
      });
      await page.goTo('查询');
      await page.search(office.sample.name);
      await expect(page.results).toBeVisible();
    });
  });

function packagesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /DC-[^/]*\.zip$/.test(file),
  );
}
