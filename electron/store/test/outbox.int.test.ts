import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../../shared/kernel/ids';
import {
  chainBytes,
  type OutboxCommand,
  OutboxCommandSchema,
  signedBytes,
} from '../../../shared/protocol/outbox';
import type { StoreClient } from '../launcher';
import type { OutboxState } from '../outbox-protocol';
import { SESSION } from './fixture';
import { buildStore, newOffice, openStore } from './rig';

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signKey = new Uint8Array(own.publicKey.export({ type: 'spki', format: 'der' }));
const audit = { kind: 'device-act', actor: SESSION.userId, payload: {} };

let entry: string;
let remove: () => void;
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => remove());

const hashOf = (command: OutboxCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

/** The next command of a chain, as main makes it. */
function next(state: OutboxState, key = own.privateKey): OutboxCommand {
  const unsigned: OutboxCommand = {
    device: SESSION.deviceId,
    dseq: (state.last?.dseq ?? 0) + 1,
    key: ulid(1_800_000_000_000, randomBytes(10)),
    kind: 'device-act',
    actor: SESSION.userId,
    payload: randomBytes(60).toString('base64'),
    atMs: 1_800_000_000_000,
    previous: state.last?.hash ?? null,
    sig: '',
  };
  const how = { key, dsaEncoding: 'ieee-p1363' } as const;
  return { ...unsigned, sig: sign('sha256', signedBytes(unsigned), how).toString('base64url') };
}

interface Place {
  readonly officeDir: string;
  readonly mirror: string;
  readonly journal: string;
  open(create?: boolean): Promise<{ store: StoreClient; state: OutboxState }>;
}

function place(): Place {
  const officeDir = newOffice();
  const mirror = `${officeDir}-outbox.sealed`;
  return {
    officeDir,
    mirror,
    journal: join(officeDir, 'journal.db'),
    open: async (create = false) => {
      const { store } = await openStore(entry, officeDir, { create });
      return { store, state: await store.call('outboxOpen', { mirrorPath: mirror, signKey }) };
    },
  };
}

async function append(store: StoreClient, count: number): Promise<OutboxCommand[]> {
  const made: OutboxCommand[] = [];
  let state = await store.call('outboxState', {});
  for (let i = 0; i < count; i++) {
    const command = next(state);
    state = await store.call('outboxAppend', { command, audit });
    made.push(command);
  }
  return made;
}

const lines = (path: string): OutboxCommand[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      try {
        return [OutboxCommandSchema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
const shut = (store: StoreClient) => store.call('close', {}).catch(() => undefined);

describe('the outbox and its copy', () => {
  // Would catch: a command without its copy, a gap or fork taken in, or an act whose audit entry is missing.
  it('takes the next command only, with copy and audit entry', async () => {
    const at = place();
    const { store } = await at.open(true);
    const made = await append(store, 3);
    expect(lines(at.mirror)).toEqual(made);
    expect((await store.call('auditVerify', {})).entries).toBe(3);
    const state = await store.call('outboxState', {});
    expect(state).toMatchObject({ pending: 3, rejected: 0, mirror: 'kept' });
    for (const wrong of [
      { ...next(state), dseq: 5 },
      { ...next(state), previous: hashOf(made[0] as OutboxCommand) },
      { ...next(state), device: 'another' },
    ])
      await expect(store.call('outboxAppend', { command: wrong, audit })).rejects.toBeDefined();
    expect(await store.call('outboxState', {})).toEqual(state);
    expect(lines(at.mirror)).toHaveLength(3);
    await shut(store);
  });

  // Would catch: an act recorded although its copy could not be written, or a copy of what was rolled back.
  it('records nothing when the copy cannot be written', async () => {
    const at = place();
    const { store, state } = await at.open(true);
    const nowhere = join(at.officeDir, 'no', 'such', 'folder');
    await store.call('outboxOpen', { mirrorPath: nowhere, signKey });
    await expect(store.call('outboxAppend', { command: next(state), audit })).rejects.toBeDefined();
    expect((await store.call('outboxState', {})).last).toBeNull();
    expect((await store.call('auditVerify', {})).entries).toBe(0);
    await store.call('outboxOpen', { mirrorPath: at.mirror, signKey });
    const command = next(state);
    await store.call('outboxAppend', { command, audit });
    // An act told twice is one act.
    const again = { ...next(await store.call('outboxState', {})), key: command.key };
    expect((await store.call('outboxAppend', { command: again, audit })).last?.dseq).toBe(1);
    expect(lines(at.mirror)).toEqual([command]);
    await shut(store);
  });

  // Would catch: an acknowledged command lost by a kill, or one that journal and copy disagree about afterwards.
  it('keeps every acknowledged command through kills', async () => {
    const at = place();
    let { store } = await at.open(true);
    const acknowledged: OutboxCommand[] = [];
    for (let round = 0; round < 6; round++) {
      const killed = store;
      const timer = setTimeout(() => killed.kill(), 15 + round * 17);
      try {
        for (let i = 0; i < 200; i++) acknowledged.push(...(await append(store, 1)));
      } catch {
        // The kill.
      }
      clearTimeout(timer);
      const again = await at.open();
      store = again.store;
      // A kill before the first command leaves no copy: then the journal must hold nothing either.
      const copied = existsSync(at.mirror) ? lines(at.mirror) : [];
      const kept = await store.call('outboxPending', { from: 1, limit: 10_000 });
      expect(kept).toEqual(copied);
      const keys = new Set(kept.map(({ key }) => key));
      expect(acknowledged.filter(({ key }) => !keys.has(key))).toEqual([]);
      expect(kept.map(({ dseq }) => dseq)).toEqual(kept.map((_, i) => i + 1));
    }
    await shut(store);
  });
});

describe('out of step', () => {
  // Would catch: a copy that stays behind, a torn line that hides the next, or an older journal that forks the chain.
  it('is brought in step at open, whichever is behind', async () => {
    const at = place();
    let { store } = await at.open(true);
    const first = await append(store, 1);
    await shut(store);
    const older = readFileSync(at.journal);
    ({ store } = await at.open());
    const made = [...first, ...(await append(store, 2))];
    await shut(store);

    rmSync(at.mirror);
    ({ store } = await at.open());
    expect(lines(at.mirror)).toEqual(made);
    await shut(store);

    const whole = readFileSync(at.mirror, 'utf8');
    writeFileSync(at.mirror, whole.slice(0, -30));
    ({ store } = await at.open());
    expect(lines(at.mirror)).toEqual(made);
    await shut(store);

    writeFileSync(at.journal, older);
    for (const end of ['-wal', '-shm']) if (existsSync(at.journal + end)) rmSync(at.journal + end);
    const opened = await at.open();
    ({ store } = opened);
    expect(opened.state).toMatchObject({ pending: 3, mirror: 'kept' });
    expect(await store.call('outboxPending', { from: 1, limit: 10 })).toEqual(made);
    await append(store, 1);
    await shut(store);
  });

  // Would catch: a line that somebody wrote into the copy taken for the device's, or the copy of another device built on.
  it('adds nothing to a copy of another history', async () => {
    const at = place();
    let { store } = await at.open(true);
    await append(store, 1);
    const state = await store.call('outboxState', {});
    await shut(store);
    const good = readFileSync(at.mirror);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const forged = [
      next(state, stranger.privateKey),
      { ...next(state), device: 'another' },
      next({ ...state, last: null }),
    ];
    for (const line of forged) {
      copyFileSync(at.mirror, `${at.mirror}.before`);
      writeFileSync(at.mirror, line.dseq === 1 ? '' : good);
      appendFileSync(at.mirror, `${JSON.stringify(line)}\n`);
      const bytes = readFileSync(at.mirror);
      const opened = await at.open();
      ({ store } = opened);
      expect(opened.state).toMatchObject({ pending: 1, mirror: 'differs' });
      await expect(
        store.call('outboxAppend', { command: next(opened.state), audit }),
      ).rejects.toMatchObject({ code: 'OUTBOX_DIFFERS' });
      expect(readFileSync(at.mirror)).toEqual(bytes);
      await shut(store);
    }
  });
});
