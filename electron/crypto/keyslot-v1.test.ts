import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Keyslots } from './keyslots';

const root = await mkdtemp(join(tmpdir(), 'fc-keyslots-v1-'));
afterAll(() => rm(root, { recursive: true }));

const password = Buffer.from('旧口令 v1');
const machine = Buffer.alloc(32, 0x11);
let path: string;
let slots: Keyslots;
const run = { id: 'run', elapsedMs: () => 3_600_000 };
const reopen = async () => {
  slots = (await Keyslots.open(path, run)) as Keyslots;
};
const open = (badge: string) => slots.openSlot({ badge, password, machine });

beforeEach(async () => {
  path = join(root, `${randomBytes(4).toString('hex')}.json`);
  await copyFile(join(__dirname, 'fixtures/keyslots-v1.json'), path);
  await reopen();
});

describe('keyslots of version 1 (frozen file)', () => {
  // Would catch: a user of the first release locked out by an update, or given other keys.
  it('open to the same keys and become version 2', async () => {
    const held = { V1001: 9, V1002: 3, V1003: 2 };
    for (const [badge, count] of Object.entries(held)) {
      for (const pass of ['as it was', 'upgraded']) {
        const opened = await open(badge);
        if (!opened.ok) throw new Error(`${badge} ${pass}`);
        expect(opened.value.names().length).toBe(count);
        for (const name of opened.value.names())
          expect(Buffer.from(opened.value.copy(name))).toEqual(
            createHash('sha256').update(`v1 ${name}`).digest(),
          );
        await reopen();
      }
    }
    const file = JSON.parse(await readFile(path, 'utf8'));
    expect(file.version).toBe(2);
    expect(file.slots.map((slot: { keySet: string }) => slot.keySet)).toEqual([
      'reading',
      'administration',
      'audit',
    ]);
  });

  // Would catch: a rotation that locks out whoever has not come since the update.
  it('stop a change of keys until everybody has come', async () => {
    const opened = await open('V1001');
    if (!opened.ok) throw new Error('not opened');
    const change = () => slots.changeKeys(opened.value, { slice: randomBytes(32) });
    await expect(change()).rejects.toMatchObject({ code: 'KEYSLOTS_OUTDATED' });
    await open('V1002');
    await slots.removeSlot('V1003');
    await change();
    expect((await open('V1001')).ok).toBe(true);
  });

  // Would catch: an upgraded slot that an editor turns back into the weaker form.
  it('cannot be made of version 2 again by an editor', async () => {
    await open('V1001');
    const file = JSON.parse(await readFile(path, 'utf8'));
    const {
      box: _,
      keySet: __,
      vouch: ___,
      deliveries: ____,
      sinceMs: _____,
      ...old
    } = file.slots[0];
    await writeFile(path, JSON.stringify({ ...file, slots: [old] }));
    await reopen();
    expect((await open('V1001')).ok).toBe(false);
  });

  // Would catch: an older program that reads a newer file as damaged.
  it('names a newer version', async () => {
    await writeFile(path, JSON.stringify({ format: 'fieldcert-keyslots', version: 3 }));
    await expect(Keyslots.open(path)).rejects.toMatchObject({ code: 'STORE_FROM_FUTURE' });
  });
});
