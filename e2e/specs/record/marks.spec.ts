import { expect, test } from '@playwright/test';
import { generateRegion } from '../../../server/generate/generate';
import { NUMBER_FORMS } from '../../../shared/domain/model';
import { maskName } from '../../../shared/domain/name/mask';
import { dayInShanghai } from '../../../shared/kernel/day';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt } from '../../fixtures/look';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const REGION = '3306';
const DATA = { certificates: 300, seed: 'marks' };
const REASON = '培训档案与考试记录不符';
const PATIENCE = { timeout: 60_000 };

/** Somebody with one certificate, good for long, and a name of his own. */
function holder(): { readonly name: string; readonly number: string } {
  let id = 0;
  const today = dayInShanghai(Date.now());
  const [batch] = generateRegion({ region: REGION, ...DATA, today }, () => ++id);
  const { person = [], certificate = [] } = batch?.rows ?? {};
  for (const { id: one, values, secret } of person) {
    const own = certificate.filter((row) => row.values.holder === one);
    const isAlone = person.filter((other) => other.values.name === values.name).length === 1;
    const [first] = own;
    if (!isAlone || own.length !== 1 || first?.values.baseStatus !== 1) continue;
    if (first.values.numberForm !== NUMBER_FORMS['T-id']) continue;
    const due = Number(first.values.reviewDue ?? Number.POSITIVE_INFINITY);
    if (Math.min(Number(first.values.validTo), due) > today + 200)
      return { name: String(values.name), number: `T${String(secret?.idNumber)}` };
  }
  throw new Error('nobody fits');
}

/** What the centre says of certificates and keys, on the pages. */
test.describe
  .serial('orders of the centre', () => {
    const { name, number } = holder();
    let office: Office;
    let desk: Desk;
    test.beforeAll(async () => {
      office = await startOffice(DATA);
      desk = await startDesk({ args: ['--no-practice'] });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, 'marks 2026');
      await unlock.expectOpened();
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    // Bugs: a marked certificate whose card or page reads as valid, or does not say why and since when.
    test('a certificate under verification says so on its card and its page', async () => {
      const { page } = desk;
      const [{ office: code } = { office: '' }] = await office.centre.lag();
      await office.centre.marks.mark(code, { certificates: [], numbers: [number] }, REASON);
      expect((await invoke(page, 'device.contact', {})).ok).toBe(true);
      await lookAt(page, 'record-marked', async () => {
        const box = page.locator('.qbox input');
        await page.locator('nav.nav button.item').first().click();
        await box.fill(name);
        await box.press('Escape');
        await box.fill(name);
        await page.locator('.qbox button').click();
        const card = page
          .locator('.qc')
          .filter({ hasText: maskName(name) })
          .first();
        await expect(card).toContainText(/核查中|Under verification|تەكشۈرۈ/);
        await card.click();
        await page.locator('article.cert').waitFor();
        await expect(page.locator('.note.warn')).toContainText(REASON);
      });
    });

    // Bugs: a change of the region's keys after which nothing opens, or that nobody is told of.
    test('the sync page tells which keys of the region are in force', async () => {
      const { page } = desk;
      await office.centre.regionKeys.rotate(REGION, { by: '测试', reason: '设备遗失' });
      await page.locator('nav.nav [data-page=sync]').click();
      const former = await office.root();
      await office.mutate({ random: 200, seed: 'keys' });
      const root = await office.root();
      expect(root).not.toBe(former);
      await invoke(page, 'sync.start', {});
      // What is sealed under the new keys was opened: the rows are the centre's.
      await expect
        .poll(async () => {
          const told = await invoke(page, 'sync.status', {});
          return told.ok && told.data.proof.state === 'proven' ? told.data.proof.root : null;
        }, PATIENCE)
        .toBe(root);
      await lookAt(page, 'sync-region-keys', async () => {
        await page.locator('nav.nav [data-page=sync]').click();
        const fact = page
          .locator('li')
          .filter({ hasText: /辖区密钥|Keys of the region|رايون ئاچقۇچى/ });
        await expect(fact).toContainText('2', PATIENCE);
        await fact.scrollIntoViewIfNeeded();
      });
    });
  });
