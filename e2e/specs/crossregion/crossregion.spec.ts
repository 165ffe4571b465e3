import { expect, test } from '@playwright/test';
import { PRACTICE_PIN } from '../../../electron/main/services/practice/practice-facts';
import { generateRegion } from '../../../server/generate/generate';
import type { ServerParts } from '../../../server/http/parts';
import type { Role } from '../../../shared/domain/model';
import { dayInShanghai } from '../../../shared/kernel/day';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookHere } from '../../fixtures/look';
import { type DeskRig, enrolDesk } from '../../integration/desk-rig';
import { UnlockPage } from '../../pages/unlock-page';
import { startTestCentral as startCentral } from '../../rigs/central';

const PASSWORD = 'other regions 2026';
const TODAY = dayInShanghai(Date.now());
const TARGET = { region: '3302', certificates: 120, seed: 'cross', today: TODAY };
const RUN = { timeout: 120_000 };

/** Asking, deciding and looking, as the asking person sees it; head and superior are desks without windows. */
test.describe
  .serial('certificates of another region', () => {
    test.setTimeout(300_000);
    let central: Awaited<ReturnType<typeof startCentral>>;
    let desk: Desk;
    const rigs: DeskRig[] = [];
    test.beforeAll(async () => {
      central = await startCentral();
      await central.seed({ region: '3306', certificates: 60, seed: 'own', today: TODAY });
      await central.seed(TARGET);
      desk = await startDesk({ args: ['--no-practice'] });
    });
    test.afterAll(async () => {
      await desk?.close();
      for (const rig of rigs) await rig.close();
      await central?.close();
    });

    const other = async (badge: string, role: Role, code: string, jurisdiction?: string) => {
      const users = [{ badge, name: `人员${badge}`, role }];
      const name = code === '330600' ? '绍兴市应急管理局' : '浙江省应急管理厅';
      const above = jurisdiction === undefined ? {} : { jurisdiction };
      const office = { name, region: '3306', code, users, ...above };
      const { rig } = await enrolDesk(central, new TextEncoder().encode(PASSWORD), office);
      rigs.push(rig);
      return rig;
    };
    /** The one request there is, decided and signed with the practice key. */
    const agree = async (rig: DeskRig) => {
      const { sync, crossRegion, signing } = rig.office.demandServices();
      const pull = async () => {
        await sync.settled();
        crossRegion.standings.forget();
        sync.start();
        await sync.settled();
      };
      await expect
        .poll(async () => {
          await pull();
          return (await crossRegion.list()).requests.filter(({ todo }) => todo !== null).length;
        }, RUN)
        .toBe(1);
      const [one] = (await crossRegion.list()).requests;
      const decided = crossRegion.decide({
        request: one?.request ?? '',
        decision: 'approved',
        note: '同意，限本次检查使用',
        narrowed: {},
      });
      decided.catch(() => undefined);
      await expect.poll(() => rig.signing.isOpen, RUN).toBe(true);
      const [choice] = (await signing.choices()).items;
      const { tokenId = '', keyRef = '' } = choice?.shown ?? {};
      const pin = new TextEncoder().encode(PRACTICE_PIN);
      await signing.confirm(tokenId, keyRef, pin);
      await decided;
      await pull();
    };
    /** What waits goes up, and what the centre says comes down; asked a minute apart at most. */
    const untilState = async (word: string) => {
      await expect
        .poll(
          async () => {
            await invoke(desk.page, 'sync.start', {});
            return desk.page.getByText(word, { exact: true }).count();
          },
          { timeout: 150_000, intervals: [5_000] },
        )
        .toBeGreaterThan(0);
    };

    // Bug: a request that the page cannot make, follow or use; rows of another region shown among the own.
    test('are asked for, granted, fetched and found on their own page', async () => {
      const { code } = await central.createEnrolment({
        name: '绍兴市应急管理局',
        region: '3306',
        isPractice: true,
        users: [{ badge: '1001', name: '许知衡', role: 'inspector' }],
      });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(central.url, code, PASSWORD);
      await unlock.expectOpened();
      const { page } = desk;
      await page.locator('nav.nav [data-page=crossregion]').click();
      await expect(page.getByText('暂无跨区域申请')).toBeVisible();
      await lookHere(page, 'crossregion-none');
      await page.getByRole('button', { name: '新申请' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('查询地区').fill('宁波市');
      await dialog.getByRole('button', { name: '宁波市', exact: true }).click();
      await dialog.getByLabel('事由').fill('杭甬高速改扩建工程联合执法检查');
      await dialog.getByLabel('依据文件').fill('浙应急〔2026〕12号');
      await dialog.getByLabel('完整证件号码').check();
      await expect(dialog.getByRole('button', { name: '提交申请' })).toBeEnabled();
      await lookHere(page, 'crossregion-ask');
      await dialog.getByRole('button', { name: '提交申请' }).click();
      await untilState('待本单位同意');

      const head = await other('1002', 'head', '330600');
      await agree(head);
      const superior = await other('9001', 'approver', '330000', '33');
      await agree(superior);
      await untilState('已授权');
      await lookHere(page, 'crossregion-granted');
      await page.getByRole('button', { name: '取得数据' }).click();
      await expect(page.getByText('授权数据已在本机')).toBeVisible(RUN);

      let id = 0;
      const [batch] = generateRegion(TARGET, () => ++id);
      const idNumber = String(batch?.rows.person?.[0]?.secret?.idNumber);
      const search = page.getByRole('textbox', { name: '在授权数据中查询' });
      await search.fill(idNumber);
      await search.press('Enter');
      await expect(page.locator('.grantrows .tbl tbody tr').first()).toBeVisible(RUN);
      expect(await page.locator('.grantrows').innerText()).not.toContain(idNumber);
      // Bug: a number that the grant says may be shown cannot be, or is shown without a reason, or stays after the dialog.
      await page.locator('.grantrows .tbl .link').first().click();
      const opened = page.getByRole('dialog');
      await expect(opened.getByText('发证机关')).toBeVisible();
      expect(await opened.innerText()).not.toContain(idNumber);
      await opened.getByRole('button', { name: '查看', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: '查看', exact: true }).click();
      await expect(opened.getByText(idNumber, { exact: true })).toBeVisible(RUN);
      await opened.getByRole('button').last().click();
      await expect(page.getByText(idNumber, { exact: true })).toHaveCount(0);
      await search.fill('');
      await search.press('Enter');
      await expect(page.getByText(/共.*120.*条/u)).toBeVisible(RUN);
      await lookHere(page, 'crossregion-rows');
      await page.locator('.grantrows .tbl .link').first().click();
      await expect(page.getByRole('dialog').getByText('发证机关')).toBeVisible();
      await lookHere(page, 'crossregion-record');
      await page.getByRole('dialog').getByRole('button').last().click();
      // Bugs: what was granted, by whom and for how long, that nobody can read any more once the rows are here.
      await page.getByRole('button', { name: '授权内容' }).click();
      await expect(page.getByText('同意，限本次检查使用').first()).toBeVisible();
      await lookHere(page, 'crossregion-granted-what');
      await page.getByRole('button', { name: '授权内容' }).click();
      // Bug: a certificate that its own region has under verification, without the reason.
      await central.createEnrolment({
        ...{ name: '宁波市应急管理局', code: '330200', region: '3302' },
        users: [{ badge: '1', name: '人', role: 'inspector' }],
      });
      const { client } = (central as unknown as { readonly parts: ServerParts }).parts;
      const rows = await client.query<{ id: number }>(
        'select id from e_certificate where slice = 3302',
        [],
      );
      const { mark } = await central.marks.mark(
        ...([
          '330200',
          { certificates: rows.map(({ id }) => Number(id)) },
          '培训机构涉嫌造假',
        ] as const),
      );
      await untilState('核查中');
      await page.locator('.grantrows .tbl .link').first().click();
      await expect(page.getByRole('dialog').getByText('培训机构涉嫌造假')).toBeVisible(RUN);
      await lookHere(page, 'crossregion-marked');
      await page.getByRole('dialog').getByRole('button').last().click();
      await central.marks.lift(mark.id, '查清');
      await untilState('有效');
      // Bugs: granted rows among the own ones, without a mark or an end; counted into the board; still there when they are gone.
      await page.locator('nav.nav [data-page=search]').click();
      const box = page.locator('.hero input').first();
      await box.fill('陈');
      await box.press('Enter');
      const results = page.locator('.results [role="grid"]');
      await expect(results).toBeVisible(RUN);
      const own = await results.getAttribute('aria-rowcount');
      await expect(page.locator('[data-granted]')).toHaveCount(0);
      await page.getByRole('button', { name: '含授权数据' }).click();
      const granted = page.locator('[data-granted]');
      await expect(granted).toContainText('宁波市');
      await expect(granted).toContainText('非本地区数据');
      await expect(granted).toContainText(/剩余|还剩|小时|天/u);
      expect(await results.getAttribute('aria-rowcount')).toBe(own);
      await lookHere(page, 'search-granted');
      await page.locator('nav.nav [data-page=boards]').click();
      await page.getByRole('button', { name: '含授权数据' }).click();
      await expect(granted.locator('[data-status]').first()).toBeVisible(RUN);
      const counts = await granted.locator('[data-status] .num').allInnerTexts();
      expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(120);
      await lookHere(page, 'boards-granted');
      await page.locator('nav.nav [data-page=crossregion]').click();
      await page.getByRole('button', { name: '清除数据' }).click();
      await expect(page.getByRole('button', { name: '取得数据' })).toBeVisible(RUN);
      await page.locator('nav.nav [data-page=boards]').click();
      await expect(granted).toHaveCount(0);
    });
  });
