import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { KeyRing } from '../../../crypto/key-ring';
import type { StoreCaller } from '../../clients/store-client';
import { type OpenSession, SessionHolder } from '../unlock/session';
import { RecoveryService } from './recovery';

const folder = await mkdtemp(join(tmpdir(), 'fc-recovery-keys-'));
afterAll(() => rm(folder, { recursive: true }));

/** A session as far as the recovery looks at it. */
function session(): OpenSession {
  const names = ['journal', 'journalNext', 'slice', 'sliceNext'] as const;
  const keys = new KeyRing(Object.fromEntries(names.map((name) => [name, randomBytes(32)])));
  const view = { userId: 'u1', badge: 'A1', name: '王伟', role: 'head', regions: [] } as const;
  return { view, keys, office: { deviceId: 'D1' } } as unknown as OpenSession;
}

// Would catch: copies of keys that stay in main, which lives on after the lock, when the store fails or has answered.
it('leaves no key behind in the calls of a recovery, whether they fail or not', async () => {
  const given: Uint8Array[] = [];
  const keep = (value: unknown): void => {
    if (value instanceof Uint8Array) given.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(keep);
  };
  let isFailing = true;
  const call = async (name: string, input: unknown): Promise<unknown> => {
    const before = given.length;
    keep(input);
    if (given.length > before) expect(given.at(-1)?.some((byte) => byte !== 0)).toBe(true);
    if (isFailing && name !== 'auditAppend') throw new AppError('STORE_CRASHED');
    return { rows: {}, damagedPages: 0 };
  };
  const sessions = new SessionHolder();
  const recovery = new RecoveryService({
    officeDir: folder,
    damageFile: join(folder, 'damage.json'),
    store: { call } as unknown as StoreCaller,
    sessions,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    nowMs: Date.now,
    program: 'test',
    chooseFolder: async () => null,
    lock: () => undefined,
    announce: async () => undefined,
    resume: async () => undefined,
  });
  const damaged = new AppError('STORE_CORRUPT', { file: 'journal.db' });
  for (const isNow of [true, false]) {
    isFailing = isNow;
    const settle = (act: Promise<unknown>) => act.then(() => 'done').catch(() => 'failed');
    const expected = isNow ? 'failed' : 'done';
    expect(await recovery.hold(session(), damaged)).toBe(true);
    expect(await settle(recovery.diagnose())).toBe(expected);
    expect(await settle(recovery.renew())).toBe(expected);
    recovery.end();
    sessions.open(session());
    recovery.storeOpened({ code: 'STORE_CORRUPT', file: 'slice.db', params: {}, detail: '' });
    expect(await settle(recovery.mend())).toBe(expected);
    recovery.end();
    sessions.close();
  }
  expect(given.length).toBe(16);
  expect(given.every((key) => key.every((byte) => byte === 0))).toBe(true);
});
