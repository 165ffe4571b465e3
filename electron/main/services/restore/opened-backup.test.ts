import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { KEYS_OF, KeyRing } from '../../../crypto/key-ring';
import { Keyslots } from '../../../crypto/keyslots';
import { recoveryKeyOf } from './opened-backup';

const root = await mkdtemp(join(tmpdir(), 'fc-restore-'));
afterAll(() => rm(root, { recursive: true }));

// Would catch: a recovery key offered as if people held it though its parts were never handed out; one not offered whose parts were
// handed out behind the backup, or that of before beside a new one, though they open it.
it('tells whether people held the recovery key of a backup', async () => {
  const keys = new KeyRing(
    Object.fromEntries(KEYS_OF.recovery.map((name) => [name, randomBytes(32)])),
  );
  const path = join(root, 'keyslots.json');
  const slots = Keyslots.create(path, '650100', 'D');
  await slots.createSlot({
    ...{ userId: 'u1', badge: 'H1', displayName: '沈', roleStatementRef: 'r', role: 'head' },
    ...{ password: Buffer.from('口令 1234'), factors: {}, isPractice: true, nowMs: 1 },
    kdf: { memoryKiB: 64, passes: 1, lanes: 1 },
    keys,
  });
  expect(recoveryKeyOf(slots)).toBe('none');
  const parts = await slots.createRecovery(keys, 5);
  const copy = join(root, 'copy.json');
  await copyFile(path, copy);
  const backup = (await Keyslots.open(copy)) as Keyslots;
  expect(recoveryKeyOf(backup)).toBe('not-yet');
  await slots.confirmRecovery();
  expect(recoveryKeyOf(slots)).toBe('in-hand');
  expect((await backup.openRecovery(parts)).ok).toBe(true);
  const former = (await Keyslots.open(path)) as Keyslots;
  await former.createRecovery(keys, 6);
  expect(recoveryKeyOf(former)).toBe('in-hand');
  expect((await former.openRecovery(parts)).ok).toBe(true);
});
