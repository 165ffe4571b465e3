import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import QRCode from 'qrcode';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { fakeCamera } from '../../fixtures/fake-camera';
import { lookAt, lookHere } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'field check 2026';
const PATIENCE = { timeout: 120_000 };

test.describe
  .serial('field checks', () => {
    let office: Office;
    let desk: Desk;
    let film = '';
    test.beforeAll(async () => {
      test.setTimeout(240_000);
      office = await startOffice({ certificates: 1_000 });
      await office.centre.seed({ region: '6501', certificates: 60, seed: 'elsewhere' });
      await office.centre.national.publish();
      film = join(tmpdir(), `fieldcert-camera-${process.pid}.y4m`);
      const camera = fakeCamera(film, `证书编号：T${office.sample.idNumber}`);
      desk = await startDesk({ args: ['--no-practice', ...camera] });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
      rmSync(film, { force: true });
    });
    test.beforeEach(() => test.setTimeout(300_000));

    const openPage = () => desk.page.locator('nav.nav [data-page=fieldchecks]').click();
    const band = () => desk.page.locator('.scanres .band');
    /** As a keyboard-wedge scanner does it: keys at once, wherever the focus is, then Enter. */
    const scan = async (text: string) => {
      await desk.page.keyboard.type(text);
      await desk.page.keyboard.press('Enter');
    };

    // Bug: what a scanner types goes nowhere, or the verdict is not to be seen, or an ID stands on the page unmasked.
    test('a scanner is read wherever the focus is', async () => {
      await openPage();
      await lookAt(desk.page, 'scan-empty', async () => {
        await openPage();
        await desk.page.locator('.scanin').waitFor();
      });
      await desk.page.locator('.scanin .btn').first().focus();
      const { name, idNumber } = office.sample;
      await lookAt(desk.page, 'scan-found', async () => {
        await openPage();
        await scan(`姓名:${name};证件号码:${idNumber}`);
        await expect(band()).toBeVisible(PATIENCE);
      });
      await expect(desk.page.locator('.scanres')).not.toContainText(idNumber);
      await expect(desk.page.locator('.scanres')).not.toContainText(name);
      await lookAt(desk.page, 'scan-differs', async () => {
        await openPage();
        await scan(`姓名:赵某某;证件号码:${idNumber}`);
        await expect(band()).toHaveClass(/bad/, PATIENCE);
      });
      await expect(band()).toContainText('姓名与档案不符');
    });

    // Bug: an address in a code is opened or run, or a certificate from elsewhere reads as fake.
    test('addresses are text, and what is not here is not fake', async () => {
      const windows = desk.app.windows().length;
      const before = desk.page.url();
      for (const [text, word] of [
        ['javascript:document.body.remove()', '没有可核对的编号'],
        ['https://cx.mem.gov.cn@evil.example/?zsbh=T11010519491231002X', '本机数据中没有'],
      ] as const) {
        await scan(text);
        await expect(band()).toContainText(word, PATIENCE);
      }
      await lookAt(desk.page, 'scan-address', async () => {
        await openPage();
        await scan('https://cx.mem.gov.cn@evil.example/?zsbh=T11010519491231002X');
        await expect(desk.page.locator('.scanres .note')).toBeVisible(PATIENCE);
      });
      await expect(desk.page.locator('.scanres')).toContainText('evil.example');
      await expect(desk.page.locator('.scanres')).not.toContainText('假证');
      expect(desk.app.windows()).toHaveLength(windows);
      expect(desk.page.url()).toBe(before);
    });

    // Bug: a signed code from another region has no words on the page, or the answer does not say as of when.
    test('a signed code from elsewhere is answered offline', async () => {
      await invoke(desk.page, 'sync.start', {});
      const held = async () => {
        const answer = await invoke(desk.page, 'scan.national', {});
        return answer.ok ? answer.data.held : null;
      };
      await expect.poll(held, PATIENCE).not.toBeNull();
      // Ids of a region lie in blocks of 4,096, each of one entity: the first of the right block is looked for.
      const codes = new Map<string, string>();
      for (let block = 0; block < 80 && codes.size < 2; block++)
        for (let i = 0; i < 60 && codes.size < 2; i++) {
          const code = await office.centre.codeOf('6501', block * 4_096 + i).catch(() => null);
          if (code === null && i > 1) break;
          if (code === null) continue;
          const answer = await invoke(desk.page, 'scan.check', { text: code, by: 'scanner' });
          const verdict = answer.ok ? answer.data.check.verdict : '';
          if (verdict === 'genuine' || verdict === 'must-ask') codes.set(verdict, code);
        }
      expect([...codes.keys()].sort()).toEqual(['genuine', 'must-ask']);
      for (const [verdict, word] of [
        ['genuine', '真实，未被吊销'],
        ['must-ask', '须向平台核实'],
      ] as const) {
        await lookAt(desk.page, `scan-${verdict}`, async () => {
          await openPage();
          await scan(codes.get(verdict) ?? '');
          await expect(band()).toBeVisible(PATIENCE);
        });
        await expect(band()).toContainText(word);
      }
      await desk.page.getByRole('button', { name: '提交上级平台查询' }).click();
      await expect(desk.page.locator('.askedrow')).toHaveCount(1, PATIENCE);
      await lookAt(desk.page, 'scan-asked', async () => {
        await openPage();
        await desk.page.locator('.askedrow').waitFor();
      });
    });

    // Bug: a photograph of a code is not read, or a file that is none takes the page along.
    test('reads a code out of a picture', async () => {
      const give = async (name: string, bytes: readonly number[]) => {
        const transfer = await desk.page.evaluateHandle(
          (file) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(file.bytes)], file.name));
            return data;
          },
          { name, bytes },
        );
        await desk.page.dispatchEvent('.scanin .drop', 'drop', { dataTransfer: transfer });
      };
      const png = await QRCode.toBuffer(`证书编号：T${office.sample.idNumber}`, { scale: 6 });
      await give('二维码.png', [...png]);
      await expect(desk.page.locator('.scanlist li').first()).toBeVisible(PATIENCE);
      await lookAt(desk.page, 'scan-refused', async () => {
        await openPage();
        await give('图片.png', [0x3c, 0x73, 0x76, 0x67, 0x3e]);
        await expect(desk.page.locator('.scanin .note')).toBeVisible(PATIENCE);
      });
      await expect(desk.page.locator('.scanin .note')).toContainText('不是 JPEG 或 PNG');
    });

    // Bug: a camera that a page may turn on by itself, or with sound; one that stays on; a state without a word.
    test('reads a code before the camera', async () => {
      const { page } = desk;
      const granted = (wish: MediaStreamConstraints) =>
        page.evaluate(
          (how) =>
            navigator.mediaDevices.getUserMedia(how).then(
              (stream) => {
                for (const track of stream.getTracks()) track.stop();
                return 'granted';
              },
              (error: DOMException) => error.name,
            ),
          wish,
        );
      expect(await granted({ video: true })).toBe('NotAllowedError');
      await openPage();
      await expect(band()).toHaveCount(0);
      await page.evaluate(() => {
        const own = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await own(wish);
          (globalThis as unknown as { streams: MediaStream[] }).streams ??= [];
          (globalThis as unknown as { streams: MediaStream[] }).streams.push(stream);
          return stream;
        };
      });
      await page.getByRole('button', { name: '摄像头扫码' }).click();
      await expect(band()).toBeVisible(PATIENCE);
      await expect(page.locator('.scancam')).toHaveCount(0);
      const states = await page.evaluate(() =>
        (globalThis as unknown as { streams: MediaStream[] }).streams.flatMap((stream) =>
          stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`),
        ),
      );
      expect(states).toEqual(['video ended']);
      // The gate is open for some seconds more: never for sound.
      expect(await granted({ audio: true })).toBe('NotAllowedError');
      expect(await granted({ audio: true, video: true })).toBe('NotAllowedError');
      for (const [error, look] of [
        ['NotFoundError', 'scan-camera-none'],
        ['NotAllowedError', 'scan-camera-denied'],
      ] as const)
        await lookAt(page, look, async () => {
          await openPage();
          await page.evaluate((name) => {
            navigator.mediaDevices.getUserMedia = () =>
              Promise.reject(new DOMException('not here', name));
          }, error);
          await page.locator('.scanin .btn').nth(2).click();
          await page.locator('.scancam .note').waitFor();
        });
      await page.locator('.scancam .btn').click();
    });

    const openTab = async (index: number) => {
      await openPage();
      await desk.page.locator('.fieldpage .phead .seg label').nth(index).click();
    };

    // Bug: the queue cannot be worked by scanner alone, the verdict is small, undo or the dates are missing, or it is cramped.
    test('group mode from the first scan to the closed record', async () => {
      await lookAt(desk.page, 'group-begin', async () => {
        await openTab(1);
        await desk.page.locator('.groupbegin').waitFor();
      });
      await desk.page.getByLabel('核查地点').fill('某某公司东门');
      await desk.page.getByLabel('核查地点').press('Enter');
      await desk.page.locator('.groupnow').waitFor();
      const roster = desk.page.locator('.roster li');
      for (const [i, { idNumber }] of office.people.slice(0, 6).entries()) {
        await scan(idNumber);
        await expect(roster).toHaveCount(i + 1, PATIENCE);
      }
      await desk.page.getByRole('button', { name: '撤销上一位' }).click();
      await expect(roster).toHaveCount(5, PATIENCE);
      await desk.page.getByRole('button', { name: '未出示证书' }).click();
      await desk.page.locator('dialog input').fill('赵钱孙');
      await desk.page.locator('dialog').getByRole('button', { name: '登记' }).click();
      await expect(roster.first()).toContainText('赵*孙', PATIENCE);
      await lookAt(desk.page, 'group-queue', async () => {
        await openTab(1);
        await desk.page.locator('.groupnow').waitFor();
        const before = await roster.count();
        await scan(office.people[0]?.idNumber ?? '');
        await expect(roster).toHaveCount(before + 1, PATIENCE);
        await expect(desk.page.locator('.groupnow .band')).toBeVisible(PATIENCE);
      });
      await lookAt(desk.page, 'group-camera', async () => {
        await openTab(1);
        await desk.page.locator('.groupin .btn').nth(1).click();
        await expect(desk.page.locator('.groupnow .band')).toBeVisible(PATIENCE);
        await expect(desk.page.locator('.scancam video')).toHaveJSProperty('videoWidth', 640);
      });
      // Bug: one person before the camera fills the roster as long as the code is held there.
      await expect(desk.page.locator('.scancam [role=status]')).toContainText('已核验', PATIENCE);
      const heads = await roster.count();
      await desk.page.waitForTimeout(2_000);
      await expect(roster).toHaveCount(heads);
      await desk.page.getByRole('button', { name: '关闭摄像头' }).click();
      await lookAt(desk.page, 'group-close', async () => {
        await openTab(1);
        await desk.page.locator('.groupacts .btn.pri').click();
        await desk.page.locator('dialog .duelist').waitFor();
      });
      await desk.page.getByRole('button', { name: '确认并上报' }).click();
      await expect(desk.page.locator('.groupbegin .note')).toContainText('已结束', PATIENCE);
      await lookAt(desk.page, 'group-due', async () => {
        await openTab(2);
        await desk.page.locator('.duepair').waitFor();
      });
      await expect(desk.page.locator('.duepair')).toContainText('赵*孙');
    });

    // Bug: a record offers no way to report what was seen, or what was reported and meant to be looked at is not listed.
    test('reports and follow-ups begin at a record', async () => {
      await openTab(0);
      await scan(office.sample.idNumber);
      const open = desk.page.locator('.scancerts .btn').first();
      await open.click();
      await desk.page.locator('.acts').waitFor();
      await desk.page.getByRole('button', { name: '加入走访' }).click();
      await desk.page.getByRole('button', { name: '申请更正' }).click();
      await desk.page.getByLabel('应为').fill('某某公司');
      await desk.page.getByLabel('情况说明').fill('劳动合同已变更');
      await desk.page.locator('dialog .btn.pri').click();
      await expect(desk.page.locator('dialog')).toHaveCount(0, PATIENCE);
      await lookAt(desk.page, 'report-list', async () => {
        await openTab(3);
        await desk.page.locator('.duelist li').first().waitFor();
      });
      await expect(desk.page.locator('.duelist')).toContainText('更正申请');
      await lookAt(desk.page, 'report-dialog', async () => {
        await openTab(3);
        await desk.page.locator('.fieldlist header .btn').click();
        await desk.page.locator('dialog .evidence').waitFor();
      });
      // Bug: Esc throws a report away that is half written; a dialog that the browser closes by itself, as a newer one does
      // at the second Esc, cannot be opened again.
      const words = desk.page.locator('dialog textarea');
      await words.fill('写到一半');
      await desk.page.keyboard.press('Escape');
      await desk.page.evaluate(() => document.querySelector('dialog')?.close());
      await expect(words).toBeVisible();
      await expect(words).toHaveValue('写到一半');
      await desk.page.keyboard.press('Escape');
      await expect(desk.page.locator('dialog .f .btn').first()).toBeFocused();
      await desk.page.keyboard.press('Enter');
      await expect(words).toHaveCount(0);
      await lookAt(desk.page, 'report-follow', async () => {
        await openTab(4);
        await desk.page.locator('.duelist li').first().waitFor();
      });
      await desk.page.locator('.tick input').first().click();
      await expect(desk.page.locator('.duelist li.done')).toHaveCount(1, PATIENCE);
    });

    // Bug: newer data are in, and a verdict that they may have overtaken still stands green on the page.
    test('a verdict of before reads as one of before', async () => {
      await openTab(0);
      await scan(office.sample.idNumber);
      await expect(desk.page.locator('.scanres')).toBeVisible(PATIENCE);
      await expect(band()).not.toHaveClass(/off/);
      await office.mutate({ random: 20, seed: 'overtaken' });
      await expect(async () => {
        await invoke(desk.page, 'sync.start', {});
        await expect(band()).toHaveClass(/off/, { timeout: 5_000 });
      }).toPass(PATIENCE);
      await expect(band()).toHaveText('须重新核验');
      await expect(desk.page.locator('.scanres')).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d/u);
      await expect(desk.page.locator('.scanres .st.ok, .scanres .tag.ok')).toHaveCount(0);
      await lookHere(desk.page, 'scan-over');
      // A check that fails leaves nobody's verdict standing either.
      await desk.page.locator('.scanin textarea').fill('');
      await scan('https://example.com/nothing-here');
      await expect(band()).not.toHaveClass(/ok/, PATIENCE);
    });
  });
