import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY_NAMES, type KeyName, KeyRing } from './key-ring';
import { Keyslots, type SlotTry } from './keyslots';
import type { NewSlot } from './new-slot';

const root = await mkdtemp(join(tmpdir(), 'fc-keyslots-'));
afterAll(() => rm(root, { recursive: true }));

const kdf = { memoryKiB: 64, passes: 1, lanes: 1 };
const machine = randomBytes(32);
const tokenSecret = randomBytes(32);
const token = {
  driver: 'pkcs11',
  serial: 'A1',
  keyRef: 'k',
  wrapped: randomBytes(60).toString('base64'),
};
const keys = Object.fromEntries(KEY_NAMES.map((name) => [name, randomBytes(32)])) as Record<
  KeyName,
  Buffer
>;
const password = Buffer.from('正确的口令 1234');
const MINUTE = 60_000;

let path: string;
let slots: Keyslots;
const person = (change: Partial<NewSlot> = {}): NewSlot => ({
  userId: 'u1',
  badge: 'X0001',
  displayName: '王伟',
  roleStatementRef: 'r-1',
  role: 'inspector',
  password,
  factors: { machine: { secret: machine, isBound: true } },
  keys: new KeyRing(keys),
  kdf,
  isPractice: false,
  nowMs: 1_800_000_000_000,
  ...change,
});
const attempt = (change: Partial<SlotTry> = {}): SlotTry => ({
  badge: 'X0001',
  password,
  machine,
  ...change,
});
const wrong = () => slots.openSlot(attempt({ password: Buffer.from('wrong') }));
let elapsedMs = 0;
let runs = 0;
const newRun = () => {
  const id = `run-${runs++}`;
  return { id, elapsedMs: () => elapsedMs };
};
const reopen = async (run = newRun()) => (await Keyslots.open(path, run)) ?? slots;

beforeEach(async () => {
  path = join(root, `${randomBytes(4).toString('hex')}.json`);
  elapsedMs = 0;
  slots = Keyslots.create(path, '650100', 'dev-1', newRun());
  await slots.createSlot(person());
});

describe('keyslots', () => {
  // Would catch: keys that come back changed, or none after a restart; key bytes in the file.
  it('gives the keys back after a restart', async () => {
    slots = await reopen();
    const opened = await slots.openSlot(attempt());
    expect(opened.ok && Buffer.from(opened.value.copy('slice')).equals(keys.slice)).toBe(true);
    const text = await readFile(path, 'utf8');
    for (const key of Object.values(keys))
      expect(text).not.toContain(key.toString('base64').slice(0, 20));
  });

  // Would catch: an administrator's slot that opens certificate data, or an auditor's that opens more than the log.
  it('wraps what the role may hold and no more', async () => {
    await slots.createSlot(person({ badge: 'A1', role: 'system-admin' }));
    await slots.createSlot(person({ badge: 'A2', role: 'auditor' }));
    const namesOf = async (badge: string) => {
      const opened = await slots.openSlot(attempt({ badge }));
      return opened.ok ? opened.value.names() : [];
    };
    expect(await namesOf('A1')).toEqual(['journal', 'deviceTls', 'deviceSign', 'journalNext']);
    expect(await namesOf('A2')).toEqual(['journal', 'audit', 'journalNext']);
    expect(await namesOf('X0001')).not.toContain('audit');
    const { slice: _, ...withoutSlice } = keys;
    await expect(
      slots.createSlot(person({ badge: 'X2', keys: new KeyRing(withoutSlice) })),
    ).rejects.toThrow(RangeError);
  });

  // Would catch: password-only slots in a real office, or a plain-file machine secret counted as a factor.
  it('demands a second factor outside the practice office', async () => {
    const unbound = { machine: { secret: machine, isBound: false } };
    await expect(slots.createSlot(person({ badge: 'X2', factors: {} }))).rejects.toThrow(
      'second factor',
    );
    await expect(slots.createSlot(person({ badge: 'X2', factors: unbound }))).rejects.toThrow(
      'second factor',
    );
    await slots.createSlot(person({ badge: 'X2', factors: {}, isPractice: true }));
    expect((await slots.openSlot({ badge: 'X2', password })).ok).toBe(true);
  });

  // Would catch: a slot that opens with fewer or other factors than it was made of.
  it('needs every factor', async () => {
    await slots.createSlot(
      person({
        badge: 'X2',
        factors: {
          machine: { secret: machine, isBound: true },
          token: { ...token, secret: tokenSecret },
        },
      }),
    );
    const at = { badge: 'X2' };
    expect(await slots.openSlot(attempt(at))).toEqual({
      ok: false,
      error: { kind: 'needs-token', token },
    });
    const { machine: _, ...noMachine } = attempt({ ...at, token: tokenSecret });
    expect(await slots.openSlot(noMachine)).toEqual({
      ok: false,
      error: { kind: 'needs-machine' },
    });
    expect((await slots.openSlot(attempt({ ...at, token: randomBytes(32) }))).ok).toBe(false);
    expect(
      (await slots.openSlot(attempt({ ...at, token: tokenSecret, machine: randomBytes(32) }))).ok,
    ).toBe(false);
    expect((await slots.openSlot(attempt({ ...at, token: tokenSecret }))).ok).toBe(true);
    expect(await slots.openSlot(attempt({ badge: 'nobody' }))).toEqual({
      ok: false,
      error: { kind: 'unknown-user' },
    });
  });

  // Would catch: free tries by restarting the program; a right password let in during a wait.
  it('waits after five, and calls the administrator after ten', async () => {
    for (const left of [4, 3, 2, 1])
      expect(await wrong()).toEqual({
        ok: false,
        error: { kind: 'wrong-password', triesLeft: left },
      });
    await wrong();
    elapsedMs = MINUTE - 1;
    const wait = (remainingMs: number) => ({ ok: false, error: { kind: 'wait', remainingMs } });
    expect(await slots.openSlot(attempt())).toEqual(wait(1));
    elapsedMs = 0;
    slots = await reopen();
    expect(await slots.openSlot(attempt())).toEqual(wait(MINUTE));
    for (const minutes of [1, 5, 15, 30, 60]) {
      elapsedMs += minutes * MINUTE;
      expect(await wrong()).toMatchObject({ error: { kind: 'wrong-password' } });
    }
    slots = await reopen();
    elapsedMs = 1e10;
    expect(await slots.openSlot(attempt())).toEqual({
      ok: false,
      error: { kind: 'administrator-needed' },
    });
    await slots.resetAttempts('X0001');
    expect((await slots.openSlot(attempt())).ok).toBe(true);
  });

  // Would catch: failures that add up over weeks although the right password came between.
  it('forgets failures after the right password', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await wrong();
      expect((await slots.openSlot(attempt())).ok).toBe(true);
    }
  });

  // Would catch: parallel tries that are checked before any of them is counted.
  it('counts tries that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => wrong()));
    const kinds = answers.map((answer) => (answer.ok ? 'opened' : answer.error.kind));
    expect(kinds.filter((kind) => kind === 'wrong-password').length).toBe(5);
  });

  // Would catch: the old password still opening, or the other factors lost.
  // Would catch: tries at somebody's badge that a restart, the right password or another's login makes nobody's; told twice; a try
  // that its own act tells of counted here too.
  it('keeps wrong tries by badge until they are told', async () => {
    await slots.createSlot(person({ badge: 'X0002', userId: 'u2' }));
    await wrong();
    await wrong();
    slots = await reopen();
    await wrong();
    expect(slots.untold).toEqual([{ badge: 'X0001', tries: 3 }]);
    expect((await slots.openSlot(attempt({ badge: 'X0002' }))).ok).toBe(true);
    expect((await slots.openSlot(attempt())).ok).toBe(true);
    const told = slots.untold;
    expect(told).toEqual([{ badge: 'X0001', tries: 3 }]);
    const bad = attempt({ password: Buffer.from('wrong') });
    await slots.changePassword(bad, Buffer.from('another 1234'), kdf);
    expect(slots.untold).toEqual(told);
    await wrong();
    await slots.forgetUntold(told);
    slots = await reopen();
    expect(slots.untold).toEqual([{ badge: 'X0001', tries: 1 }]);
    await slots.forgetUntold(slots.untold);
    expect((await reopen()).untold).toEqual([]);
  });

  it('changes a password', async () => {
    const next = Buffer.from('new password 2');
    expect((await slots.changePassword(attempt({ password: next }), next, kdf)).ok).toBe(false);
    expect((await slots.changePassword(attempt(), next, kdf)).ok).toBe(true);
    slots = await reopen();
    expect((await slots.openSlot(attempt())).ok).toBe(false);
    const opened = await slots.openSlot(attempt({ password: next }));
    expect(opened.ok && Buffer.from(opened.value.copy('field')).equals(keys.field)).toBe(true);
    expect(await slots.removeSlot('X0001')).toBe(true);
    expect((await reopen()).slots()).toEqual([]);
  });

  // Would catch: a key moved from one slot to another, a slot given to another person, keys taken out of it.
  it('notices an edited slot', async () => {
    await slots.createSlot(person({ badge: 'X2', userId: 'u2' }));
    const text = await readFile(path, 'utf8');
    const edits: ((file: {
      slots: { userId: string; wrapped: Record<string, string> }[];
    }) => void)[] = [
      (file) => Object.assign(file.slots[0] ?? {}, { userId: 'u9' }),
      (file) =>
        Object.assign(file.slots[0]?.wrapped ?? {}, { slice: file.slots[0]?.wrapped.journal }),
      (file) => delete file.slots[0]?.wrapped.slice,
      (file) => Object.assign(file, { deviceId: 'dev-2' }),
    ];
    for (const edit of edits) {
      const file = JSON.parse(text);
      edit(file);
      await writeFile(path, JSON.stringify(file));
      await expect((await reopen()).openSlot(attempt())).rejects.toMatchObject({
        code: 'KEYSLOTS_DAMAGED',
      });
    }
    for (const bad of [
      '',
      '{}',
      text.slice(0, -20),
      text.replace('"memoryKiB":64', '"memoryKiB":99999999'),
    ]) {
      await writeFile(path, bad);
      await expect(Keyslots.open(path)).rejects.toMatchObject({ code: 'KEYSLOTS_DAMAGED' });
    }
  });

  // Would catch: keys readable after lock.
  it('zeroes the ring', () => {
    const ring = new KeyRing(keys);
    const held = ring.peek('slice');
    ring.zero();
    expect(held?.every((byte) => byte === 0)).toBe(true);
    expect(() => ring.copy('slice')).toThrow(RangeError);
  });
});
