import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { OpenSession } from '../unlock/session';
import { ageOfRows } from './grant-age';
import { GrantFolders } from './grant-folder';

// The seal has its own tests: this one is about what lies in it.
vi.mock('../unlock/device-box', () => ({
  sealToDevice: async (_session: unknown, bytes: Uint8Array) => bytes.slice(),
  openDeviceBox: async (_session: unknown, bytes: Uint8Array) => bytes.slice(),
}));

const DAY_MS = 86_400_000;
const GRANT = '01J00000000000000000000000';

// Would catch: rows of months ago in solid green, because the office's own data are fresh.
it('granted rows are as old as their signature, and old where nobody knows', () => {
  const nowMs = 1_790_000_000_000;
  expect(ageOfRows(nowMs - 7 * DAY_MS, nowMs, 7)).toEqual({
    asOfMs: nowMs - 7 * DAY_MS,
    isOld: false,
  });
  expect(ageOfRows(nowMs - 8 * DAY_MS, nowMs, 7).isOld).toBe(true);
  expect(ageOfRows(null, nowMs, 7)).toEqual({ asOfMs: null, isOld: true });
});

// Would catch: the moment lost or read out of the keys, or the keys of a folder of before not read any more.
it('keeps the moment beside the keys', async () => {
  const root = await mkdtemp(join(tmpdir(), 'fieldcert-age-'));
  try {
    const folders = new GrantFolders(root);
    const session = { office: { deviceId: 'D-1' } } as unknown as OpenSession;
    const key = (value: number) => new Uint8Array(32).fill(value);
    const keys = { digestTag: key(1), transportPublic: key(2), transportPrivate: key(3) };
    expect(await folders.asOf(session, GRANT)).toBeNull();
    const made = await folders.make(session, GRANT, keys, 1_790_000_000_123);
    expect(await folders.asOf(session, GRANT)).toBe(1_790_000_000_123);
    const read = await folders.read(session, GRANT);
    expect(read?.files).toEqual(made.files);
    expect(read?.transportPrivate).toEqual(key(3));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
