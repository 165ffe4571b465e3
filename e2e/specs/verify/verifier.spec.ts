import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makePackage, makePackageRig } from '../../../electron/jobs/test/package-rig';
import { type Desk, startDesk } from '../../fixtures/desk';
import { dropFile } from '../../fixtures/drop-file';
import { lookAt } from '../../fixtures/look';

test.describe
  .serial('the verifier, without login', () => {
    const rig = makePackageRig();
    const target = join(rig.folder, 'FC-given.zip');
    let desk: Desk;
    test.beforeAll(async () => {
      test.setTimeout(180_000);
      await makePackage(rig, { count: 30, target });
      execFileSync('unzip', ['-q', '-o', target, 'report.pdf', '-d', rig.folder]);
      desk = await startDesk({ args: ['--no-practice'] });
    });
    test.afterAll(async () => {
      await desk?.close();
      rig.remove();
    });
    test.beforeEach(() => test.setTimeout(240_000));

    const openDialog = async () => {
      await desk.page
        .getByRole('button', {
          name: /^(验证签章文件|Verify a signed file|ئىمزالانغان ھۆججەتنى دەلىللەش)$/u,
        })
        .click();
      await desk.page.getByRole('dialog').locator('.drop').waitFor();
    };

    /** Lets a file fall on the dialog, as from a file manager. */
    async function drop(name: string, bytes: Buffer): Promise<void> {
      await dropFile(desk.page, name, bytes);
      await expect(desk.page.locator('.checks li').first()).toBeVisible({ timeout: 60_000 });
    }

    // Bug: an intact package of another office is refused or called genuine where its issuer is unknown.
    test('says what is proven of a package and what is not', async () => {
      await lookAt(desk.page, 'verify-package', async () => {
        await openDialog();
        await drop('FC-given.zip', readFileSync(target));
      });
      const dialog = desk.page.getByRole('dialog');
      await expect(dialog).toContainText('签发机构未知');
      await expect(dialog).toContainText('未证明');
    });

    // Bug: a single signed report cannot be checked, or a page added after signing goes unseen.
    test('takes a single signed PDF, and refuses an edited one', async () => {
      const pdf = readFileSync(join(rig.folder, 'report.pdf'));
      const dialog = desk.page.getByRole('dialog');
      await drop('report.pdf', pdf);
      await expect(dialog).toContainText('签发机构未知');
      await lookAt(desk.page, 'verify-altered', async () => {
        await openDialog();
        await drop('report.pdf', Buffer.concat([pdf, Buffer.from('\n9 0 obj\n<<>>\nendobj\n')]));
      });
      await expect(dialog).toContainText('文件已被改动');
      await expect(dialog).toContainText('签名后又被改动');
    });
  });
