import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putAside, writePutAside } from '../../electron/main/services/restore/put-aside';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk } from './desk-rig';

const password = () => new TextEncoder().encode('former-2026');
const FEEDBACK = { topic: 'wish', text: '希望增加打印', program: 'test' } as const;
const BACKUP = { createdMs: 1_790_000_000_000, generation: 3 };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
let rig: DeskRig;
let device: string;
const services = () => rig.office.demandServices();
const former = () => services().formerOffices;
const pathOf = (id: number) => join(rig.userData, `office.before-restore-${id}`);

/** As a restore leaves it: all that the office was, under another name. */
async function putAsideNow(id: number, isNoted: boolean): Promise<void> {
  await cp(join(rig.userData, 'office'), pathOf(id), { recursive: true });
  if (!isNoted) return;
  const note = putAside({ atMs: 1_790_000_500_000, backup: BACKUP, isJournalKept: false });
  await writePutAside(pathOf(id), note);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-former-'));
  central = await startCentral();
  await central.seed({ region: '3304', certificates: 30 });
  proxy = await startCuttingProxy(central.url);
  // Nothing goes up by itself.
  proxy.setDown(true);
  const users = [{ badge: 'H1', name: '沈怀谨', role: 'head' as const }];
  const how = { region: '3304', users };
  ({ rig, device } = await enrolDesk(central, password(), how, { through: proxy }));
  for (let i = 0; i < 3; i++) await services().outbox.tell('feedback', FEEDBACK);
});
afterAll(async () => {
  await rig?.close();
  await proxy?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.sequential('offices that restores put aside', () => {
  // Would catch: one that nobody can see, the practice office's or a stranger's folder taken for one, a wrong size or date.
  it('are listed with what is known of them, newest first', async () => {
    expect(await former().list()).toEqual([]);
    await putAsideNow(1, false);
    await putAsideNow(2, true);
    await mkdir(join(rig.userData, 'practice.before-restore-9'));
    await mkdir(join(rig.userData, 'office.before-restore-x'));
    const [second, first, ...others] = await former().list();
    expect(others).toEqual([]);
    expect(second).toMatchObject({
      id: 2,
      atMs: 1_790_000_500_000,
      backup: BACKUP,
      isJournalKept: false,
      exportedMs: null,
    });
    expect(first).toMatchObject({ id: 1, backup: null });
    expect(Math.abs((first?.atMs ?? 0) - Date.now())).toBeLessThan(3_600_000);
    expect(second?.bytes).toBeGreaterThan(100_000);
  });

  // Would catch: reports that exist nowhere else and cannot be brought to the centre, plain text on the stick, keys on it.
  it('are handed to the centre, which reads their reports and their log', async () => {
    rig.chosen.folder = null;
    expect(await former().export(2)).toBeNull();
    const stick = join(folder, 'stick');
    await mkdir(stick);
    rig.chosen.folder = stick;
    const done = await former().export(2);
    expect(done?.isReadable).toBe(true);
    const out = join(stick, done?.folder ?? '');
    const names = await readdir(out);
    expect(names).toEqual(expect.arrayContaining(['evidence.json', 'journal.db', 'salvage.db']));
    expect(names.some((name) => name.startsWith('keyslots'))).toBe(false);
    for (const name of names)
      expect((await readFile(join(out, name))).includes(FEEDBACK.text)).toBe(false);
    const sealed: string[] = [];
    const read = await central.readSalvage(out, {
      readable: () => undefined,
      command: (line) => void sealed.push(line),
    });
    expect(read).toMatchObject({ device, commands: 3, damagedPages: 0, unreadable: [] });
    expect(read.auditEntries).toBeGreaterThan(0);
    expect(await central.importOutbox(sealed.join('\n'))).toMatchObject({ device, commands: 3 });
    expect((await former().list())[0]?.exportedMs).not.toBeNull();
  });

  // Would catch: an export that fails for good where the keys have changed, though its files are there.
  it('whose journal the present keys do not open go along as they lie there', async () => {
    await putAsideNow(3, true);
    const journal = join(pathOf(3), 'journal.db');
    const bytes = await readFile(journal);
    // Another salt is another key for every page.
    bytes.fill(7, 0, 16);
    await writeFile(journal, bytes);
    await rm(`${journal}-wal`, { force: true });
    const done = await former().export(3);
    expect(done?.isReadable).toBe(false);
    const copy = await readFile(join(folder, 'stick', done?.folder ?? '', 'journal.db'));
    // Two within one second: neither writes into the other's folder.
    const again = await former().export(3);
    expect(again?.folder).not.toBe((await former().export(3))?.folder);
    expect(copy.equals(bytes)).toBe(true);
  });

  // Would catch: a deletion that takes the present office or another one along, leaves a key, or leaves no trace.
  it('go for good when somebody says so, and only that one', async () => {
    await former().remove(2);
    expect(existsSync(pathOf(2))).toBe(false);
    expect((await former().list()).map(({ id }) => id)).toEqual([3, 1]);
    await expect(former().remove(2)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(former().export(7)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const headers = await services().store.call('auditHeaders', { after: 0, limit: 1_000 });
    const kinds = JSON.stringify(headers);
    expect(kinds).toContain('former-delete');
    expect(kinds).toContain('former-export');
    expect((await services().outbox.state()).pending).toBe(3);
    await rig.office.lock('person');
    expect(await rig.office.open({ badge: 'H1', password: password() })).toMatchObject({
      outcome: 'opened',
    });
  });
});

describe.sequential('the term of the look-ups', () => {
  // Would catch: look-ups that outlive their term in a folder that nobody opens, reports that exist nowhere else
  // destroyed by a calendar, a deletion that the log does not have, the present office or a younger one taken along.
  it('ends those whose journal is elsewhere too, and no other', async () => {
    const atMs = 1_600_000_000_000;
    const of = (isJournalKept: boolean) => putAside({ atMs, backup: BACKUP, isJournalKept });
    const notes = [of(true), { ...of(false), exportedMs: atMs + 1 }, of(false)];
    for (const [i, note] of notes.entries()) {
      await putAsideNow(11 + i, false);
      await writePutAside(pathOf(11 + i), note);
    }
    await putAsideNow(14, false);
    await writePutAside(pathOf(14), { ...of(true), atMs: atMs + 10 });
    expect(await former().purge(atMs)).toBe(0);
    expect(await former().purge(atMs + 5)).toBe(2);
    const left = (await former().list()).map(({ id }) => id);
    expect(left).toEqual([14, 13, 3, 1]);
    expect(existsSync(pathOf(11))).toBe(false);
    expect(await former().purge(atMs + 5)).toBe(0);
    for (const id of [13, 14]) await former().remove(id);
    expect(existsSync(join(rig.userData, 'office', 'journal.db'))).toBe(true);
  });
});

const secrets = () => ({ badge: 'H1', password: password() });
const busy = { code: 'BUSY' };

describe.sequential('a restore', () => {
  /** Makes a backup and opens it for a restore. */
  async function openBackup(): Promise<void> {
    const place = join(folder, 'place');
    await mkdir(place);
    rig.chosen.folder = place;
    const { backup } = services();
    await backup.choosePlace();
    await backup.start('full');
    await expect.poll(async () => (await backup.status()).running, { timeout: 60_000 }).toBeNull();
    const [choice] = (await rig.restore.choose()) ?? [];
    expect(await rig.restore.open(choice?.id ?? '', secrets())).toMatchObject({
      outcome: 'opened',
      present: { journal: 'healthy' },
    });
  }

  // Would catch: a session or a second restore on files that are being replaced, a channel of the former office that
  // goes on polling with the same key and writes over what the new one keeps.
  it('has the office for itself, and one control channel is there afterwards', async () => {
    await openBackup();
    const channel = services().control;
    expect(channel.status().hasKey).toBe(true);
    // Begun before it, but not through.
    const early = rig.office.open(secrets());
    const run = rig.restore.start(false);
    await expect(early).rejects.toMatchObject(busy);
    await expect(rig.restore.start(false)).rejects.toMatchObject(busy);
    await expect(rig.restore.choose()).rejects.toMatchObject(busy);
    await expect(rig.restore.open('', secrets())).rejects.toMatchObject(busy);
    await expect(rig.office.open(secrets())).rejects.toMatchObject(busy);
    expect(await run).toMatchObject({ formerFolder: 'office.before-restore-4' });

    expect(services().control).not.toBe(channel);
    expect(services().control.status().hasKey).toBe(true);
    await expect(channel.contact()).rejects.toMatchObject({ code: 'CONTROL_NO_KEY' });
    const state = join(rig.userData, 'office', 'control-state.sealed');
    services().control.stop();
    // What it had begun to write is written.
    await services().control.closing();
    const kept = await readFile(state);
    await channel.act({ act: 'locked', directive: null, persons: [], atMs: Date.now() });
    expect((await readFile(state)).equals(kept)).toBe(true);
    expect(await rig.office.open(secrets())).toMatchObject({ outcome: 'opened' });
    expect((await former().list()).map(({ id }) => id)).toEqual([4, 3, 1]);
  });
});
