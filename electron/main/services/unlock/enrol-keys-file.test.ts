import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DeviceKey, makeDeviceKey } from './device-keys';
import { EnrolKeysFile } from './enrol-keys-file';
import { KeptAnswer } from './kept-answer';

type Keys = Readonly<Record<'tls', DeviceKey>>;
const HOUR_MS = 3_600_000;
const make = (): Keys => ({ tls: makeDeviceKey() });
const root = await mkdtemp(join(tmpdir(), 'fc-enrolling-'));
afterAll(() => rm(root, { recursive: true }));

let path: string;
let nowMs: number;
const secret = randomBytes(32);
const machine = {
  load: async () => new Uint8Array(secret),
  loadOrRenew: async () => new Uint8Array(secret),
  find: async () => new Uint8Array(secret),
};
/** A program that starts: nothing is in memory, the file is as it was left. */
const started = () => {
  const file = new EnrolKeysFile<Keys>(path, machine as never, () => nowMs);
  return { file, kept: new KeptAnswer<Keys>(file) };
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  path = join(root, randomBytes(4).toString('hex'));
  nowMs = 1_000 * HOUR_MS;
});
afterEach(() => void vi.useRealTimers());

// Would catch: private keys of an enrolment that was given up and lie on the disk for ever, beside the secret that opens them; or that
// go while their code can still be asked with.
it('goes after an hour, in a program that runs or at its next start', async () => {
  const { device } = await started().kept.begin('A', make);
  nowMs += HOUR_MS - 1;
  await vi.advanceTimersByTimeAsync(HOUR_MS - 1);
  const kept = await started().file.read('A');
  expect(kept?.tls.publicText).toBe(device.tls.publicText);
  nowMs += 1;
  await vi.advanceTimersByTimeAsync(1);
  vi.useRealTimers();
  await expect.poll(() => existsSync(path)).toBe(false);

  await started().kept.begin('B', make);
  nowMs += HOUR_MS;
  expect(existsSync(path)).toBe(true);
  await started().kept.sweep();
  expect(existsSync(path)).toBe(false);
});

// Would catch: a file that nobody can enrol with and that stays: torn, of another machine, or of a clock that was set back.
it('goes at the start where it opens nothing', async () => {
  await writeFile(path, '{"format":"fieldcert-machine-sealed"');
  await started().kept.sweep();
  expect(existsSync(path)).toBe(false);
  await started().kept.begin('A', make);
  nowMs -= HOUR_MS;
  await started().kept.sweep();
  expect(existsSync(path)).toBe(false);
  await expect(started().kept.sweep()).resolves.toBeUndefined();
});
