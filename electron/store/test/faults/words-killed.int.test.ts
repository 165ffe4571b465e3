import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import type { StoreClient } from '../../launcher';
import type { StoreKeys } from '../../protocol';
import { sql } from '../../sql/tag';
import { openReadable } from '../../sqlcipher';
import { walkPages } from '../../walk-pages';
import { MASTER, SESSION, storeKeys } from '../fixture';
import { clearBytes, expectWords, officeOfBefore, sealingOf } from '../old-words';
import { buildStore, newOffice, openStore } from '../rig';
import { ACTIONS, CHANGES, Shim } from './shim';

const ROWS = 1_300;
const KILLS = 16;
const ADMIN = { ...SESSION, userId: 'a1', role: 'security-admin' } as const;

let entry: string;
let remove: () => void;
const shim = new Shim();
const offices: string[] = [];
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => {
  remove();
  shim.remove();
  for (const office of offices) rmSync(office, { recursive: true, force: true });
});

function copyOf(template: string): string {
  const office = newOffice();
  offices.push(office);
  cpSync(template, office, { recursive: true });
  return office;
}

// Would catch: a word that is lost or half sealed, one that stays in clear, or an office that does not open, wherever the
// process died between the upgrade and the end of the first sealing: in a step, before or in the vacuum, before it was noted.
it('goes on with the first sealing wherever the process was killed', async () => {
  const template = officeOfBefore(ROWS);
  offices.push(template);
  const arm = (nth: number, action: number) =>
    shim.arm({ ops: CHANGES, pattern: 'journal.db', nth, times: 1, action });
  const opening = (office: string) =>
    openStore(entry, office, { create: false, nodePath: shim.nodePath });
  const whole = copyOf(template);
  arm(1_000_000_000, ACTIONS.killBefore);
  const { store: counted } = await opening(whole);
  const changes = shim.seen;
  shim.disarm();
  await counted.call('close', {});
  expect(sealingOf(whole)).toMatchObject({ clear: 0, isOwed: false });

  const seen = { before: 0, amid: 0, owed: 0, over: 0 };
  for (let i = 0; i < KILLS; i++) {
    const office = copyOf(template);
    const action = [ACTIONS.killBefore, ACTIONS.killHalf, ACTIONS.killAfter][i % 3] ?? 1;
    arm(1 + Math.floor(((i + 0.5) * changes) / KILLS), action);
    const end = await opening(office).then(
      ({ store }) => store.call('close', {}).then(() => 'opened'),
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
    shim.disarm();
    expect([i, end]).toEqual([i, 'STORE_CRASHED']);
    const { clear, sealed, isOwed } = sealingOf(office);
    if (sealed === 0) seen.before++;
    else if (clear > 0) seen.amid++;
    else if (isOwed) seen.owed++;
    else seen.over++;
    // In between somebody who may neither seal nor read.
    if (i % 2 === 1) {
      const keys = { journal: Uint8Array.from(MASTER.journal) };
      const { store } = await openStore(entry, office, { create: false, session: ADMIN, keys });
      expect((await store.call('auditVerify', {})).isIntact).toBe(true);
      await store.call('close', {});
      expect(sealingOf(office)).toEqual({ clear, sealed, isOwed });
    }
    const { store } = await openStore(entry, office, { create: false });
    await expectWords(store, ROWS);
    await store.call('close', {});
    expect(sealingOf(office)).toMatchObject({ clear: 0, isOwed: false });
    expect(clearBytes(office)).toEqual([]);
    expect(walkPages(join(office, 'journal.db'), MASTER.journal).firstFault).toBeNull();
    rmSync(office, { recursive: true, force: true });
  }
  process.stdout.write(`first sealing: ${changes} changes, ${JSON.stringify(seen)}\n`);
  // Every stretch was hit: otherwise the kills prove nothing of it.
  expect(Object.entries(seen).filter(([name, times]) => name !== 'over' && times === 0)).toEqual(
    [],
  );
}, 240_000);

const DIE = "process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined);";
const AT: readonly (readonly [name: string, line: string, where: 'before' | 'after'])[] = [
  [
    'before the words learn of the next key',
    "await this.journal.call('wordKey', { next });",
    'before',
  ],
  ['between that and the slice', "await this.journal.call('wordKey', { next });", 'after'],
  [
    'when the copy is ready',
    "const prepared = await writer.call('rekeyPrepare', { next });",
    'after',
  ],
  ['before the exchange', "await writer.call('rekeySwap', {});", 'before'],
  ['after the exchange', "await writer.call('rekeySwap', {});", 'after'],
];

// Would catch: words that only the former key opens once the slice lies under the next one, or only the next one while it
// still lies under the former.
it.each(AT)(
  'keeps words readable through a change of keys killed %s',
  async (_name, line, where) => {
    const killing = await buildStore([
      [
        'threads/threads.ts',
        (text) => {
          expect(text.split(line)).toHaveLength(2);
          return text.replace(line, where === 'before' ? `${DIE}\n${line}` : `${line}\n${DIE}`);
        },
      ],
    ]);
    const rows = 40;
    const office = officeOfBefore(rows);
    offices.push(office);
    const next = { slice: Buffer.alloc(32, 101), journal: Buffer.alloc(32, 102) };
    const both = (): StoreKeys => ({
      ...storeKeys(),
      sliceNext: Uint8Array.from(next.slice),
      journalNext: Uint8Array.from(next.journal),
    });
    const only = (): StoreKeys => ({
      ...storeKeys(),
      slice: Uint8Array.from(next.slice),
      journal: Uint8Array.from(next.journal),
    });
    const read = async (keys: StoreKeys, program = entry): Promise<StoreClient> => {
      const { store, state } = await openStore(program, office, { create: false, keys });
      expect(state.fault).toBeUndefined();
      await expectWords(store, rows);
      return store;
    };
    const change = (store: StoreClient, file: 'slice' | 'journal') =>
      store.call('rekey', { file, nextKey: Uint8Array.from(next[file]) });
    try {
      // Unlocked before the change began: it learns of the next key by `wordKey` alone.
      const dying = await read(storeKeys(), killing.entry);
      await expect(change(dying, 'slice')).rejects.toMatchObject({ code: 'STORE_CRASHED' });
      // Where the slice still lies under the former key, that one alone does too.
      if (line !== AT[4]?.[1]) await (await read(storeKeys())).call('close', {});
      const store = await read(both());
      await change(store, 'slice');
      await expectWords(store, rows);
      await change(store, 'journal');
      await expectWords(store, rows);
      await store.call('close', {});
      await (await read(only())).call('close', {});
      const path = join(office, 'journal.db');
      const db = openReadable({ path, key: next.journal, cacheMb: 8 });
      // What the former key opened is gone.
      expect(db.value(sql`select count(*) from word_key`)).toBe(1);
      db.close();
      expect(clearBytes(office, next.journal)).toEqual([]);
    } finally {
      killing.remove();
    }
  },
  60_000,
);
