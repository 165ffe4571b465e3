import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import {
  CROSS_SCOPE,
  codeOf,
  crossPassword,
  decideSigned,
  requestOf,
  runCross,
  servicesOf,
  startCross,
} from './cross-region-rig';
import type { DeskRig } from './desk-rig';

const LONG = { timeout: 300_000 };
let cross: Awaited<ReturnType<typeof startCross>>;
const open = (rig: DeskRig, badge: string) => rig.office.open({ badge, password: crossPassword() });

beforeAll(async () => {
  cross = await startCross();
}, 180_000);
afterAll(() => cross.close());

/** Every text of every table, of who holds the file's key. Answers how many rows said the word. */
function rewriteAll(db: ReturnType<typeof openWritable>, from: string, to: string): number {
  let found = 0;
  const tables = db.all(sql`select name from sqlite_master where type = 'table'`);
  for (const [name] of tables) {
    if (/^sqlite_|_fts/.test(String(name))) continue;
    for (const [column] of db.all(sql`select name from pragma_table_info(${String(name)})`)) {
      const [table, field] = [raw(`"${name}"`), raw(`"${column}"`)];
      const where = sql`select count(*) as n from ${table} where typeof(${field}) = 'text' and instr(${field}, ${from}) > 0`;
      const [row] = db.all(where);
      const count = Number(row?.[0] ?? 0);
      if (count === 0) continue;
      found += count;
      try {
        db.run(
          sql`update ${table} set ${field} = replace(${field}, ${from}, ${to}) where typeof(${field}) = 'text'`,
        );
      } catch {
        // A table that takes no change by itself is the same attack without that row.
      }
    }
  }
  return found;
}

describe.sequential('who has the files and their keys in hand', () => {
  // Bugs: yesterday's files that bring a grant back for good; a contact that notices nothing; a centre that forgets what it had signed.
  it(
    'has a grant of yesterday’s files until the next contact, which ends it and finds the log',
    LONG,
    async () => {
      const { asker, head, superior } = cross;
      const wish = { purpose: '联合检查', basis: '浙应急〔2026〕12号', scope: CROSS_SCOPE };
      const request = await servicesOf(asker).crossRegion.ask(wish as never);
      await runCross(asker);
      await runCross(head);
      await decideSigned(head, request, 'approved');
      await runCross(head);
      await runCross(superior);
      await decideSigned(superior, request, 'approved');
      await runCross(superior);
      await runCross(asker);
      await servicesOf(asker).crossRegion.bring(request);
      const search = () =>
        servicesOf(asker).crossRegion.search({ request, text: '', offset: 0, limit: 1 });
      expect((await search()).total).toBe(300);
      await asker.office.lock('person');
      const office = join(asker.userData, 'office');
      const yesterday = `${asker.userData}-yesterday`;
      await cp(asker.userData, yesterday, { recursive: true });

      expect((await open(asker, '1001')).outcome).toBe('opened');
      const receiptOf = async () => (await servicesOf(asker).outbox.view()).receipt?.dseq ?? 0;
      const before = await receiptOf();
      const later = await servicesOf(asker).crossRegion.ask(wish as never);
      for (let n = 0; n < 3; n++) await codeOf(search());
      await runCross(superior);
      await decideSigned(superior, request, 'refused');
      await runCross(superior);
      await runCross(asker);
      expect(await codeOf(search())).toBe('GRANT_GONE');
      const grants = join(office, 'grants', request);
      expect(existsSync(grants)).toBe(false);

      // The grant's folder alone: its key opens nothing, and the folder goes.
      await asker.office.lock('person');
      await cp(join(yesterday, 'office', 'grants'), join(office, 'grants'), { recursive: true });
      expect(existsSync(grants)).toBe(true);
      expect((await open(asker, '1001')).outcome).toBe('opened');
      expect(existsSync(grants)).toBe(false);
      expect(await codeOf(search())).toBe('GRANT_GONE');

      // Everything: as THREATS.md says, not found before the next contact, and found with it.
      await asker.office.lock('person');
      await rm(asker.userData, { recursive: true });
      await cp(yesterday, asker.userData, { recursive: true });
      await rm(yesterday, { recursive: true });
      expect((await open(asker, '1001')).outcome).toBe('opened');
      expect(await receiptOf()).toBe(before);
      await runCross(asker);
      expect(await requestOf(asker, request)).toMatchObject({ state: 'ended', isHere: false });
      expect(existsSync(grants)).toBe(false);
      expect(await codeOf(search())).toBe('GRANT_GONE');
      // What this device signed since then is its own again, by the centre's receipt.
      expect(await receiptOf()).toBeGreaterThan(before);
      expect((await requestOf(asker, later)).state).toBe('asked');
    },
  );

  // Bugs: a role that is read from a database, a statement whose text counts without its signature, another person's statement.
  it('is promoted by no database, and by no statement of his own making', LONG, async () => {
    const { asker } = cross;
    const { paths, sessions } = servicesOf(asker);
    const key = Uint8Array.from(sessions.demand().keys.copy('journal'));
    await asker.office.lock('person');
    const roleNow = () => servicesOf(asker).sessions.current?.view.role ?? null;
    const officeFile = join(asker.userData, 'office', 'office.json');
    const sound = await readFile(officeFile, 'utf8');
    expect(sound).toContain('inspector');
    for (const change of [
      (payload: string) => payload.replace('"role":"inspector"', '"role":"head"'),
      (payload: string) => payload.replaceAll('"1002"', '"1001"').replaceAll('"1001"', '"1002"'),
    ]) {
      const file = JSON.parse(sound) as { statements: { payload: string }[] };
      for (const one of file.statements) one.payload = change(one.payload);
      await writeFile(officeFile, JSON.stringify(file));
      // As a program that starts finds it: a running one has its own copy.
      await asker.office.reload();
      await codeOf(open(asker, '1001'));
      // Refused, told as damaged, or replaced by what the centre signed: never what was written.
      expect([null, 'inspector']).toContain(roleNow());
      await asker.office.lock('person');
    }
    await writeFile(officeFile, sound);
    expect(await asker.office.reload()).toBe(true);

    const attack = async (word: string) => {
      const db = openWritable({
        ...{ path: paths.journal, key, cacheMb: 8, mayCreate: false, isDurable: true },
      });
      const isThere = rewriteAll(db, word, 'head') > 0;
      db.close();
      const { outcome } = await open(asker, '1001');
      return { isThere, outcome, role: roleNow() };
    };
    // Nothing but having had the file open is no damage.
    expect(await attack('no such word')).toEqual({
      ...{ isThere: false, outcome: 'opened', role: 'inspector' },
    });
    await asker.office.lock('person');
    // Wherever the word stands, in the log of his own logins at the least: a damage that is told, no promotion.
    expect(await attack('inspector')).toEqual({
      ...{ isThere: true, outcome: 'damaged', role: null },
    });
  });
});
