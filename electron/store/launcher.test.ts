import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { launchStore } from './launcher';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The bug: a second message to a store that had just died was an error that nobody listened to, which ended main.
test('every call to a process that has just died fails by itself', async () => {
  const entry = join(folder, 'silent.cjs');
  writeFileSync(
    entry,
    "process.send({ event: 'started', point: null }); process.on('message', () => {});",
  );
  const store = launchStore({ kind: 'child', nodePath: process.execPath, entry });
  await new Promise((resolve) => setTimeout(resolve, 300));
  store.kill();
  // Nothing is told meanwhile: the process is gone and its channel still counts as connected.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  const calls = [1, 2, 3].map(() => store.call('close', {}));
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'STORE_CRASHED' });
  await new Promise((resolve) => setTimeout(resolve, 50));
});
