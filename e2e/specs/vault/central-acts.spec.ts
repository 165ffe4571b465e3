import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeSoftHsm, type SoftHsmRig } from '../../../electron/device/test/softhsm-rig';
import { PRACTICE_PIN } from '../../../electron/main/services/practice/practice-facts';
import { type Desk, startDesk, windowOpenedBy } from '../../fixtures/desk';
import { lookHere } from '../../fixtures/look';
import { type DeskRig, enrolDesk } from '../../integration/desk-rig';
import { UnlockPage } from '../../pages/unlock-page';
import { startTestCentral as startCentral } from '../../rigs/central';

const PASSWORD = 'two persons 2026';
const OFFICE = '330600';
const RUN = { timeout: 90_000 };

/** One administrator at the page, the other at a desk without a window. */
test.describe
  .serial('acts of the centre on the page', () => {
    test.setTimeout(300_000);
    let central: Awaited<ReturnType<typeof startCentral>>;
    let token: SoftHsmRig;
    let desk: Desk;
    let other: DeskRig;
    test.beforeAll(async () => {
      token = makeSoftHsm();
      central = await startCentral();
      await central.seed({ region: '3306', certificates: 60, seed: 'own', today: 20_777 });
      const env = { FIELDCERT_PKCS11: token.libraryPath };
      desk = await startDesk({ args: ['--no-practice'], env });
      const users = [{ badge: 'S2', name: '沈怀谨', role: 'security-admin' as const }];
      const office = { name: '绍兴市应急管理局', region: '3306', code: OFFICE, users };
      other = (await enrolDesk(central, new TextEncoder().encode(PASSWORD), office)).rig;
    });
    test.afterAll(async () => {
      await desk?.close();
      await other?.close();
      await central?.close();
      token?.remove();
    });

    const services = () => other.office.demandServices();
    /** Signs at the other desk with its practice key. */
    const atOther = async <T>(work: () => Promise<T>): Promise<T> => {
      await expect.poll(() => other.signing.isOpen, RUN).toBe(false);
      const done = work();
      done.catch(() => undefined);
      await expect.poll(() => other.signing.isOpen, RUN).toBe(true);
      const { signing } = services();
      const [choice] = (await signing.choices()).items;
      const { tokenId = '', keyRef = '' } = choice?.shown ?? {};
      await signing.confirm(tokenId, keyRef, new TextEncoder().encode(PRACTICE_PIN));
      return done;
    };
    /** Signs in the window that an act on the page opens. */
    const atPage = async (act: () => Promise<void>, look?: (window: Page) => Promise<void>) => {
      const window = await windowOpenedBy(desk, act);
      await window.locator('label.tok', { hasText: 'Wang Wei' }).first().click(RUN);
      await look?.(window);
      await window.getByLabel('U-Key PIN 码').first().focus();
      await window.keyboard.type(token.pin);
      await window.getByRole('button', { name: '确认签名' }).click();
    };

    // Bugs: a page without the way to the second signature; acts shown before a key was; an act done by one; codes that are lost.
    test('are asked for by one, countersigned by the other, refused and taken back', async () => {
      const { code } = await central.createEnrolment({
        ...{ name: '绍兴市应急管理局', region: '3306', code: OFFICE, isPractice: true },
        users: [{ badge: 'S1', name: '周正', role: 'security-admin' }],
      });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(central.url, code, PASSWORD);
      await desk.page.locator('nav.nav').waitFor(RUN);
      const own = new X509Certificate(readFileSync(join(token.folder, 'ec.pem'))).raw;
      const [choice] = (await services().signing.choices()).items;
      for (const [person, name, der] of [
        ['zhou', '周正', own],
        ['shen', '沈怀谨', Buffer.from(choice?.chain[0] ?? [])],
      ] as const)
        await central.acts.found({ person, name, certificate: der.toString('base64') });

      const { page } = desk;
      await page.locator('nav.nav [data-page=security]').click();
      await page.getByRole('radio', { name: '中心管理操作', exact: true }).click();
      await expect(page.getByText('尚未登录中心')).toBeVisible(RUN);
      await lookHere(page, 'central-acts-out');
      await atPage(() => page.getByRole('button', { name: '插入 U-Key 登录' }).click());
      await expect(page.getByText('暂无管理操作')).toBeVisible(RUN);

      // One that another person asked for.
      await atOther(() => services().centralActs.open());
      const wipe = {
        kind: 'directive',
        office: OFFICE,
        order: 'wipe',
        reason: '单位撤并',
      } as const;
      const refused = await atOther(() => services().centralActs.request(wipe));
      const policy = { office: OFFICE, thresholds: { failures: 9, reveals: 40 } };
      await atOther(() => services().centralActs.request({ kind: 'alert-policy', ...policy }));
      await page.getByRole('button', { name: '刷新' }).click();
      await expect(page.getByText('待您会签')).toHaveCount(2, RUN);
      await page.locator('.regionasks button', { hasText: '向设备下达指令' }).click();
      await expect(page.locator('.detail')).toContainText('清除数据');
      await lookHere(page, 'central-acts-waiting');
      await expect(page.getByRole('button', { name: '不同意' })).toBeDisabled();
      await page.getByLabel('理由').fill('撤并文件尚未下发');
      await atPage(() => page.getByRole('button', { name: '不同意' }).click());
      await expect(page.locator('.detail')).toContainText('未同意', RUN);
      await page.locator('.regionasks button', { hasText: '设定异常提示阈值' }).click();
      await atPage(
        () => page.getByRole('button', { name: '会签', exact: true }).click(),
        (window) =>
          window.screenshot({ path: 'out/test/screens/central-acts-signing.png' }).then(() => {}),
      );
      await expect(page.locator('.detail')).toContainText('已执行', RUN);
      expect((await central.acts.list()).find(({ id }) => id === refused)?.state).toBe('refused');

      // An own one, which only the other can countersign.
      await page.getByRole('button', { name: '提出操作' }).click();
      const dialog = page.getByRole('dialog');
      // Bug: what is filled in and gives no value is left out in silence, or found out by a refusal after the PIN.
      await dialog.getByLabel('操作', { exact: true }).selectOption('directive');
      await dialog.getByLabel('有效小时数').fill('三天');
      await expect(dialog.getByRole('alert').first()).toBeVisible(RUN);
      await expect(dialog.getByRole('button', { name: '签名并提出' })).toBeDisabled();
      await lookHere(page, 'central-acts-faults');
      await dialog.getByLabel('操作', { exact: true }).selectOption('enrol');
      await dialog.getByLabel('地区', { exact: true }).fill('3306');
      await dialog.getByLabel('名称', { exact: true }).fill('绍兴市应急管理局');
      await dialog.getByRole('textbox', { name: '工号' }).fill('330600009');
      await expect(dialog.getByRole('button', { name: '签名并提出' })).toBeEnabled();
      await dialog.getByRole('textbox', { name: '姓名' }).fill('钱一鸣');
      await lookHere(page, 'central-acts-ask');
      await atPage(() => dialog.getByRole('button', { name: '签名并提出' }).click());
      await expect(dialog).toHaveCount(0, RUN);
      await expect(page.locator('.detail')).toContainText('330600009 钱一鸣 · 检查员', RUN);
      await expect(page.getByRole('button', { name: '会签', exact: true })).toHaveCount(0);
      await lookHere(page, 'central-acts-own');
      await atPage(() => page.getByRole('button', { name: '撤回' }).click());
      await expect(page.locator('.detail')).toContainText('未同意', RUN);

      // What the centre tells once.
      const device = services().sessions.demand().office.deviceId;
      await atOther(() => services().centralActs.request({ kind: 'lease-file', device }));
      await page.getByRole('button', { name: '刷新' }).click();
      await page.locator('.regionasks button', { hasText: '制作离线使用期限文件' }).click();
      await atPage(() => page.getByRole('button', { name: '会签', exact: true }).click());
      await expect(page.locator('.acttold')).toContainText('fieldcert-lease', RUN);
      await lookHere(page, 'central-acts-told');
      await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click();
      await expect(page.locator('.acttold')).toHaveCount(0);
    });
  });
