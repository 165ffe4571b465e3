import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeSkfToken, type SkfRig } from '../../../electron/device/test/skf/rig';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { permitsFor } from '../../fixtures/permits';
import { ExportPage } from '../../pages/export-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'guomi 2026 office';
const app = process.env.FIELDCERT_APP ?? '.';
const screens = join(app, 'out/test/screens');

/** The main job with a Chinese SM2 U-Key: the whole desk, its device process, a real SKF library, OpenSSL behind it. */
test.describe
  .serial('an SM2 U-Key', () => {
    let rig: SkfRig;
    let office: Office;
    let desk: Desk;

    test.beforeAll(async () => {
      mkdirSync(screens, { recursive: true });
      rig = makeSkfToken(8, 'SM2OFFICE1');
      // Only what an SM2 token of an office holds: one container, two pairs.
      for (const name of ['rsa', 'old', 'nosign', 'foreign']) {
        rmSync(join(rig.folder, 'token', 'FieldCert', name), { recursive: true });
      }
      office = await startOffice({ certificates: 800, seed: 'sm2' });
      desk = await startDesk({
        args: ['--no-practice'],
        env: { FIELDCERT_SKF: rig.profile.libraryPath },
      });
      const page = new UnlockPage(desk.page);
      await page.openEnrolForm();
      await page.enrol(office.url, office.code, PASSWORD);
      await page.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
      rig?.remove();
    });

    const type = async (label: string, text: string) => {
      await desk.page.getByRole('textbox', { name: label }).last().focus();
      await desk.page.keyboard.type(text);
    };

    // Bug: the pair for signing is offered for unlocking; a slot bound to SM2 does not open, or opens without the key.
    test('is bound to a login and opens it', async () => {
      await desk.page.getByRole('button', { name: '安全与审计' }).click();
      await desk.page.getByRole('radio', { name: '我的登录' }).check({ force: true });
      const choice = desk.page.getByRole('radio', { name: /Wang Wei/ });
      await expect(choice).toHaveCount(1, { timeout: 60_000 });
      await choice.check();
      await type('密码', PASSWORD);
      await type('U-Key PIN 码', rig.pin);
      await desk.page.getByRole('button', { name: '绑定 U-Key' }).click();
      await expect(desk.page.getByRole('button', { name: '解除绑定' })).toBeVisible({
        timeout: 60_000,
      });
      // Bug: the check of drivers and keys is untranslated, or says that all is well where nothing is.
      await expect(desk.page.getByText(/可用，证书 \D*2\D* 张/)).toBeVisible({ timeout: 60_000 });
      for (const locale of ['en', 'ug', 'zh-CN'] as const) {
        await invoke(desk.page, 'settings.set', { locale });
        await desk.page.waitForTimeout(300);
        await desk.page.screenshot({ path: join(screens, `sm2-bound.${locale}.png`) });
      }
      rig.unplug();
      await desk.page.getByRole('button', { name: '重新检测' }).click();
      await expect(desk.page.getByText(/没有检测到 U-Key/)).toBeVisible({ timeout: 60_000 });
      await desk.page.screenshot({ path: join(screens, 'sm2-absent.zh-CN.png') });
      rig.replug();
      await desk.page.getByRole('button', { name: '重新检测' }).click();
      await expect(desk.page.getByText(/可用，证书/)).toBeVisible({ timeout: 60_000 });
      await invoke(desk.page, 'unlock.lock', {}).catch(() => undefined);
      await desk.page.getByRole('heading', { name: '解锁' }).waitFor({ timeout: 60_000 });
      await desk.page.waitForTimeout(1000);
      await type('密码', PASSWORD);
      await type('U-Key PIN 码', rig.pin);
      await desk.page.getByRole('button', { name: '解锁', exact: true }).click();
      await new UnlockPage(desk.page).expectOpened();
    });

    // Bug: an export with an SM2 key asks for two signatures, hangs after a pulled token, or names no reason for the bare PDF.
    test('is pulled while it signs, comes back and seals a package that verifies', async () => {
      const exporting = new ExportPage(desk, await permitsFor(office, desk.page, 2));
      const window = await exporting.startSigning('重点行业持证情况专项检查');
      await expect(window.getByText(/本次签名 \D*1\D* 处/)).toBeVisible({ timeout: 60_000 });
      await window.screenshot({ path: join(screens, 'sm2-signing.zh-CN.png') });
      rig.misbehave('pull');
      await exporting.sign(window, rig.pin);
      await expect(desk.page.getByText(/U-Key 已拔出/).first()).toBeVisible({ timeout: 60_000 });
      await desk.page.screenshot({ path: join(screens, 'sm2-pulled.zh-CN.png') });
      rig.misbehave();
      rig.replug();
      expect(packagesBelow(desk.userData)).toEqual([]);

      await desk.page.getByRole('button', { name: '再次导出' }).click();
      const again = await exporting.startSigning('重点行业持证情况专项检查');
      await exporting.sign(again, rig.pin);
      await exporting.expectSealed();
      const [file = ''] = packagesBelow(desk.userData);
      execFileSync('unzip', ['-oq', join(desk.userData, file), 'report.pdf', '-d', rig.folder]);
      const pages = ['-png', '-r', '60', '-f', '1', '-l', '1'];
      execFileSync('pdftoppm', [
        ...pages,
        join(rig.folder, 'report.pdf'),
        join(screens, 'sm2-cover'),
      ]);
      const authority = join(rig.folder, 'centre.pem');
      writeFileSync(authority, office.authority);
      const trust = ['--trust', rig.rootPem, '--tickets', authority];
      const said = execFileSync(
        process.env.FIELDCERT_NODE ?? 'node',
        [join(app, 'build/verify-package.mjs'), join(desk.userData, file), ...trust],
        { encoding: 'utf8' },
      );
      expect(said).toContain('VALID: intact, signed, issued under a trusted root');
      expect(said).toMatch(/signer .*Wang Wei.* SM2/);
    });
  });

function packagesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /DC-[^/]*\.zip$/.test(file),
  );
}
