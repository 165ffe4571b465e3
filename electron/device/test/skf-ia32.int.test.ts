import { execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createDevice } from '../device';
import { createSkfDriver } from '../drivers/skf/skf-driver';
import { describeConformance } from './conformance';
import { makeSkfToken } from './skf/rig';

/** As the build made it; the tests' bundles lie elsewhere. */
const program = join(process.env.FIELDCERT_APP ?? process.cwd(), 'dist/device/skf-helper-ia32');
const rig = makeSkfToken(4, 'IA32TOKEN', 'ia32');
const tokenId = 'skf:IA32TOKEN';
const driver = (helper: Parameters<typeof createSkfDriver>[0]['helper'] = { program }) =>
  createSkfDriver({ profile: rig.profile, ...(helper === undefined ? {} : { helper }) });
const calm = () => new AbortController().signal;
const use = () => ({
  tokenId,
  keyRef: rig.keys.sm2,
  pin: new TextEncoder().encode(rig.pin),
  signal: calm(),
});
const digests = [randomBytes(32)];
const kind = (outcome: { ok: boolean; failure?: { kind: string } }) =>
  outcome.ok ? 'done' : outcome.failure?.kind;
afterEach(() => {
  rig.misbehave();
  rig.setTries(6);
});
afterAll(() => rig.remove());

describeConformance('skf with a library for 32-bit programs, by the helper', async () => ({
  makeDriver: () => driver(),
  pin: rig.pin,
  wrongPin: '000000',
  keyRefs: [rig.keys.sm2, rig.keys.rsa],
  unwrapRefs: [rig.keys.sm2Enc],
  unplug: rig.unplug,
  replug: rig.replug,
}));

describe('the helper for 32-bit libraries', () => {
  // Bug: the library is loaded blindly, or the page cannot say by which way.
  it('is used for what its file says is 32-bit, and told of', async () => {
    expect(readFileSync(rig.profile.libraryPath)[4]).toBe(1);
    const device = createDevice([driver()]);
    const { tokens, problems, helped } = await device.list();
    expect(tokens.map((token) => token.tokenId)).toEqual([tokenId]);
    expect({ problems, helped }).toEqual({ problems: [], helped: [rig.profile.libraryPath] });
    await device.close();
    const refused = async (helper: string) => {
      const { problems: told, helped: none } = await createDevice([
        driver({ program: helper }),
      ]).list();
      expect(none).toEqual([]);
      return told[0]?.failure.kind === 'library-unusable' ? told[0].failure.detail : told;
    };
    expect(await refused(join(rig.folder, 'absent'))).toMatch(/^helper: .*cannot start/u);
  });

  // Bug: a library that crashes, hangs, lies or prints takes the U-Key process along, or passes for a token that was pulled.
  it('keeps what the library does to itself', async () => {
    const limits = { loadMs: 20_000, callMs: 2_500 };
    const device = createDevice([driver({ program, limits })]);
    rig.misbehave('noise');
    expect((await device.list()).tokens).toHaveLength(1);
    for (const [name, number, words] of [
      ['crash', undefined, 'ended (SIGSEGV)'],
      ['slow', 3_600_000, 'did not answer'],
      ['foreign-signature', undefined, 'out of range'],
    ] as const) {
      rig.misbehave(name, number);
      const outcome = await device.sign(use(), digests);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'failed', layer: 'library' } });
      expect(JSON.stringify(outcome)).toContain(words);
      rig.misbehave();
      expect(kind(await device.sign(use(), digests))).toBe('done');
    }
    rig.misbehave('list-length', 0xffffffff);
    expect((await device.list()).problems[0]?.failure.kind).toBe('failed');
    rig.misbehave();
    await device.close();
  });

  // Bug: a library that dies as it is loaded, or is none for U-Keys, is started anew every two seconds, or reads as missing.
  it('says why a 32-bit library does not load', async () => {
    const made = (name: string, body: string) => {
      const library = join(rig.folder, `${name}.so`);
      writeFileSync(join(rig.folder, `${name}.c`), body);
      execFileSync('gcc', ['-m32', '-shared', '-o', library, join(rig.folder, `${name}.c`)]);
      return library;
    };
    const abort = '__attribute__((constructor)) static void f(void) { __builtin_trap(); }';
    for (const [library, words] of [
      [made('dies', abort), /ended \(SIGILL\) while it loaded/u],
      [made('other', 'int SKF_EnumDev(void) { return 0; }'), /SKF_ConnectDev absent/u],
      [
        made('needs', 'int nowhere(void); int SKF_EnumDev(void) { return nowhere(); }'),
        /undefined symbol/u,
      ],
    ] as const) {
      const profile = { ...rig.profile, libraryPath: library };
      const device = createDevice([createSkfDriver({ profile, helper: { program } })]);
      const [problem] = (await device.list()).problems;
      expect(problem?.failure).toMatchObject({ kind: 'library-unusable', library });
      expect(JSON.stringify(problem)).toMatch(words);
      await device.close();
    }
  });

  // Bug: the U-Key process is killed, at lock or because it hung, and a helper with a logged-in token lives on.
  it('dies with the process that started it, even where it cannot hear of that', async () => {
    // The bundle looks for it beside itself.
    expect(existsSync(program)).toBe(true);
    const bundle = join(process.env.FIELDCERT_APP ?? process.cwd(), 'dist/device/device.cjs');
    const child = fork(bundle, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    const configure = { pkcs11Libraries: [], skfProfiles: [rig.profile], isPracticeOffice: false };
    child.send({ kind: 'configure', id: 1, ...configure });
    const helpers = () =>
      execFileSync('ps', ['--ppid', String(child.pid), '-o', 'pid=,comm='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes('skf-helper'))
        .map((line) => Number.parseInt(line, 10));
    await expect
      .poll(() => helpers().length, { timeout: 15_000 })
      .toBe(1)
      .catch(() => undefined);
    const [helper = 0] = helpers();
    expect(helper).toBeGreaterThan(0);
    process.kill(helper, 'SIGSTOP');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => existsSync(`/proc/${helper}`), { timeout: 10_000 }).toBe(false);
  });
});
