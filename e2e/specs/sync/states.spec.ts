import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { dataPaths } from '../../../electron/platform/paths';
import type { WritableDb } from '../../../electron/store/database';
import { sql } from '../../../electron/store/sql/tag';
import { openWritable } from '../../../electron/store/sqlcipher';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { lookAt, overflowOf } from '../../fixtures/look';
import { trueKeys } from '../../fixtures/memory/true-keys';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const BADGE = '330600127';
const PASSWORD = 'every state 2026';
const SLOW_KBPS = 8;
const PATIENCE = { timeout: 120_000 };
const DAYS_AWAY = 12;

/** What a person reads as a number: digits without what groups them. */
const numberOf = (text: string | null | undefined) => Number((text ?? '').replace(/[^\d]/g, ''));

test.describe
  .serial('every state of the sync page', () => {
    let office: Office;
    let desk: Desk;
    let userData: string;
    test.beforeAll(async () => {
      test.setTimeout(240_000);
      office = await startOffice({ certificates: 3_000 });
      await office.centre.seed({ region: '3307', certificates: 20, seed: 'neighbour' });
      userData = await mkdtemp(join(tmpdir(), 'fieldcert-states-'));
      const settings = {
        limitKBps: SLOW_KBPS,
        isMetered: false,
        isPaused: false,
        proxy: { kind: 'none' },
      };
      await writeFile(join(userData, 'line.json'), JSON.stringify(settings));
      desk = await startDesk({ args: ['--no-practice'], userData });
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
      await rm(userData, { recursive: true, force: true });
    });
    test.beforeEach(() => test.setTimeout(300_000));

    const openPage = async () => {
      await desk.page.locator('nav.nav [data-page=sync]').click();
      await desk.page.locator('.proof').waitFor();
    };
    const status = async () => {
      const answer = await invoke(desk.page, 'sync.status', {});
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.data;
    };
    const settled = async () => {
      await expect.poll(async () => (await status()).running, PATIENCE).toBeNull();
    };

    // Bug: a first load whose page shows a total, bytes or a rate that are not the run's, or more done than there is.
    test('the first load says how far it is, in numbers that are true', async () => {
      const shown = desk.page.locator('.syncrun .kv dd');
      await expect(shown.first()).toContainText('/', PATIENCE);
      const [done, total] = ((await shown.first().textContent()) ?? '').split('/').map(numberOf);
      const after = (await status()).running;
      expect(after).toMatchObject({ isFirst: true, totalRows: total });
      expect(done).toBeLessThanOrEqual(after?.doneRows ?? 0);
      // Pictures alone: axe looks at this page where it waits (line.spec.ts), and here the load would end under it.
      for (const locale of ['en', 'ug', 'zh-CN'] as const) {
        await invoke(desk.page, 'settings.set', { locale });
        await desk.page.waitForTimeout(400);
        await desk.page.screenshot({ path: `out/test/screens/first-running.${locale}.png` });
        expect(await overflowOf(desk.page)).toBeLessThanOrEqual(0);
      }
      await expect(shown.first()).toBeVisible();
      await invoke(desk.page, 'line.set', { limitKBps: null });
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('proven');
      await settled();
      const { counts, runs } = await status();
      const early = ENTITY_ORDER.filter((entity) => !ENTITIES[entity].isLate);
      expect(early.reduce((sum, entity) => sum + (counts[entity] ?? 0), 0)).toBe(total);
      expect(runs[0]).toMatchObject({ isFirst: true, outcome: 'done' });
    });

    // Bug: a refusal that the page hides or counts wrongly, without its reason, or an export without what was refused.
    test('what the centre refused is there with its reason, and can be saved', async () => {
      await invoke(desk.page, 'line.set', { isPaused: true });
      const found = await invoke(desk.page, 'search.query', {
        text: office.sample.name,
        filter: {},
        offset: 0,
        limit: 1,
      });
      const item = found.ok ? found.data.items[0] : undefined;
      if (item === undefined) throw new Error('nobody of that name');
      const record = await invoke(desk.page, 'records.certificate', { id: item.id });
      if (!record.ok || record.data.record === null) throw new Error('no record');
      const report = {
        certificate: item.id,
        title: item.number,
        rev: record.data.record.rev,
        field: 'company' as const,
        proposed: '绍兴第一矿业有限公司',
        note: '现场核实，单位已变更。',
        handles: [],
      };
      expect(await invoke(desk.page, 'reports.correction', report)).toMatchObject({ ok: true });
      await office.mutate({ movePerson: item.personId, to: '3307' });
      await invoke(desk.page, 'line.set', { isPaused: false });
      // The centre says a state once a second: a run just after the change may be told the former one.
      await expect
        .poll(async () => {
          await invoke(desk.page, 'sync.start', {});
          return (await status()).rejected;
        }, PATIENCE)
        .toBe(1);
      await settled();
      await openPage();
      const panel = desk.page.locator('.workitems');
      await expect(panel).toContainText('已不在本辖区');
      const target = join(userData, 'saved.json');
      await desk.app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath });
      }, target);
      await desk.page.getByRole('button', { name: '导出上报文件' }).click();
      await expect
        .poll(() => readFile(target, 'utf8').catch(() => ''), PATIENCE)
        .toContain('correction');
      await lookAt(desk.page, 'sync-rejected', async () => {
        await openPage();
        await expect(panel).toBeVisible(PATIENCE);
      });
      expect((await status()).proof.moves).toBe('equal');
    });

    // Bug: names or the places where certificates went, altered on the disk, that no cell of the page tells.
    test('altered names and moves are told in cells of their own, and mended', async () => {
      await invoke(desk.page, 'line.set', { isPaused: true });
      await withFile((db) => {
        db.run(sql`update sync_state set value = json_set(value, '$.altered', 1)
          where name = 'reference-pack'`);
        expect(db.run(sql`update tombstone set day = day - 1 where movedTo <> 0`)).toBeGreaterThan(
          0,
        );
      });
      await expect.poll(async () => (await status()).proof.why, PATIENCE).toBe('names-differ');
      expect((await status()).proof).toMatchObject({ names: 'differ', moves: 'differ' });
      await lookAt(desk.page, 'sync-names-moves', openPage);
      await invoke(desk.page, 'line.set', { isPaused: false });
      await invoke(desk.page, 'sync.start', {});
      await expect.poll(async () => (await status()).proof.state, PATIENCE).toBe('proven');
      await settled();
      expect((await status()).proof).toMatchObject({ names: 'equal', moves: 'equal' });
    });

    // Bug: data of last week that read as of today, on the page of records, on this one or in the bar above all.
    test('old data are told on every page and in the bar', async () => {
      await office.stopCentral();
      await desk.app.evaluate((_, days) => {
        const now = Date.now;
        Date.now = () => now() + days * 86_400_000;
      }, DAYS_AWAY);
      await expect.poll(async () => (await status()).isStale, PATIENCE).toBe(true);
      const notice = desk.page.locator('.note.warn').first();
      await lookAt(desk.page, 'sync-stale', async () => {
        await openPage();
        await expect(notice).toBeVisible(PATIENCE);
      });
      const bar = desk.page.locator('header.topbar');
      await expect(bar).toContainText('待更新');
      await lookAt(desk.page, 'search-stale', async () => {
        await desk.page.locator('nav.nav [data-page=search]').click();
        await expect(notice).toBeVisible(PATIENCE);
      });
    });

    /** The slice's file, opened beside the desk by somebody who has its key. */
    async function withFile(act: (db: WritableDb) => void): Promise<void> {
      const key = (await trueKeys(userData, BADGE, PASSWORD)).get('slice');
      if (key === undefined) throw new Error('no key of the slice');
      const path = dataPaths(userData).slice;
      const db = openWritable({ path, key, mayCreate: false, isDurable: false });
      try {
        act(db);
      } finally {
        db.close();
      }
    }
  });
