import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SqlClient } from '../../server/store/sql-client';
import { boardLists } from '../../shared/ipc/board-lists';
import type { SavedBody } from '../../shared/ipc/routes/saved';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3302';
const USERS = [
  { badge: 'A1', name: '王伟', role: 'inspector' as const },
  { badge: 'A2', name: '李静', role: 'inspector' as const },
];
const password = () => new TextEncoder().encode('saved-2026');
const favourite = (id: number): SavedBody => ({ kind: 'favourite', subject: 'certificate', id });

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
const rigs: DeskRig[] = [];
const client = () => (central as unknown as { parts: { client: SqlClient } }).parts.client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-saved-'));
  central = await startCentral({});
  await central.seed({ region: REGION, certificates: 20 });
});
afterAll(async () => {
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** A device of the office, enrolled by the person of a badge. */
async function enrolled(badge: string): Promise<DeskRig> {
  const userData = await mkdtemp(join(folder, 'desk-'));
  const rig = await startDeskRig(userData);
  rigs.push(rig);
  const users = USERS.filter((user) => user.badge === badge);
  const { code } = await central.createEnrolment({
    name: '宁波市应急管理局',
    region: REGION,
    isPractice: true,
    users,
  });
  await rig.office.enrol({ address: central.url, code, password: password() });
  return rig;
}

const saved = (rig: DeskRig) => rig.office.demandServices().saved;
const titles = async (rig: DeskRig) =>
  (await saved(rig).list()).items.map(({ title }) => title).sort();

/** Sends and takes, as if five minutes had passed since the last time. */
async function roam(rig: DeskRig): Promise<void> {
  saved(rig).opened();
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
}

describe('what a person keeps', () => {
  // Would catch: a favourite that stays on one device, a deletion that comes back, or somebody else's that comes down.
  it('is there on each device of the same person, and on no other', async () => {
    const [one, two, other] = [await enrolled('A1'), await enrolled('A1'), await enrolled('A2')];
    const { item } = await saved(one).put({
      item: null,
      title: '王* 低压电工',
      body: favourite(7),
    });
    const search: SavedBody = {
      kind: 'search',
      text: '高处作业',
      filter: { statuses: ['expired'] },
    };
    await saved(one).put({ item: null, title: '过期高处作业', body: search });
    expect((await saved(one).list()).items.map(({ isWaiting }) => isWaiting)).toEqual([true, true]);
    await roam(one);
    expect((await saved(one).list()).items.map(({ isWaiting }) => isWaiting)).toEqual([
      false,
      false,
    ]);
    await roam(two);
    await roam(other);
    expect((await saved(two).list()).items).toMatchObject(
      (await saved(one).list()).items.map(({ item: id, title, body }) => ({
        item: id,
        title,
        body,
      })),
    );
    expect(await titles(other)).toEqual([]);
    await expect(saved(other).remove(item)).rejects.toMatchObject({ code: 'SAVED_GONE' });
    // The same favourite again is the same item, wherever it is chosen.
    expect(await saved(two).put({ item: null, title: '王* 电工', body: favourite(7) })).toEqual({
      item,
    });
    await saved(two).remove(item);
    await roam(two);
    await roam(one);
    expect(await titles(one)).toEqual(['过期高处作业']);
  });

  // Would catch: a change made here that a pull takes back, two devices that end differently, or a loss with the older clock.
  it('ends the same on both devices: the newest that the centre took', async () => {
    const [one, two] = [await enrolled('A1'), await enrolled('A1')];
    const { item } = await saved(one).put({ item: null, title: '初', body: favourite(11) });
    await roam(one);
    await roam(two);
    await saved(one).put({ item, title: '一号机', body: favourite(11) });
    await saved(two).put({ item, title: '二号机', body: favourite(11) });
    // The other one's change arrives first; ours was made before and is taken after.
    await roam(two);
    expect(await titles(one)).toContain('一号机');
    await roam(one);
    expect(await titles(one)).toContain('一号机');
    await roam(two);
    expect(await titles(two)).toContain('一号机');
    // A deletion counts like any other change.
    await saved(two).remove(item);
    await roam(two);
    await saved(one).put({ item, title: '又收藏', body: favourite(11) });
    await roam(one);
    await roam(two);
    expect(await titles(two)).toEqual(await titles(one));
    expect(await titles(one)).toContain('又收藏');
  });

  // Would catch: no bound on either end, a body that is none of its kind's, or an item turned into another kind.
  it('is bounded here and at the centre', async () => {
    const rig = await enrolled('A2');
    const { store, outbox } = rig.office.demandServices();
    const { item } = await saved(rig).put({ item: null, title: '一', body: favourite(1) });
    const columns: SavedBody = { kind: 'columns', list: 'search', columns: ['name'] };
    const turned = saved(rig).put({ item, title: '一', body: columns });
    await expect(turned).rejects.toMatchObject({ code: 'SAVED_GONE' });
    const owner = `${REGION}00-A2`;
    await client().query(
      `insert into saved_item (office, user_id, item, rank, is_deleted, content)
       select '${REGION}00', '${owner}', 'filler-' || n, 1000 + n, false, ''::bytea from generate_series(1, 500) n`,
    );
    await roam(rig).catch(() => undefined);
    const { items } = await outbox.view();
    expect(items).toMatchObject([{ kind: 'saved-item', reason: 'saved-full' }]);
    await client().query(`delete from saved_item where item like 'filler-%'`);
    // Here: as many rows as there may be, then one more.
    const changes = Array.from({ length: 500 }, (_, i) => ({
      rank: 2_000 + i,
      item: {
        item: `01J${String(i).padStart(23, '0')}`,
        kind: i === 0 ? 'from-the-future' : 'favourite',
        title: `第${i}项`,
        body: i === 0 ? '{"what":"ever"}' : `{"id":${i + 50},"subject":"certificate"}`,
        isDeleted: false,
      },
    }));
    await store.call('savedTake', { userId: owner, changes, head: null });
    const more = saved(rig).put({ item: null, title: '多一项', body: favourite(9_999) });
    await expect(more).rejects.toMatchObject({ code: 'SAVED_FULL', params: { limit: 500 } });
    // What a newer program saved is kept and shown as what it is.
    const strange = (await saved(rig).list()).items.filter(({ body }) => body === null);
    expect(strange.map(({ title }) => title)).toEqual(['第0项']);
  });

  // Would catch: a device that never learns anything again because the centre was restored to before what it had seen.
  it('comes down anew from a centre that was restored', async () => {
    const [one, two] = [await enrolled('A1'), await enrolled('A1')];
    await saved(one).put({ item: null, title: '甲', body: favourite(21) });
    await roam(one);
    await roam(two);
    const owner = `${REGION}00-A1`;
    await client().query(`update saved_head set head = 0 where user_id = '${owner}'`);
    await client().query(`delete from saved_item where user_id = '${owner}'`);
    await saved(one).put({ item: null, title: '乙', body: favourite(22) });
    await roam(one);
    await roam(two);
    await roam(two);
    expect(await titles(two)).toContain('乙');
  });
});

describe('what a person comes back to', () => {
  const ask = async (rig: DeskRig, route: string, input: unknown) => {
    const { store } = rig.office.demandServices();
    const answer = (await store.call('portRequest', { route, input })) as {
      readonly ok: boolean;
      readonly data: {
        readonly items: readonly {
          id: number;
          personId: number;
          companyId: number;
          maskedId: string;
        }[];
      };
    };
    expect(answer.ok).toBe(true);
    return answer.data;
  };
  const question = { text: '', filter: {}, offset: 0, limit: 50 };

  // Would catch: a change at a synchronisation that nobody is told of, one that is told for ever or after it was seen,
  // a new favourite that counts as changed, a followed company that does not see its staff's certificates.
  it('is told what changed in what is followed, once', async () => {
    const rig = await enrolled('A1');
    await roam(rig);
    const { watch } = rig.office.demandServices();
    for (const { item } of (await saved(rig).list()).items) await saved(rig).remove(item);
    const { items } = await ask(rig, 'search.query', {
      ...question,
      filter: { statuses: ['valid'] },
    });
    const [one] = items;
    if (one === undefined) throw new Error('no certificate');
    const tail = one.maskedId.slice(-4);
    const subjects: SavedBody[] = [
      favourite(one.id),
      { kind: 'favourite', subject: 'person', id: one.personId },
      { kind: 'favourite', subject: 'company', id: one.companyId },
      { kind: 'search', text: '', filter: { statuses: ['valid'] } },
      { kind: 'search', text: tail, filter: {} },
      { kind: 'search', text: '', filter: { statuses: ['valid'] }, period: 'next-90' },
      { kind: 'columns', list: 'search-quick', columns: ['name'] },
    ];
    for (const [i, body] of subjects.entries())
      await saved(rig).put({ item: null, title: `第${i}项`, body });
    expect(await watch.follow.list()).toMatchObject({ changed: 0 });
    expect((await watch.follow.list()).items).toHaveLength(6);
    // Digits are asked once, as a look-up of the person, and nowhere in plain.
    const asked = async () => {
      const { rows } = await watch.history.list(null);
      expect(JSON.stringify(rows)).not.toContain(tail);
      return rows.filter((row) => row.hasDigits).length;
    };
    const before = await asked();
    await central.mutate({ region: REGION, revoke: one.id, reason: '事故处罚' });
    await roam(rig);
    const told = await watch.follow.list();
    expect(told.changed).toBe(5);
    expect(await asked()).toBe(before + 1);
    expect(told.items.every(({ before, now }) => before !== null && now !== null)).toBe(true);
    // Another asking does not make it seen; a desk that was locked in between knows it still.
    expect((await watch.follow.list()).changed).toBe(5);
    expect(await asked()).toBe(before + 1);
    await watch.follow.see(told.items.slice(0, 3).map(({ item }) => item));
    expect((await watch.follow.list()).changed).toBe(2);
    await watch.follow.see(told.items.map(({ item }) => item));
    expect((await watch.follow.list()).changed).toBe(0);
  });

  // Would catch: somebody else's look-ups, digits in plain, a cleared list that comes back, a log that is cleared too.
  it('has its own look-ups, clears them, and the log keeps them', async () => {
    const rig = await enrolled('A2');
    await roam(rig);
    const { watch, store } = rig.office.demandServices();
    const { items } = await ask(rig, 'search.query', { ...question, text: '王' });
    await ask(rig, 'search.query', { ...question, text: '19800101' });
    const id = items[0]?.id ?? (await ask(rig, 'search.query', question)).items[0]?.id ?? 0;
    const personId = (await ask(rig, 'search.query', question)).items[0]?.personId ?? 0;
    await ask(rig, 'records.certificate', { id });
    await ask(rig, 'records.person', { id: personId });
    const { rows } = await watch.history.list(null);
    expect(rows[0]).toMatchObject({ kind: 'view-person', subject: personId });
    expect(rows[0]?.label).toMatch(/\*/);
    expect(rows.find(({ kind }) => kind === 'reveal')).toMatchObject({
      text: null,
      hasDigits: true,
    });
    expect(JSON.stringify(rows)).not.toContain('19800101');
    expect(rows.map((row) => row.id)).toEqual([...rows.map((row) => row.id)].sort((a, b) => b - a));
    const before = await store.call('auditVerify', {});
    expect((await watch.history.clear()).cleared).toBe(rows.length);
    expect((await watch.history.list(null)).rows).toEqual([]);
    const after = await store.call('auditVerify', {});
    expect(after).toMatchObject({ isIntact: true, entries: before.entries + 1 });
    await ask(rig, 'search.query', { ...question, text: '李' });
    expect((await watch.history.list(null)).rows).toHaveLength(1);
  });

  // Would catch: two lists of one month, one that is lost with the session, figures that are not the list's.
  it('has one reminder list a month, whatever is opened and closed', async () => {
    const rig = await enrolled('A1');
    await roam(rig);
    const { watch, store } = rig.office.demandServices();
    const [first] = await Promise.all([watch.reminders.list(), watch.reminders.makeWhenDue()]);
    expect(first.lists).toHaveLength(1);
    const { day, counts } = first.lists[0] ?? { day: 0, counts: null };
    for (const [key, days] of [
      ['d7', 7],
      ['d30', 30],
      ['d60', 60],
      ['d90', 90],
    ] as const) {
      const filter = boardLists.within(day, days);
      expect(counts?.[key]).toBe((await store.call('countFilter', { filter })).count);
    }
    await rig.office.lock('person');
    const opened = await rig.office.open({ badge: 'A1', password: password() });
    expect(opened.outcome).toBe('opened');
    const again = await rig.office.demandServices().watch.reminders.list();
    expect(again.lists).toEqual(first.lists);
  });
});
