import { readFileSync } from 'node:fs';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { generateRegion } from '../../server/generate/generate';
import { dayInShanghai } from '../../shared/kernel/day';
import { lookHere } from '../fixtures/look';
import { UnlockPage } from '../pages/unlock-page';
import { startTestCentral as startCentral } from '../rigs/central';
import { installedAt, required } from './installed';

const PASSWORD = 'installed 2026';
const today = dayInShanghai(Date.now());
const DATA = { region: '3306', certificates: 500, seed: 'e2e', today };
/** The generator makes the same people again. */
const sample = String([...generateRegion(DATA, () => 1)][0]?.rows.person?.[0]?.values.name);
const USERS = [{ badge: '330600127', name: '许知衡', role: 'inspector' as const }];

/**
 * The package that the tests may drive, as an ordinary user, in the real sandbox. It differs from a release in one fuse
 * and in one refusal (see fuses.spec.ts).
 */
test.describe
  .serial('a package', () => {
    let central: Awaited<ReturnType<typeof startCentral>>;
    let app: ElectronApplication;
    let page: Page;
    test.beforeAll(async () => {
      central = await startCentral();
      await central.seed(DATA);
      // Where it was installed by the system's own tools, how its user starts it (npm run proof -- install).
      const start =
        process.env.FIELDCERT_PACKAGE_START ?? installedAt(required('FIELDCERT_PACKAGE_E2E')).start;
      app = await _electron.launch({ executablePath: start, chromiumSandbox: true });
      page = await app.firstWindow();
    });
    test.afterAll(async () => {
      await app?.close();
      await central?.close();
    });

    // Bug: a package that lacks a file which is there in a checkout: a font, a native module, a worker, a rule pack.
    test('goes from the first run to the first search', async () => {
      const slip = await central.createEnrolment({
        name: '绍兴市应急管理局',
        region: '3306',
        users: USERS,
        isPractice: true,
      });
      const unlock = new UnlockPage(page);
      await unlock.openEnrolForm();
      await unlock.enrol(central.url, slip.code, PASSWORD);
      await unlock.expectOpened();
      await page.locator('nav.nav [data-page=search]').click();
      const box = page.locator('.qbox .q');
      await box.fill(sample);
      await box.press('Enter');
      // Names are shown masked: all but the first and the last character.
      const masked = `${sample.slice(0, 1)}*${sample.slice(-1)}`;
      const cards = page.getByRole('region', { name: '前几条结果' });
      await expect(cards.getByText(masked).first()).toBeVisible();
    });

    // Bug: a package that does not say whose work is in it, though their licences ask for that.
    test('says whose work is in it', async () => {
      await page.locator('nav.nav [data-page=security]').click();
      await page
        .getByRole('radio', { name: '关于' })
        .or(page.getByRole('button', { name: '关于' }))
        .first()
        .click();
      const row = page.getByRole('row').filter({ has: page.getByText('react', { exact: true }) });
      await expect(row).toContainText('MIT');
      await lookHere(page, 'about');
      await row.getByRole('button', { name: '查看' }).click();
      await expect(page.locator('dialog')).toContainText('Permission is hereby granted');
      await lookHere(page, 'about-licence');
      await page.locator('dialog').getByRole('button', { name: '关闭' }).first().click();
    });

    // Bug: a package whose pages run outside the system's sandbox, or as root.
    test('runs its pages in the sandbox, as an ordinary user', async () => {
      const pids = await app.evaluate(({ app: electron }) =>
        electron
          .getAppMetrics()
          .filter(({ type }) => type === 'Tab')
          .map(({ pid }) => pid),
      );
      expect(pids.length).toBeGreaterThan(0);
      for (const pid of pids) {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        expect(status).toMatch(/^Seccomp:\s+2$/m);
        expect(status).not.toMatch(/^Uid:\s+0\s/m);
      }
    });
  });
