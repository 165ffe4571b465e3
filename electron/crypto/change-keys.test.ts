import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../shared/domain/model';
import { argon2Here, deriveElsewhere } from './kdf';
import { KEY_NAMES, KEY_SET_OF, type KeyChanges, type KeyName, KeyRing, mayHold } from './key-ring';
import type { KeyslotFile, Slot } from './keyslot-format';
import { Keyslots } from './keyslots';
import { vouchFor } from './vouch';

const root = await mkdtemp(join(tmpdir(), 'fc-change-keys-'));
afterAll(() => rm(root, { recursive: true }));

const PEOPLE = {
  I1: 'inspector',
  I2: 'inspector',
  H1: 'head',
  S1: 'system-admin',
  S2: 'security-admin',
  A1: 'auditor',
} as const satisfies Record<string, Role>;
type Badge = keyof typeof PEOPLE;
const BADGES = Object.keys(PEOPLE) as Badge[];
const kdf = { memoryKiB: 64, passes: 1, lanes: 1 };
const machine = randomBytes(32);
const password = Buffer.from('口令 1234');
const BASE = KEY_NAMES.filter((name) => !name.endsWith('Next'));
const freshKeys = () => Object.fromEntries(BASE.map((name) => [name, randomBytes(32)]));

let path: string;
let slots: Keyslots;
let keys: Record<string, Buffer>;

beforeEach(async () => {
  path = join(root, `${randomBytes(4).toString('hex')}.json`);
  slots = Keyslots.create(path, '650100', 'dev-1');
  keys = freshKeys();
  for (const badge of BADGES) await slots.createSlot(person(badge));
});

function person(badge: Badge) {
  return {
    userId: `u-${badge}`,
    badge,
    displayName: badge,
    roleStatementRef: 'r',
    role: PEOPLE[badge],
    password,
    factors: { machine: { secret: machine, isBound: true } },
    keys: new KeyRing(keys),
    kdf,
    isPractice: false,
    nowMs: 1,
  };
}

async function open(badge: Badge, of = slots): Promise<KeyRing> {
  const opened = await of.openSlot({ badge, password, machine });
  if (!opened.ok) throw new Error(opened.error.kind);
  return opened.value;
}
const fileNow = async () => JSON.parse(await readFile(path, 'utf8')) as KeyslotFile;
const slotOf = (file: KeyslotFile, badge: string) =>
  file.slots.find((one) => one.badge === badge) as Slot;
async function editFile(edit: (file: KeyslotFile) => void): Promise<void> {
  const file = await fileNow();
  edit(file);
  await writeFile(path, JSON.stringify(file));
  slots = (await Keyslots.open(path)) as Keyslots;
}
const sameKey = (ring: KeyRing, name: KeyName, key: Uint8Array) =>
  Buffer.from(ring.peek(name) ?? []).equals(key);

const someChanges = fc
  .uniqueArray(
    fc.constantFrom<KeyName>(
      'slice',
      'journal',
      'field',
      'sliceNext',
      'fieldNext',
      'journalNext',
      'region',
    ),
    {
      minLength: 1,
    },
  )
  .map((names) => Object.fromEntries(names.map((name) => [name, randomBytes(32)])) as KeyChanges);

describe('changeKeys', () => {
  // Would catch: a person locked out by a change made while away, keys of one role reaching another, a change
  // that is lost when several come before the person does.
  it('reaches everybody, as far as the role goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someChanges, { minLength: 1, maxLength: 4 }), async (rounds) => {
        slots = Keyslots.create(path, '650100', 'dev-1');
        keys = freshKeys();
        for (const badge of BADGES) await slots.createSlot(person(badge));
        const ring = await open('H1');
        const expected: Record<string, Uint8Array> = { ...keys };
        for (const changes of rounds) {
          await slots.changeKeys(ring, changes);
          Object.assign(expected, changes);
        }
        slots = (await Keyslots.open(path)) as Keyslots;
        for (const badge of BADGES) {
          for (const pass of ['first', 'again']) {
            const opened = await open(badge);
            const names = Object.keys(expected).filter((name) =>
              mayHold(KEY_SET_OF[PEOPLE[badge]], name as KeyName),
            );
            expect([pass, [...opened.names()].sort()]).toEqual([pass, names.sort()]);
            for (const name of opened.names())
              expect(sameKey(opened, name, expected[name] as Uint8Array)).toBe(true);
          }
        }
        for (const name of ring.names())
          expect(sameKey(ring, name, expected[name] as Uint8Array)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  // Would catch: the old key left in a slot or in the session after a rotation has ended.
  it('takes the keys of a rotation away at its end', async () => {
    const ring = await open('I1');
    const next = randomBytes(32);
    await slots.changeKeys(ring, { sliceNext: next });
    expect(sameKey(await open('I2'), 'sliceNext', next)).toBe(true);
    await slots.changeKeys(ring, { slice: next, sliceNext: null });
    for (const opened of [ring, await open('I1'), await open('I2'), await open('H1')]) {
      expect(opened.has('sliceNext')).toBe(false);
      expect(sameKey(opened, 'slice', next)).toBe(true);
    }
    await expect(slots.changeKeys(ring, { slice: null })).rejects.toThrow(RangeError);
    await expect(slots.changeKeys(ring, { audit: next })).rejects.toThrow(RangeError);
  });

  // Would catch: keys handed out by a session that does not hold them.
  it('is refused to who holds less', async () => {
    for (const badge of ['S1', 'S2', 'A1'] as const)
      for (const name of ['slice', 'journal', 'sliceNext'] as const) {
        const change = slots.changeKeys(await open(badge), { [name]: randomBytes(32) });
        await expect(change).rejects.toMatchObject({ code: 'FORBIDDEN' });
      }
  });

  // Would catch: a key delivered to a slot that was edited, moved, copied from another, or given another's box.
  it('delivers nothing when any slot was edited', async () => {
    const edits: ((file: KeyslotFile) => void)[] = [
      (file) => Object.assign(slotOf(file, 'I2'), { userId: 'u-9' }),
      (file) => Object.assign(slotOf(file, 'I2'), { badge: 'Z9' }),
      (file) => Object.assign(slotOf(file, 'I2'), { factors: ['password'] }),
      (file) => Object.assign(slotOf(file, 'I2'), { sinceMs: 5 }),
      (file) => Object.assign(slotOf(file, 'S1'), { keySet: 'reading' }),
      (file) => Object.assign(slotOf(file, 'A1'), { keySet: 'administration' }),
      (file) => Object.assign(slotOf(file, 'I2'), { box: slotOf(file, 'S1').box }),
      (file) => Object.assign(slotOf(file, 'S1'), { vouch: slotOf(file, 'I2').vouch }),
      (file) =>
        Object.assign(slotOf(file, 'S1').wrapped, { slice: slotOf(file, 'I2').wrapped.slice }),
      (file) =>
        Object.assign(slotOf(file, 'I2').wrapped, { slice: slotOf(file, 'I1').wrapped.slice }),
      (file) => delete slotOf(file, 'I2').wrapped.region,
      (file) => {
        const { userId, badge } = slotOf(file, 'S1');
        file.slots = file.slots.filter((one) => one.badge !== 'S1');
        file.slots.push({ ...slotOf(file, 'I2'), userId, badge });
      },
      (file) => Object.assign(file, { deviceId: 'dev-2' }),
    ];
    const ring = await open('I1');
    const sound = await readFile(path);
    for (const edit of edits) {
      await writeFile(path, sound);
      await editFile(edit);
      const edited = await readFile(path, 'utf8');
      const before = ring.copy('slice');
      const change = slots.changeKeys(ring, { slice: randomBytes(32), journal: randomBytes(32) });
      await expect(change).rejects.toMatchObject({ code: 'KEYSLOTS_DAMAGED' });
      expect(await readFile(path, 'utf8')).toBe(edited);
      expect(sameKey(ring, 'slice', before)).toBe(true);
    }
  });

  // Would catch: an administrator who makes, with all keys that he holds, a slot or a vouch of his own that
  // gets reading keys delivered.
  it('gives a forging administrator nothing that he does not hold', async () => {
    const admin = await open('S1');
    const held = Object.fromEntries(admin.names().map((name) => [name, admin.copy(name)]));
    const head = await open('H1');
    const sound = await readFile(path);
    const identityOf = (slot: Slot) => {
      const { slotId, userId, badge, factors, kdf: cost, token, sinceMs } = slot;
      return {
        office: '650100',
        deviceId: 'dev-1',
        slotId,
        userId,
        badge,
        factors,
        kdf: cost,
        token,
        sinceMs,
      };
    };
    // His own slot, called one for reading: he cannot vouch for it.
    const own = { ...slotOf(await fileNow(), 'S1'), keySet: 'reading' as const };
    expect(() => vouchFor(identityOf(own), own, held)).toThrow();
    // Another slot of administrators, vouched for as he can: it is taken, and gets no reading key.
    const { slice: _, ...withoutSlice } = keys;
    const his = Keyslots.create(join(root, 'his.json'), '650100', 'dev-1');
    await his.createSlot({ ...person('S2'), badge: 'Z1', keys: new KeyRing(withoutSlice) });
    const forged = JSON.parse(await readFile(join(root, 'his.json'), 'utf8')).slots[0] as Slot;
    await editFile((file) => file.slots.push(forged));
    const next = randomBytes(32);
    await slots.changeKeys(head, { slice: next, field: next, sliceNext: next, journal: next });
    const opened = await slots.openSlot({ badge: 'Z1', password, machine });
    expect(opened.ok && [...opened.value.names()].sort()).toEqual([
      'deviceSign',
      'deviceTls',
      'journal',
    ]);
    // The same slot listed as holding reading keys is not delivered to at all.
    await writeFile(path, sound);
    await editFile((file) =>
      file.slots.push({
        ...forged,
        wrapped: { ...forged.wrapped, slice: forged.wrapped.journal ?? '' },
      }),
    );
    await expect(slots.changeKeys(head, { slice: next })).rejects.toMatchObject({
      code: 'KEYSLOTS_DAMAGED',
    });
  });

  // Would catch: a delivery that anybody can make (boxes are public), that can be repeated later, left out, put in
  // another order or moved to another slot.
  it('takes only deliveries of who held the keys, once, in order', async () => {
    const ring = await open('I1');
    const first = randomBytes(32);
    await slots.changeKeys(ring, { sliceNext: first });
    const [replayed] = slotOf(await fileNow(), 'I2').deliveries;
    await slots.changeKeys(ring, { slice: first, sliceNext: null });
    const sound = await readFile(path);
    const damaged = async (edit: (file: KeyslotFile) => void) => {
      await writeFile(path, sound);
      await editFile(edit);
      await expect(open('I2')).rejects.toMatchObject({ code: 'KEYSLOTS_DAMAGED' });
    };
    await damaged((file) => slotOf(file, 'I2').deliveries.reverse());
    await damaged((file) => slotOf(file, 'I2').deliveries.pop());
    await damaged((file) => slotOf(file, 'I2').deliveries.shift());
    await damaged((file) => slotOf(file, 'I2').deliveries.push(replayed as string));
    await damaged((file) =>
      Object.assign(slotOf(file, 'I2'), { deliveries: slotOf(file, 'H1').deliveries }),
    );
    await writeFile(path, sound);
    slots = (await Keyslots.open(path)) as Keyslots;
    await open('I2');
    await editFile((file) => slotOf(file, 'I2').deliveries.push(replayed as string));
    await expect(open('I2')).rejects.toMatchObject({ code: 'KEYSLOTS_DAMAGED' });
  });

  // Would catch: an old password, with an old copy of the file, that reads what is delivered later.
  it('makes a new box with a new password', async () => {
    const before = slotOf(await fileNow(), 'I2').box.public;
    const next = Buffer.from('新口令 5678');
    expect((await slots.changePassword({ badge: 'I2', password, machine }, next, kdf)).ok).toBe(
      true,
    );
    expect(slotOf(await fileNow(), 'I2').box.public).not.toBe(before);
    await slots.changeKeys(await open('I1'), { slice: randomBytes(32) });
    expect((await slots.openSlot({ badge: 'I2', password: next, machine })).ok).toBe(true);
  });

  // Would catch: a change that leaves neither the old nor the new keys when it cannot be written.
  it('keeps the old keys when the disk refuses', async () => {
    const ring = await open('I1');
    const before = ring.copy('slice');
    const refusing = Keyslots.create(join(root, 'gone', 'keyslots.json'), '650100', 'dev-1');
    await expect(refusing.changeKeys(ring, { slice: randomBytes(32) })).rejects.toThrow();
    expect(sameKey(ring, 'slice', before)).toBe(true);
    expect(sameKey(await open('I2'), 'slice', before)).toBe(true);
  });
});

describe('a lock while keys change', () => {
  // Would catch: slots vouched for with zeroed keys, which nobody opens any more, or a ring that is filled again.
  it('leaves slots that open, before the change or after it, and an empty ring', async () => {
    const changed = randomBytes(32);
    let refused = 0;
    const rounds = 12;
    for (let round = 0; round <= rounds; round++) {
      const ring = await open('H1');
      const change = slots.changeKeys(ring, { sliceNext: changed }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'LOCKED' });
        refused++;
      });
      // Later and later; in the last round the lock comes afterwards.
      for (let turn = 0; turn < 2 ** round - 1 && round < rounds; turn++)
        await new Promise(setImmediate);
      if (round === rounds) await change;
      ring.zero();
      await change;
      expect(ring.names()).toEqual([]);
      slots = (await Keyslots.open(path)) as Keyslots;
      for (const badge of BADGES) (await open(badge)).zero();
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(rounds);
  });
});

describe('two programs at one keyslot file', () => {
  // Would catch: a second program that puts back keys which the first has just changed, so that nobody opens the files any more.
  it('lets no try of one write over what the other wrote', async () => {
    const own = await open('H1');
    const other = await Keyslots.open(path);
    if (other === undefined) throw new Error('no file');
    const journalNext = randomBytes(32);
    // The first changes keys while the second tries a password that it read the slots for before.
    await slots.changeKeys(own, { journalNext });
    await expect(other.openSlot({ badge: 'I1', password, machine })).rejects.toMatchObject({
      code: 'STORE_IN_USE',
    });
    // Also while the password of the second is being derived.
    const third = await Keyslots.open(path);
    if (third === undefined) throw new Error('no file');
    deriveElsewhere(async (...input) => {
      await slots.changeKeys(own, { sliceNext: randomBytes(32) });
      return argon2Here(...input);
    });
    try {
      await expect(third.openSlot({ badge: 'I2', password, machine })).rejects.toMatchObject({
        code: 'STORE_IN_USE',
      });
    } finally {
      deriveElsewhere(argon2Here);
    }
    for (const badge of BADGES) {
      const opened = await open(badge);
      expect(Buffer.from(opened.peek('journalNext') ?? []).equals(journalNext)).toBe(true);
    }
  });
});
