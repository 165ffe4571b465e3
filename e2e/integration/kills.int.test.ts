import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { KEY_NAMES, KeyRing } from '../../electron/crypto/key-ring';
import { Keyslots } from '../../electron/crypto/keyslots';
import { sweepStaging } from '../../electron/jobs/package/staging';
import { verifyPackage } from '../../electron/jobs/package/verify';
import { makePackageRig } from '../../electron/jobs/test/package-rig';
import { sweepTemporary } from '../../electron/platform/atomic-write';
import { ACTIONS, CHANGES, Shim } from '../../electron/store/test/faults/shim';
import { random } from '../../electron/store/test/rows';
import { appPath } from './desk-rig';

/** Each of them amid the changes of a file; `npm run proof` does hundreds. */
const kills = Number(process.env.FIELDCERT_KILLS ?? 3);
const next = random(Number(process.env.FIELDCERT_KILL_SEED ?? 1));
const folder = mkdtempSync(join(tmpdir(), 'fieldcert-kills-'));
const shim = new Shim();
afterAll(() => {
  shim.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function bundle(name: string): Promise<string> {
  const outfile = appPath(`node_modules/.cache/${name}.cjs`);
  await build({
    entryPoints: [appPath(`e2e/integration/${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}

/** Runs a program until its n-th change of files whose path has `pattern` kills it; answers the last number it said was done. */
function runUntil(
  program: string,
  args: readonly string[],
  pattern: string,
  most: number,
): Promise<{ readonly done: number; readonly isKilled: boolean; readonly changes: number }> {
  const action = [ACTIONS.killBefore, ACTIONS.killAfter, ACTIONS.killHalf];
  shim.arm({
    ops: CHANGES,
    pattern,
    nth: 1 + Math.floor(next() * most),
    times: 1,
    action: action[Math.floor(next() * 3)] ?? 1,
  });
  const child = spawn(shim.nodePath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  return new Promise((resolve) =>
    child.once('close', (_, signal) => {
      const changes = shim.seen;
      shim.disarm();
      const done = Number(text.trimEnd().split('\n').at(-1)?.slice(5) ?? 0);
      resolve({ done, isKilled: signal === 'SIGKILL', changes });
    }),
  );
}

describe('killed at any moment', () => {
  // Would catch: a keyslot file that no longer opens, slots that hold different keys, an acknowledged change lost.
  it(
    'keyslots open with the key that was acknowledged',
    async () => {
      const path = join(folder, 'keyslots.json');
      const program = await bundle('keyslots-child');
      const password = Buffer.from('口令 1234');
      const machine = new Uint8Array(32).fill(9);
      const names = KEY_NAMES.filter((name) => !name.endsWith('Next'));
      const keys = Object.fromEntries(
        names.map((name, i) => [name, new Uint8Array(32).fill(i + 1)]),
      );
      const made = Keyslots.create(path, '650100', 'dev-1');
      for (const [badge, role] of [
        ['H1', 'head'],
        ['I1', 'inspector'],
        ['S1', 'security-admin'],
        ['A1', 'auditor'],
      ] as const)
        await made.createSlot({
          userId: `u-${badge}`,
          badge,
          displayName: badge,
          roleStatementRef: 'r',
          role,
          password,
          factors: { machine: { secret: machine, isBound: true } },
          keys: new KeyRing(keys),
          kdf: { memoryKiB: 64, passes: 1, lanes: 1 },
          isPractice: false,
          nowMs: 1,
        });
      const parts = await made.createRecovery(new KeyRing(keys), 1);
      let held = 0;
      for (let kill = 0; kill < kills; kill++) {
        const { done, isKilled } = await runUntil(program, [path, String(held + 1)], folder, 24);
        expect(isKilled).toBe(true);
        const atLeast = Math.max(held, done);
        const found: number[] = [];
        for (const badge of ['H1', 'I1', 'S1', 'A1']) {
          const slots = await Keyslots.open(path);
          const opened = await slots?.openSlot({ badge, password, machine });
          if (!opened?.ok) throw new Error(`${badge}: ${opened?.error.kind ?? 'no file'}`);
          found.push(opened.value.peek('journalNext')?.[0] ?? 0);
          await slots?.settled();
          opened.value.zero();
        }
        const recovery = await (await Keyslots.open(path))?.openRecovery(parts);
        if (!recovery?.ok) throw new Error(`recovery: ${recovery?.error.kind ?? 'no file'}`);
        found.push(recovery.value.peek('journalNext')?.[0] ?? 0);
        expect(recovery.value.peek('audit')?.[0]).toBe(keys.audit?.[0]);
        recovery.value.zero();
        // Every slot, whatever its kind, opens to the same key.
        expect(new Set(found).size).toBe(1);
        expect([atLeast % 251, (atLeast + 1) % 251]).toContain(found[0]);
        held = atLeast + (found[0] === atLeast % 251 ? 0 : 1);
      }
      await sweepTemporary(folder);
      expect(readdirSync(folder)).toEqual(['keyslots.json']);
    },
    120_000 + kills * 20_000,
  );

  // Would catch: half a package at its target, one that does not verify, staging and parts that pile up.
  it(
    'an export is there whole or not at all',
    async () => {
      const rig = makePackageRig();
      const targets = mkdtempSync(join(tmpdir(), 'fieldcert-exports-'));
      const program = await bundle('export-child');
      let changes = 60;
      try {
        for (let kill = 0; kill < kills; kill++) {
          const target = join(targets, `package-${kill}.zip`);
          const run = await runUntil(program, [rig.folder, target], 'fieldcert-', 1.1 * changes);
          if (!run.isKilled) changes = run.changes;
          await sweepStaging(rig.stagingDir);
          if (!run.isKilled) expect(run.done).toBe(1);
          if (run.done === 1) expect(existsSync(target)).toBe(true);
          if (existsSync(target))
            expect(
              (await verifyPackage(target, { trustRoots: [rig.rootDer] })).checks.filter(
                ({ ok }) => !ok,
              ),
            ).toEqual([]);
        }
        expect(readdirSync(rig.stagingDir)).toEqual([]);
        expect(readdirSync(targets).filter((name) => !/^package-\d+\.zip$/.test(name))).toEqual([]);
      } finally {
        rig.remove();
        rmSync(targets, { recursive: true, force: true });
      }
    },
    120_000 + kills * 20_000,
  );
});
