import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { formsOfKey, formsOfText } from '../../fixtures/memory/key-forms';
import { isRunning, type Process, processTree, textOf } from '../../fixtures/memory/process-tree';
import { type Needle, scanMemory } from '../../fixtures/memory/scan-memory';
import { trueKeys } from '../../fixtures/memory/true-keys';
import { type Office, startOffice } from '../../fixtures/office';
import { DeskPage } from '../../pages/desk-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'Quartz-Heron 88 memory';
const BADGE = '330600127';

/** What lies in the memory of a locked desk, read from outside as a debugger or a dump would. */
test.describe
  .serial('memory after a lock', () => {
    test.setTimeout(600_000);
    let office: Office;
    let desk: Desk;
    let page: DeskPage;
    let keys: readonly Needle[];
    let main: number;

    test.beforeAll(async () => {
      office = await startOffice({ certificates: 1000 });
      desk = await startDesk({ args: ['--no-practice'] });
      main = await desk.app.evaluate(() => process.pid);
      page = new DeskPage(desk.page);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    const tree = () => processTree(main);
    const isOurs = (one: Process) =>
      ['store', 'node.mojom.NodeService'].includes(one.what) || one.what === 'page';

    test('probe', async () => {
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
      await page.lock();
      await unlock.unlock(PASSWORD);
      await unlock.expectOpened();
      await page.goTo('查询');
      await page.search(office.sample.name);
      await page.openFirstResult();
      const found = await invoke(desk.page, 'search.query', {
        text: office.sample.idNumber,
        filter: {},
        offset: 0,
        limit: 1,
      });
      const certificateId = found.ok ? (found.data.items[0]?.id ?? 0) : 0;
      await invoke(desk.page, 'records.reveal', {
        certificateId,
        reason: 'on-site-check',
        note: '',
      });
      await invoke(desk.page, 'sync.start', {});
      await desk.page.waitForTimeout(2000);

      const all = await trueKeys(desk.userData, BADGE, PASSWORD);
      keys = [...all].flatMap(([name, key]) => formsOfKey(name, key));
      const needles = [
        ...keys,
        ...formsOfText('password', PASSWORD),
        ...formsOfText('record name', office.sample.name),
        ...formsOfText('record ID', office.sample.idNumber),
      ];
      report('before', tree(), needles);
      const old = tree().filter(isOurs);
      await page.lock();
      await expect
        .poll(() => old.filter(({ pid }) => isRunning(pid)), { timeout: 30_000 })
        .toEqual([]);
      report('after', tree(), needles);
      for (const one of tree()) {
        textOf(one.pid, 'environ');
      }
    });
  });

function report(when: string, tree: readonly Process[], needles: readonly Needle[]) {
  for (const { pid, what } of tree) {
    const t = Date.now();
    const { sightings, bytes } = scanMemory(pid, needles);
    const counts = new Map<string, number>();
    for (const { label, where } of sightings) {
      const k = `${label} ${where}`;
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    console.log(when, what, pid, `${(bytes / 1e6).toFixed(0)} MB ${Date.now() - t} ms`);
    for (const [label, n] of counts) console.log('    ', label, n);
  }
}
