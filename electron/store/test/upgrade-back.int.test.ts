import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MASTER } from './fixture';
import { readIndependently } from './independent/plain-content';
import { buildStore, type Change, newOffice, openStore } from './rig';
import { random } from './rows';

/**
 * An office between two programs: the newer one brings both files forward, fails or is killed on the way, and the older
 * one is started again. The older is this build; the newer is this build with one more version of either file.
 */
const KILLS = Number(process.env.FIELDCERT_KILLS ?? 2);
const FILES = ['journal', 'slice'] as const;
const JOURNAL_NEXT = `{ version: 9003, script: 'alter table fact add column "extra" text' }`;
const FAILING = `{ version: 9002, script: 'create table extra (a text); select no_such()' }`;

/** A program whose lists of versions go on with these. */
const newer = (journal: string, slice: string): readonly Change[] => [
  [
    'migrations/run.ts',
    (text) =>
      `import { LONG, QUICK } from '../test/migrating/long';\n${text}`
        .replace('JOURNAL_0180],', `JOURNAL_0180, ${journal}],`)
        .replace('SLICE_0140],', `SLICE_0140, QUICK, ${slice}],`),
  ],
];

const removals: (() => void)[] = [];
let older: string;
let next: string;
let failing: string;
let office: string;

beforeAll(async () => {
  const built = await Promise.all([
    buildStore(),
    buildStore(newer(JOURNAL_NEXT, 'LONG')),
    buildStore(newer(JOURNAL_NEXT, FAILING)),
  ]);
  removals.push(...built.map(({ remove }) => remove));
  [older = '', next = '', failing = ''] = built.map(({ entry }) => entry);
  office = newOffice();
  cpSync(join(import.meta.dirname, 'fixtures/v10'), office, { recursive: true });
  rmSync(join(office, 'expected.json'));
  await openAndClose(older, office);
}, 120_000);
afterAll(() => {
  for (const remove of removals) remove();
  rmSync(office, { recursive: true, force: true });
});

async function openAndClose(entry: string, folder: string): Promise<void> {
  const { store, state } = await openStore(entry, folder, { create: false });
  expect(state.fault ?? null).toBeNull();
  expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  await store.call('close', {});
}

const copyOf = (folder: string): string => {
  const copy = newOffice();
  cpSync(folder, copy, { recursive: true });
  removals.push(() => rmSync(copy, { recursive: true, force: true }));
  return copy;
};
const contentOf = (folder: string) =>
  FILES.map((kind) => readIndependently(join(folder, `${kind}.db`), MASTER[kind]));
/** Without the note of how far the disk has a log, which says nothing where that log is gone. */
const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('office.lock') && name !== 'journal.db-kept')
    .sort();
const bytesOf = (folder: string): readonly string[] =>
  FILES.map((kind) => readFileSync(join(folder, `${kind}.db`)).toString('base64'));

describe('a newer program that fails to bring the office forward', () => {
  // Would catch: a journal that stays upgraded when the slice goes back, so that the former program, which the person is
  // told to go on with, refuses the office.
  it('leaves both files as they were, and the older program goes on', async () => {
    const folder = copyOf(office);
    const before = bytesOf(folder);
    await expect(openStore(failing, folder, { create: false })).rejects.toMatchObject({
      code: 'STORE_UPGRADE_FAILED',
      params: { file: 'slice.db', ours: 9002 },
    });
    expect(bytesOf(folder)).toEqual(before);
    expect(namesIn(folder)).toEqual(['journal.db', 'slice.db']);
    await openAndClose(older, folder);
    expect(contentOf(folder)).toEqual(contentOf(office));
  });
});

describe('a newer program that is killed on the way', () => {
  // Would catch: an office that neither program opens, half an upgrade read as whole, rows or log entries lost, a copy
  // that stays, at whatever moment the newer one ended.
  it('lets the older one go on, or itself, with everything that was there', async () => {
    const straight = copyOf(office);
    await openAndClose(next, straight);
    const [asBefore, asAfter] = [contentOf(office), contentOf(straight)];
    const draw = random(7);
    const met = new Set<string>();
    for (let run = 0; run < KILLS; run++) {
      const folder = copyOf(office);
      const steps = Math.floor(draw() * 40);
      await openStore(next, folder, {
        create: false,
        onLaunch: (store) => {
          let told = 0;
          store.onEvent(() => {
            if (++told > steps) store.kill();
          });
        },
      }).then(
        ({ store }) => store.call('close', {}),
        () => undefined,
      );
      const left = FILES.filter((kind) => existsSync(join(folder, `${kind}.db.before-upgrade`)));
      met.add(left.join());
      const again = copyOf(folder);
      if (left.includes('journal')) {
        await openAndClose(older, folder);
        expect(contentOf(folder), `killed after ${steps}`).toEqual(asBefore);
        expect(namesIn(folder)).toEqual(['journal.db', 'slice.db']);
        // And it stays so: the newer program begins anew.
        await openAndClose(next, folder);
        expect(contentOf(folder)).toEqual(asAfter);
      }
      await openAndClose(next, again);
      expect(contentOf(again), `killed after ${steps}`).toEqual(asAfter);
      expect(namesIn(again)).toEqual(['journal.db', 'slice.db']);
    }
    expect([...met]).toContain('journal,slice');
  }, 300_000);
});

describe('a newer program that has come to its end', () => {
  // Would catch: an older program that takes a copy for the file, and with it loses what was written since.
  it('is not undone by a copy that was left behind', async () => {
    const folder = copyOf(office);
    await openAndClose(next, folder);
    const after = bytesOf(folder);
    for (const kind of FILES)
      cpSync(join(office, `${kind}.db`), join(folder, `${kind}.db.before-upgrade`));
    await expect(openStore(older, folder, { create: false })).rejects.toMatchObject({
      code: 'STORE_FROM_FUTURE',
      params: { file: 'journal.db', version: 9003 },
    });
    expect(bytesOf(folder)).toEqual(after);
    await openAndClose(next, folder);
    expect(namesIn(folder)).toEqual(['journal.db', 'slice.db']);
  });
});
