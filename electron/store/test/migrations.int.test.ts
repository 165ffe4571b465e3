import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Migration } from '../migrations/migration';
import { openCurrent } from '../migrations/open-current';
import { isUnsettled, MIGRATIONS, newestOf } from '../migrations/run';
import { openReadable, openWritable } from '../sqlcipher';
import { MASTER } from './fixture';
import { type FileContent, readIndependently } from './independent/plain-content';
import { LONG, QUICK } from './migrating/long';
import { buildProgram, buildStore, newOffice, openStore } from './rig';
import { random } from './rows';

const frozen = join(import.meta.dirname, 'fixtures/v10');
const offices: string[] = [];
let entry: string;
let child: string;
const removals: (() => void)[] = [];

/** A copy of the frozen office of version 10. */
function oldOffice(): string {
  const office = newOffice();
  offices.push(office);
  cpSync(frozen, office, { recursive: true });
  rmSync(join(office, 'expected.json'));
  return office;
}

const pathOf = (office: string): string => join(office, 'slice.db');
const open = (office: string, migrations: readonly Migration[]) =>
  openCurrent({
    kind: 'slice',
    path: pathOf(office),
    key: MASTER.slice,
    isNew: false,
    isDurable: false,
    migrations,
  });
const isSettled = (office: string): boolean => {
  const db = openReadable({ path: pathOf(office), key: MASTER.slice });
  try {
    return db.version() > newestOf(MIGRATIONS.slice) && !isUnsettled(db);
  } finally {
    db.close();
  }
};
const bytesOf = (office: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(office)
      .filter((name) => !name.endsWith('-shm') && !name.startsWith('office.lock'))
      .map((name) => [name, readFileSync(join(office, name)).toString('base64')]),
  );

beforeAll(async () => {
  const store = await buildStore();
  const program = await buildProgram('test/migrating/child.ts');
  ({ entry } = store);
  child = program.entry;
  removals.push(store.remove, program.remove);
});
afterAll(() => {
  for (const remove of removals) remove();
  for (const office of offices) rmSync(office, { recursive: true, force: true });
});

describe('a newer file', () => {
  // Would catch: a file of a newer version touched by this one, or refused without saying which version it is.
  it.each(['journal', 'slice'] as const)(
    '%s is refused by name and left as it is',
    async (kind) => {
      const office = oldOffice();
      const path = join(office, `${kind}.db`);
      const newer = openWritable({ path, key: MASTER[kind], mayCreate: false, isDurable: true });
      newer.exec('pragma user_version = 9990; create table future (a text)');
      // The log of a killed newer program lies beside.
      for (const end of ['', '-wal']) cpSync(path + end, `${path}.kept${end}`);
      newer.close();
      for (const end of ['', '-wal']) renameSync(`${path}.kept${end}`, path + end);
      const before = bytesOf(office);
      expect(Object.keys(before)).toContain(`${kind}.db-wal`);
      // A slice that cannot be opened leaves the journal open and is told as the state's fault.
      const told = await openStore(entry, office, { create: false }).then(
        async ({ store, state }) => {
          await store.call('close', {});
          return state.fault;
        },
        (error: unknown) => error,
      );
      expect(told).toMatchObject({
        code: 'STORE_FROM_FUTURE',
        params: {
          file: `${kind}.db`,
          version: 9990,
          ours: Math.max(...MIGRATIONS[kind].map((one) => one.version)),
        },
      });
      const after = bytesOf(office);
      expect(after[`${kind}.db`]).toBe(before[`${kind}.db`]);
      expect(after[`${kind}.db-wal`]).toBe(before[`${kind}.db-wal`]);
    },
  );
});

describe('an upgrade', () => {
  /** The schema that the frozen office has, and what was known then. */
  const OLD = 10;
  const known = MIGRATIONS.slice;
  const then = known.filter(({ version }) => version <= OLD);

  // Would catch: half an upgrade left behind by a failure, or an error that names no version.
  it.each([
    ['in its script', { version: 9002, script: 'create table extra (a text); select no_such()' }],
    [
      'in its third part',
      {
        version: 9002,
        script: 'alter table certificate add column "extra" integer',
        steps: [
          ...LONG.steps.slice(0, 1),
          {
            text: 'insert into tombstone select 1, id, 0, 0, 0 from no_such_table',
            left: 'select 1',
          },
        ],
      },
    ],
    ['in its finish', { ...LONG, finish: 'drop table no_such' }],
  ])('that fails %s puts the file back', (_, broken: Migration) => {
    const office = oldOffice();
    const before = bytesOf(office);
    expect(() => open(office, [...known, QUICK, broken])).toThrow(
      expect.objectContaining({
        code: 'STORE_UPGRADE_FAILED',
        params: { file: 'slice.db', version: OLD, ours: broken.version },
      }),
    );
    expect(bytesOf(office)).toEqual(before);
    // And a program that can do it, can.
    open(office, [...known, QUICK]).close();
    expect(Object.keys(bytesOf(office)).sort()).toEqual(Object.keys(before).sort());
  });

  // Would catch: a restore that a power cut left half done, read together with the upgraded file's log.
  it('ends a restore that was interrupted', () => {
    const office = oldOffice();
    const before = bytesOf(office);
    const path = pathOf(office);
    cpSync(path, `${path}.restoring`);
    const db = openWritable({ path, key: MASTER.slice, mayCreate: false, isDurable: true });
    db.exec('delete from certificate');
    for (const end of ['', '-wal']) cpSync(path + end, `${path}.kept${end}`);
    db.close();
    for (const end of ['', '-wal']) renameSync(`${path}.kept${end}`, path + end);
    open(office, then).close();
    expect(bytesOf(office)).toEqual(before);
  });

  // Would catch: a long upgrade that begins again, does a row twice or forgets one when it is killed.
  it('goes on where it was killed', async () => {
    const next = random(40);
    const straight = oldOffice();
    open(straight, [...known, QUICK, LONG]).close();
    const expected: FileContent = readIndependently(pathOf(straight), MASTER.slice);
    const untouched = oldOffice();
    open(untouched, known).close();
    const asBefore = readIndependently(pathOf(untouched), MASTER.slice);
    let kills = 0;
    let resumed = 0;
    for (let run = 0; run < 6; run++) {
      const office = oldOffice();
      let last = 0;
      for (let attempt = 0; attempt < 40; attempt++) {
        const started = spawn(process.execPath, [child, office], { stdio: ['ignore', 'pipe', 2] });
        const report = await runUntil(started, 5 + Math.floor(next() * 60));
        if (report.first !== undefined && report.first > last && last > 0) resumed++;
        last = Math.max(last, report.first ?? 0);
        if (report.isDone) break;
        kills++;
        // Whoever looks in between with the old program gets the file as it was, never half of another. Once the upgrade
        // counts the copy is still there for a moment: then the file is the newer program's.
        if (
          run < 2 &&
          report.first !== undefined &&
          existsSync(`${pathOf(office)}.before-upgrade`) &&
          !isSettled(office)
        ) {
          const looked = newOffice();
          offices.push(looked);
          cpSync(office, looked, { recursive: true });
          open(looked, known).close();
          expect(readIndependently(pathOf(looked), MASTER.slice)).toEqual(asBefore);
        }
      }
      open(office, [...known, QUICK, LONG]).close();
      expect(readIndependently(pathOf(office), MASTER.slice)).toEqual(expected);
      expect(readdirSync(office).sort()).toEqual(['journal.db', 'slice.db']);
    }
    expect(kills).toBeGreaterThan(6);
    expect(resumed).toBeGreaterThan(0);
  });
});

/** Kills the child after its `lines`-th progress line; answers how many rows were done when it began. */
function runUntil(
  started: ChildProcess,
  lines: number,
): Promise<{ readonly first: number | undefined; readonly isDone: boolean }> {
  let text = '';
  started.stdout?.on('data', (part: Buffer) => {
    text += part.toString();
    if (text.split('\n').length > lines) started.kill('SIGKILL');
  });
  return new Promise((resolve) =>
    started.once('close', (code) => {
      const [head] = text.split('\n').filter((line) => line.startsWith('begins '));
      const first = head === undefined ? undefined : Number(head.slice(7));
      resolve({ first, isDone: code === 0 });
    }),
  );
}
