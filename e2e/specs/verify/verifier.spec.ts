import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeForeignRig } from '../../../electron/jobs/test/foreign-rig';
import { makePackage, makePackageRig } from '../../../electron/jobs/test/package-rig';
import { type Desk, startDesk } from '../../fixtures/desk';
import { dropFile } from '../../fixtures/drop-file';
import { lookAt, lookHere } from '../../fixtures/look';

test.describe
  .serial('the verifier, without login', () => {
    const rig = makePackageRig();
    const target = join(rig.folder, 'FC-given.zip');
    const tiring = join(rig.folder, '合同.pdf');
    let desk: Desk;
    test.beforeAll(async () => {
      test.setTimeout(180_000);
      await makePackage(rig, { count: 30, target });
      execFileSync('unzip', ['-q', '-o', target, 'report.pdf', '-d', rig.folder]);
      writeFileSync(tiring, makeForeignRig(rig.folder).tiring(120));
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

    /** Chooses a file that was made to take long. */
    const chooseTiring = async () => {
      await desk.app.evaluate(({ dialog }, path) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
      }, tiring);
      await desk.page.getByRole('button', { name: '选择文件' }).click();
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

    // Bug: a file that was made to take long leaves a bar that never ends, or the word on the file before stands below it.
    test('says that it is at work, and ends when it is told to', async () => {
      const dialog = desk.page.getByRole('dialog');
      await chooseTiring();
      await expect(dialog.getByRole('progressbar')).toBeVisible({ timeout: 60_000 });
      // What was said of the file before is gone.
      await expect(dialog).not.toContainText('文件已被改动');
      await lookHere(desk.page, 'verify-running');
      await dialog.locator('.pr button').click();
      await expect(dialog).toContainText('已停止验证', { timeout: 5_000 });
      await expect(dialog).not.toContainText('不在此判断');
      await lookHere(desk.page, 'verify-stopped');
    });

    // Bug: the next file that is dropped is told as stopped, because the one before was.
    test('takes the next file while it is at another', async () => {
      const dialog = desk.page.getByRole('dialog');
      await chooseTiring();
      await expect(dialog.getByRole('progressbar')).toBeVisible({ timeout: 60_000 });
      await drop('FC-given.zip', readFileSync(target));
      await expect(dialog).toContainText('签发机构未知');
      await expect(dialog).not.toContainText('已停止验证');
    });

    // Bug: a file that is too large to be read is answered by nothing, or by words that do not name it.
    test('refuses a file that is too large, by its name', async () => {
      const dialog = desk.page.getByRole('dialog');
      const giant = async () => {
        const transfer = await desk.page.evaluateHandle(() => {
          const piece = new Uint8Array(1 << 20);
          const data = new DataTransfer();
          data.items.add(new File(Array(257).fill(piece), '全省持证人员.zip'));
          return data;
        });
        await desk.page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
        await expect(dialog).toContainText('全省持证人员.zip', { timeout: 30_000 });
      };
      await lookAt(desk.page, 'verify-too-large', async () => {
        await openDialog();
        await giant();
      });
      await expect(dialog).toContainText(/256.? MB，未读取/u);
    });
  });
