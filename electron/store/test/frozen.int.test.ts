import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../migrations/run';
import { walkPages } from '../walk-pages';
import { MASTER } from './fixture';
import { type FrozenContent, freeze, summariesOf } from './fixtures/freeze';
import { readIndependently, type TableContent } from './independent/plain-content';
import { withOpenWords } from './open-words';
import { buildStore, newOffice, openStore } from './rig';

const fixtures = join(import.meta.dirname, 'fixtures');
const { entry, remove } = await buildStore();
// FIELDCERT_FREEZE=v20 npm test -- int store/test/frozen: once, when a schema is released.
const wanted = process.env.FIELDCERT_FREEZE;
if (wanted !== undefined && !existsSync(join(fixtures, wanted)))
  await freeze(entry, join(fixtures, wanted));
const released = readdirSync(fixtures).filter((name) => /^v\d+$/.test(name));
afterAll(() => remove());

const FILES = [
  ['journal.db', MASTER.journal],
  ['slice.db', MASTER.slice],
] as const;
/** What the store writes for itself: versions, the key of the next audit entry, the last check's time, wraps of the word key. */
const OWN_TABLES = ['manifest', 'audit_ratchet', 'sync_state', 'word_key'];

/** The rows in the columns that a former schema had, as texts. */
function rowsOf(table: TableContent | undefined, columns: readonly string[]): readonly string[] {
  if (table === undefined) return [];
  const places = columns.map((name) => table.columns.indexOf(name));
  return table.rows.map((row) => {
    const values = JSON.parse(row) as unknown[];
    return JSON.stringify(places.map((place) => values[place]));
  });
}

// Would catch: a migration that is released without files of its schema, so that no later build is tried on them.
it.each(['journal', 'slice'] as const)(
  'there are frozen files of every schema of the %s',
  (kind) => {
    const frozen = released.map((name) => {
      const text = readFileSync(join(fixtures, name, 'expected.json'), 'utf8');
      return (JSON.parse(text) as FrozenContent).versions[kind];
    });
    const versions = MIGRATIONS[kind].map(({ version }) => version);
    expect(versions.filter((version) => !frozen.includes(version))).toEqual([]);
  },
);

describe.each(released)('a store of %s', (name) => {
  const from = join(fixtures, name);
  const expected = JSON.parse(readFileSync(join(from, 'expected.json'), 'utf8')) as FrozenContent;

  // Would catch: frozen files replaced or damaged in the repository, or an expectation edited to fit.
  it('is what was frozen', () => {
    expect(walkPages(join(from, 'journal.db'), MASTER.journal).firstFault).toBeNull();
    expect(walkPages(join(from, 'slice.db'), MASTER.slice).firstFault).toBeNull();
    expect(summariesOf(from)).toEqual({ journal: expected.journal, slice: expected.slice });
  });

  // Would catch: a migration that loses or changes a row, breaks the audit chain or the digest.
  it('opens in this build with everything that was in it', async () => {
    const office = newOffice();
    cpSync(from, office, { recursive: true });
    const { store } = await openStore(entry, office, { create: false });
    expect(await store.call('auditVerify', {})).toMatchObject({
      isIntact: true,
      // The first sealing of what was there in clear leaves an entry.
      entries: expected.auditEntries + (expected.versions.journal < 180 ? 1 : 0),
    });
    expect(await store.call('verify', { mode: 'quick' })).toMatchObject({
      isEqual: true,
      root: expected.root,
    });
    await store.call('close', {});
    for (const [file, key] of FILES) {
      const was = readIndependently(join(from, file), key);
      const now = readIndependently(join(office, file), key);
      // The first session of a working role has sealed what people wrote: opened, it is what it was.
      const opened = file === 'journal.db' ? withOpenWords(join(office, file), now) : now;
      if (file === 'journal.db')
        expect(/常用查询|记录已迁出|名单/.test(JSON.stringify(now))).toBe(false);
      for (const [table, content] of Object.entries(was)) {
        if (OWN_TABLES.includes(table)) continue;
        const kept = new Set([opened, now].flatMap((one) => rowsOf(one[table], content.columns)));
        const lost = content.rows.filter((row) => !kept.has(row));
        expect(lost, `${file} ${table}`).toEqual([]);
      }
    }
    rmSync(office, { recursive: true, force: true });
  });
});
