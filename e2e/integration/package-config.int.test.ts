import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Packages for machines that none of ours is: what can be known of them without making one. The configuration by
 * electron-builder's own schema, and the native code that is laid out for each machine by the header of its format.
 */
const root = resolve(import.meta.dirname, '../..');
const ofRoot = createRequire(join(root, 'package.json'));
const ofBuilder = createRequire(ofRoot.resolve('electron-builder'));
const work = mkdtempSync(join(tmpdir(), 'fieldcert-targets-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Target {
  readonly platform: 'linux' | 'win32' | 'darwin';
  readonly arch: 'x64' | 'arm64';
  readonly builder: string;
}
const load = (path: string): Promise<unknown> => import(pathToFileURL(join(root, path)).href);
const { targets } = (await load('build/package/targets.mjs')) as {
  readonly targets: Readonly<Record<string, Target>>;
};
const { copyModules } = (await load('build/package/modules.mjs')) as {
  readonly copyModules: (places: readonly string[], app: string, target: Target) => Promise<void>;
};
type Configuration = Readonly<Record<string, unknown>>;
const configuration = ofRoot('./build/electron-builder.config.cjs') as Configuration;
const { validateConfiguration } = ofBuilder('app-builder-lib/out/util/config/config') as {
  readonly validateConfiguration: (config: object, log: object) => Promise<void>;
};
const logger = { isEnabled: false, add: () => undefined };

describe('the configuration of packages', () => {
  // Would catch: a key that electron-builder does not know or reads otherwise, for a system whose packages are not made here.
  it('is one by the schema of electron-builder', async () => {
    await expect(validateConfiguration(configuration, logger)).resolves.toBeUndefined();
    for (const [system, bad] of [
      ['nsis', { oneclick: false }],
      ['mac', { hardenedRuntime: 'yes' }],
      ['deb', { depend: [] }],
    ] as const)
      await expect(
        validateConfiguration({ ...configuration, [system]: bad }, logger),
        system,
      ).rejects.toThrow(/schema|unknown|should be/i);
  });

  // Would catch: an installer that installs for one person only, asks when it is to be silent, or takes people's data away;
  // packages of a system that lose the sandboxed and signed way of starting.
  it('says what administrators are promised', () => {
    expect(configuration).toMatchObject({
      asar: true,
      asarUnpack: expect.arrayContaining(['**/skf-helper-ia32*']),
      publish: null,
      win: { target: ['nsis', 'zip'] },
      nsis: { perMachine: true, oneClick: false, deleteAppDataOnUninstall: false },
      mac: { target: ['dmg', 'zip'], hardenedRuntime: true },
    });
  });
});

/** Machine and system by the first bytes of a program: ELF, PE, Mach-O (thin, or fat with its list). */
function machinesOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const cpus: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };
  if (bytes.readUInt32BE(0) === 0x7f454c46)
    return [`linux-${{ 62: 'x64', 183: 'arm64' }[bytes.readUInt16LE(18)] ?? '?'}`];
  if (bytes.toString('latin1', 0, 2) === 'MZ') {
    const machine = bytes.readUInt16LE(bytes.readUInt32LE(60) + 4);
    return [`win32-${{ 34404: 'x64', 43620: 'arm64' }[machine] ?? '?'}`];
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return [`darwin-${cpus[bytes.readUInt32LE(4)] ?? '?'}`];
  if (bytes.readUInt32BE(0) !== 0xcafebabe) return ['unknown'];
  return Array.from(
    { length: bytes.readUInt32BE(4) },
    (_, i) => `darwin-${cpus[bytes.readUInt32BE(8 + 20 * i)] ?? '?'}`,
  );
}

describe.each(Object.entries(targets))('native code for %s', (name, target) => {
  // Would catch: a package whose store or readers do not load because the module is absent, of another machine, or one of
  // several that are guessed among.
  it.each(['sqlcipher', 'usb'])('%s: one module, made for it', async (module) => {
    const app = join(work, name, module);
    await copyModules([join('node_modules', module)], app, target);
    const folder = join(app, 'dist/node_modules', module);
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.node'),
    );
    expect(found).toHaveLength(1);
    expect(machinesOf(join(folder, found[0] ?? ''))).toContain(name);
  });
});
