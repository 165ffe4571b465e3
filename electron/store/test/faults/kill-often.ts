import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StoreClient } from '../../launcher';
import type { SliceState, StoreKeys } from '../../protocol';
import { walkPages } from '../../walk-pages';
import { storeKeys } from '../fixture';
import { openStore } from '../rig';
import { random } from '../rows';
import { ACTIONS, CHANGES, Shim } from './shim';

/** One office under one operation, and what was acknowledged of it. */
export interface Subject {
  readonly office: string;
  /** Does the operation once and notes what was acknowledged. Rejects when the process dies. */
  act(store: StoreClient): Promise<void>;
  /** Compares what is there with what was acknowledged: nothing lost, nothing half visible. */
  check(store: StoreClient, state: SliceState): Promise<void>;
  /** Nothing is left to do here: the next kill begins with a fresh office. */
  isOver?(): boolean;
  /** Keys that open the office now, where they change. */
  keys?(): StoreKeys;
  /** Files beside journal, slice and lock that belong to the operation when nothing runs. */
  readonly ownFiles?: readonly string[];
  /** Removes what lies outside the office. */
  remove?(): void;
}

/** An operation that is killed: `begin` makes a sound office before it. */
export interface Operation {
  readonly name: string;
  begin(entry: string, nth: number): Promise<Subject>;
}

export interface KillReport {
  readonly kills: number;
  /** Acts that were acknowledged before the kill came. */
  readonly acknowledged: number;
  readonly offices: number;
}

const OFFICE_FILES = ['journal.db', 'journal.db-kept', 'office.lock', 'slice.db'];

/** Comes to no disk: only counts. */
const COUNTING = {
  ops: CHANGES,
  pattern: '',
  nth: 1_000_000_000,
  times: 1,
  action: ACTIONS.killBefore,
};

const gone = (store: StoreClient): Promise<void> =>
  new Promise((resolve) => store.onExit(() => resolve()));

/** After a clean close: no file but the known ones, every page of every database whole. */
function checkFiles(subject: Subject): void {
  const known = new Set([...OFFICE_FILES, ...(subject.ownFiles ?? [])]);
  expect(readdirSync(subject.office).filter((name) => !known.has(name))).toEqual([]);
  const keys = subject.keys?.() ?? storeKeys();
  for (const kind of ['journal', 'slice'] as const) {
    const key = keys[kind];
    if (key === undefined || !readdirSync(subject.office).includes(`${kind}.db`)) continue;
    expect(
      walkPages(join(subject.office, `${kind}.db`), key).firstFault,
      `${kind} page`,
    ).toBeNull();
  }
}

/**
 * Kills the store process `kills` times at seeded moments of an operation: before, after and in the middle
 * of its n-th change of the disk, or some time after it began; also while it opens. After each kill the
 * next process must open and find what was acknowledged; in the end the operation must work.
 */
export async function killOften(
  entry: string,
  operation: Operation,
  plan: { readonly seed: number; readonly kills: number },
): Promise<KillReport> {
  const next = random(plan.seed);
  const shim = new Shim();
  let nth = 0;
  let subject = await operation.begin(entry, nth++);
  // How often one act changes the disk: counted in an act that nothing kills, then kept up to date. A guess
  // that is too low would kill every act before its acknowledgement, and prove nothing of what follows it.
  let changes: number | undefined;
  let kills = 0;
  let acknowledged = 0;
  const done = (one: Subject): void => {
    one.remove?.();
    rmSync(one.office, { recursive: true, force: true });
  };
  const open = () =>
    openStore(entry, subject.office, {
      create: false,
      nodePath: shim.nodePath,
      keys: subject.keys?.() ?? storeKeys(),
    });
  const armSomewhere = (most: number): void =>
    shim.arm({
      ops: CHANGES,
      pattern: '',
      nth: 1 + Math.floor(next() * most),
      times: 1,
      action:
        [ACTIONS.killBefore, ACTIONS.killAfter, ACTIONS.killHalf][Math.floor(next() * 3)] ?? 1,
    });
  try {
    while (kills < plan.kills) {
      try {
        if (next() < 0.15) armSomewhere(20);
        const { store, state } = await open().catch((error: unknown) => {
          // Killed while it opened; anything else is a finding.
          expect(error).toMatchObject({ code: 'STORE_CRASHED' });
          kills++;
          return { store: undefined, state: undefined };
        });
        shim.disarm();
        if (store === undefined || state === undefined) continue;
        await subject.check(store, state);
        if (subject.isOver?.() === true) {
          await store.call('close', {});
          checkFiles(subject);
          done(subject);
          subject = await operation.begin(entry, nth++);
          continue;
        }
        const end = gone(store);
        const isTimed = next() < 0.2 && changes !== undefined;
        if (isTimed) setTimeout(() => store.kill(), next() * 60);
        else if (changes === undefined) shim.arm({ ...COUNTING });
        else armSomewhere(1.3 * changes);
        await subject.act(store).then(
          () => {
            acknowledged++;
            // An act may be a mere preparation that leaves the disk alone: it says nothing of the others.
            if (!isTimed && shim.seen > 0)
              changes = Math.max(10, Math.round(((changes ?? shim.seen) + shim.seen) / 2));
          },
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'STORE_CRASHED' });
            if (!isTimed) changes = Math.ceil(1.1 * (changes ?? 10));
          },
        );
        // Also right after the acknowledgement.
        store.kill();
        await end;
        kills++;
      } finally {
        shim.disarm();
      }
    }
    const { store, state } = await open();
    await subject.check(store, state);
    if (subject.isOver?.() !== true) {
      await subject.act(store);
      await subject.check(store, await store.call('state', {}));
    }
    await store.call('close', {});
    checkFiles(subject);
    done(subject);
    return { kills, acknowledged, offices: nth };
  } catch (error) {
    throw new Error(
      `${operation.name}, seed ${plan.seed}, kill ${kills}, ${subject.office}: ${String(error)}`,
      { cause: error },
    );
  } finally {
    shim.remove();
  }
}
