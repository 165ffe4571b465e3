import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { KEYS_OF, KeyRing } from '../../../crypto/key-ring';
import { Keyslots } from '../../../crypto/keyslots';
import { PeopleService } from './people';
import { RecoveryCustody } from './recovery-custody';

const root = await mkdtemp(join(tmpdir(), 'fc-handout-'));
afterAll(() => rm(root, { recursive: true }));

/** A head at a desk with a new recovery key: real keyslots on the disk, and a log that has room or none. */
async function desk() {
  const keys = new KeyRing(
    Object.fromEntries(KEYS_OF.recovery.map((name) => [name, randomBytes(32)])),
  );
  const keyslots = Keyslots.create(
    join(root, `${randomBytes(4).toString('hex')}.json`),
    '650100',
    'D',
  );
  await keyslots.createSlot({
    ...{ userId: 'u1', badge: 'H1', displayName: '沈', roleStatementRef: 'r', role: 'head' },
    ...{ password: Buffer.from('口令 1234'), factors: {}, isPractice: true, nowMs: 1 },
    kdf: { memoryKiB: 64, passes: 1, lanes: 1 },
    keys,
  });
  const log: string[] = [];
  const room = { of: new Set<string>() };
  const session = { keyslots, keys, view: { userId: 'u1', badge: 'H1', role: 'head' } };
  const windows: string[] = [];
  const custody = new RecoveryCustody(() => void windows.push('closed'));
  const people = new PeopleService({
    custody,
    sessions: { demand: () => session, current: session },
    nowMs: () => 5,
    tell: () => undefined,
    store: {
      call: async (_: string, { kind, payload }: { kind: string; payload: { part?: string } }) => {
        if (room.of.has(kind)) throw new AppError('DISK_FULL', { neededMb: 1 });
        log.push(`${kind} ${payload.part ?? ''}`.trim());
      },
    },
  } as never);
  await people.makeRecovery();
  const shown = () => {
    const { part, groups, askedGroup } = custody.show();
    return { part, typed: (groups[askedGroup - 1] ?? '').slice(0, 4) };
  };
  return { people, custody, keyslots, log, room, shown, windows };
}

// Would catch: a part that its keeper has on paper and confirmed, and that counts as never handed out for good because the disk was
// full at that moment: the new key is told as lost, and nobody can mend it but by making another.
it('keeps a confirmed part until log and file say that it was handed out', async () => {
  const { people, custody, keyslots, log, room, shown } = await desk();
  const a = shown();
  for (const kind of ['recovery-handed-out', 'recovery-shown']) {
    room.of = new Set([kind]);
    await expect(people.confirmRecovery(a.typed)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(shown()).toEqual(a);
  }
  room.of = new Set();
  expect(await people.confirmRecovery(a.typed)).toBe('next');
  const b = shown();
  expect([a.part, b.part]).toEqual(['a', 'b']);
  room.of = new Set(['recovery-handed-out']);
  await expect(people.confirmRecovery(b.typed)).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect([custody.isHolding, keyslots.recovery?.isHandedOut]).toEqual([true, false]);
  room.of = new Set();
  expect(await people.confirmRecovery(b.typed)).toBe('done');
  expect([custody.isHolding, keyslots.recovery?.isHandedOut]).toEqual([false, true]);
  expect(log.slice(-2)).toEqual(['recovery-shown b', 'recovery-handed-out b']);
});

// Would catch: a button that is pressed twice and hands the second part out unseen, or writes the first one down twice.
it('confirms one part at a time', async () => {
  const { people, custody, log, shown, windows } = await desk();
  const { typed } = shown();
  const closed = windows.length;
  const both = await Promise.all([people.confirmRecovery(typed), people.confirmRecovery(typed)]);
  expect(both).toEqual(['next', 'wrong']);
  expect([custody.show().part, windows.length - closed]).toEqual(['b', 0]);
  expect(log.filter((one) => one.startsWith('recovery-handed-out'))).toEqual([
    'recovery-handed-out a',
  ]);
});
