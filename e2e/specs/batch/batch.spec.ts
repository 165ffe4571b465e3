import { expect, test } from '@playwright/test';
import type { Answer } from '../../../shared/ipc/define';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk, windowOpenedBy } from '../../fixtures/desk';
import { lookAt, lookHere } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'batch check 2026';
const PATIENCE = { timeout: 120_000 };

async function told<T>(answer: Promise<Answer<T>>): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(result.error.code);
  return result.data;
}

test.describe
  .serial('batch verification', () => {
    let office: Office;
    let desk: Desk;
    test.beforeAll(async () => {
      test.setTimeout(240_000);
      const users = [{ badge: '330600127', name: '许知衡', role: 'head' as const }];
      office = await startOffice({ certificates: 1_000, users, withToken: true });
      desk = await startDesk({ args: ['--no-practice'], env: office.deskEnv });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });
    test.beforeEach(() => test.setTimeout(300_000));

    const openPage = async () => {
      await desk.page.locator('nav.nav [data-page=batch]').click();
    };
    /** A list of people who are in the slice, and of some who are not, dropped on the page as from a file manager. */
    const dropList = async () => {
      const people = office.people.slice(0, 200);
      const lines = [
        '序号,姓名,身份证号,单位名称',
        ...people.map(({ name, idNumber }, i) => `${i + 1},${name},'${idNumber},某公司`),
        "201,张三,'11010519491231002X,某公司",
        '202,李四,1.10105E+17,某公司',
        `203,赵某某,'${people[0]?.idNumber},某公司`,
      ];
      const transfer = await desk.page.evaluateHandle((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], '某公司人员名单.csv'));
        return data;
      }, lines.join('\n'));
      await desk.page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
      await expect(desk.page.locator('.batchmap')).toBeVisible(PATIENCE);
    };

    /** Certificates of the rows of the last list that are in force. */
    const validOnes = async () => {
      const { batches } = await told(invoke(desk.page, 'batch.list', {}));
      const batch = batches[0]?.id ?? '';
      const input = { batch, verdicts: ['valid' as const], offset: 0, limit: 200 };
      const { rows } = await told(invoke(desk.page, 'batch.rows', input));
      return rows.flatMap(({ certificateId }) => certificateId ?? []);
    };
    const mark = async (certificates: number[]) => {
      const [{ office: code } = { office: '' }] = await office.centre.lag();
      await office.centre.marks.mark(code, { certificates, numbers: [] }, '培训档案与考试记录不符');
      expect((await invoke(desk.page, 'device.contact', {})).ok).toBe(true);
    };

    // Bug: a list cannot be brought by hand, its columns are not shown, or an ID stands in the page unmasked.
    test('takes a list and shows which column is what', async () => {
      await openPage();
      await lookAt(desk.page, 'batch-empty', async () => {
        await openPage();
        await desk.page.locator('.drop.big').waitFor();
      });
      await lookAt(desk.page, 'batch-mapping', async () => {
        await openPage();
        await dropList();
      });
      await expect(desk.page.locator('.batchmap')).toContainText('203');
      // Bug: nobody says before the run that a spreadsheet ruined the numbers of a column.
      await expect(desk.page.locator('.batchtry')).toContainText('202');
      await expect(desk.page.locator('.batchtry')).toContainText('科学计数');
      await expect(desk.page.locator('.batchtry')).toContainText('203');
      const [person] = office.people;
      await expect(desk.page.locator('.batchsample')).not.toContainText(person?.idNumber ?? '-');
    });

    // Bug: the verdicts do not arrive on the page, "not here" reads like "fake", or a pile shows other rows than it counts.
    test('judges every row and sorts them into piles', async () => {
      await desk.page.getByRole('button', { name: '开始核验' }).click();
      const tabs = desk.page.locator('.results .tabs');
      await expect(tabs).toContainText('203', PATIENCE);
      // Bug: a list judged just now stays green after a mark that came while another page was open.
      const again = desk.page.locator('.results .note button');
      await expect(again).toHaveCount(0);
      await desk.page.locator('nav.nav [data-page=search]').click();
      await mark((await validOnes()).slice(0, 1));
      await openPage();
      await again.click(PATIENCE);
      await expect(desk.page.locator('.results [role=row]')).toHaveCount(2, PATIENCE);
      await lookAt(desk.page, 'batch-result', async () => {
        await openPage();
        await desk.page.locator('.chip.pick select').first().selectOption({ index: 1 });
        await tabs.waitFor();
        await expect(desk.page.locator('.results [role=row]').nth(3)).toBeVisible(PATIENCE);
      });
      await tabs.getByRole('button', { name: /待核实/ }).click();
      const table = desk.page.locator('.results');
      await expect(table).toContainText('本机数据中没有', PATIENCE);
      await expect(table).toContainText('号码有误');
      await expect(table).toContainText('姓名不一致');
      await expect(table).not.toContainText('假证');
    });

    // Bug: a list that is opened again stands there as if it were of now, although certificates of it were marked since.
    test('says which rows read otherwise when it is opened again', async () => {
      const { page } = desk;
      await mark((await validOnes()).slice(0, 3));
      await lookAt(page, 'batch-again', async () => {
        await openPage();
        await page.locator('.chip.pick select').first().selectOption({ index: 1 });
        await page.locator('.results .note button').click(PATIENCE);
        await expect(page.locator('.results [role=row]')).toHaveCount(4, PATIENCE);
        await expect(page.locator('.results')).toContainText(/核查中|Under verification|تەكشۈر/);
      });
      await page.locator('.results .tabs button').first().click();
      await expect(page.locator('.results [role=row]').nth(6)).toBeVisible(PATIENCE);
    });

    const dropText = async (name: string, lines: readonly string[]) => {
      const transfer = await desk.page.evaluateHandle(
        (file) => {
          const data = new DataTransfer();
          data.items.add(new File([file.text], file.name));
          return data;
        },
        { name, text: lines.join('\n') },
      );
      await desk.page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
    };
    const openHandIn = async () => {
      await openPage();
      await desk.page.locator('.phead .seg label').nth(1).click();
    };
    const NEW = '低压电工作业,2026-01-02,2032-01-01,某公司';
    const newCertificates = [
      '姓名,身份证号,证书编号,证书类别,操作项目,有效期起,有效期至,单位名称',
      `张三,'11010519491231002X,JX-1,特种作业操作证,${NEW}`,
      `李四,'440524188001010014,JX-2,特种作业操作证,${NEW}`,
      `王五,'110105194912310021,JX-3,特种作业操作证,${NEW}`,
      `赵六,'11010519491231002X,JX-4,驾驶证,${NEW}`,
    ];

    // Bug: a list goes to the centre unread or unsigned, what is wrong with its rows is not said, the answer never shows.
    test('hands a list in under a signature, and shows what became of each row', async () => {
      await lookAt(desk.page, 'import-empty', async () => {
        await openHandIn();
        await desk.page.locator('.drop.big').waitFor();
      });
      const review = desk.page.locator('.results');
      await lookAt(desk.page, 'import-tried', async () => {
        await openHandIn();
        await dropText('新证书.csv', newCertificates);
        await expect(review).toContainText('王', PATIENCE);
      });
      await expect(review).toContainText(/2.? 行可报送/u);
      await expect(review).toContainText('校验位不符');
      await expect(review).toContainText('证书类别无法识别');
      const window = await windowOpenedBy(desk, () =>
        desk.page.getByRole('button', { name: '用 U-Key 签名报送' }).click(),
      );
      await expect(window.getByText('签名后报送名单')).toBeVisible(PATIENCE);
      // The PIN is taken once the keys are listed.
      await window.locator('.tok.on').waitFor(PATIENCE);
      await window.getByLabel('U-Key PIN 码').first().focus();
      await window.keyboard.type(office.pin);
      await window.getByRole('button', { name: '确认签名' }).click();
      const list = desk.page.locator('.page table');
      await expect(list).toContainText('新证书.csv', PATIENCE);
      await invoke(desk.page, 'sync.start', {});
      await expect(list).toContainText('中心已回复', PATIENCE);
      await expect(list).toContainText(/受理 .?2.? 行/u);
      await lookHere(desk.page, 'import-list');
      await desk.page.getByRole('button', { name: '新证书.csv' }).click();
      await expect(review).toContainText('已受理', PATIENCE);
      await lookHere(desk.page, 'import-rows');
      await desk.page.locator('.phead .seg label').first().click();
      await desk.page.locator('.chip.pick select').first().selectOption({ index: 1 });
      await expect(review).toContainText('203', PATIENCE);
    });

    // Bug: a file that is no list, or an empty one, is answered by nothing, by English, or takes the page along.
    test('says what is wrong with a file, and that it is offline', async () => {
      await desk.page.getByRole('button', { name: '核验新名单' }).click();
      await office.stopCentral();
      await invoke(desk.page, 'sync.start', {});
      const give = async (name: string, bytes: number[]) => {
        const transfer = await desk.page.evaluateHandle(
          (file) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(file.bytes)], file.name));
            return data;
          },
          { name, bytes },
        );
        await desk.page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
        await expect(desk.page.locator('.batchdrop .note')).toBeVisible(PATIENCE);
      };
      await lookAt(desk.page, 'batch-refused-offline', async () => {
        await openPage();
        await give('旧名单.xls', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]);
      });
      await expect(desk.page.locator('.batchdrop .note')).toContainText('旧版 .xls');
      await give('空名单.csv', []);
      await expect(desk.page.locator('.batchdrop .note')).toContainText('没有数据');
      await desk.page.locator('.chip.pick select').first().selectOption({ index: 1 });
    });

    // Bug: a check cannot be taken back from the page, or stays in the list of earlier ones.
    test('is taken back', async () => {
      await desk.page.getByRole('button', { name: '撤销', exact: true }).click();
      await expect(desk.page.locator('.drop.big')).toBeVisible(PATIENCE);
      await expect(desk.page.locator('.phead .chip.pick')).toHaveCount(0);
    });
  });
