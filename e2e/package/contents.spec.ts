import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { extractAll } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { type Installed, required, unpackDeb } from './installed';

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly unknown[];
  readonly licenses: readonly unknown[];
}

/** States on the wire, as characters. */
const OFF = 48;
const ON = 49;

function filesBelow(folder: string, root = folder): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return lstatSync(path).isDirectory() ? filesBelow(path, root) : [relative(root, path)];
  });
}

/** Opens the package as a stranger would: what electron-builder was asked for does not count. */
test.describe('what a release holds', () => {
  let installed: Installed;
  let app: string;
  let names: readonly string[];
  test.beforeAll(() => {
    installed = unpackDeb(required('FIELDCERT_PACKAGE_DEB'));
    app = mkdtempSync(join(tmpdir(), 'fieldcert-asar-'));
    extractAll(join(installed.resources, 'app.asar'), app);
    names = filesBelow(app);
  });

  // Bug: a pattern of the packer that takes more than it names, and the server, tests or sources go along.
  test('only what the product runs on', () => {
    const allowed = [
      /^package\.json$/,
      /^dist\/(main|preload|store|device|jobs)\/[\w-]+\.cjs$/,
      /^dist\/device\/skf-helper-ia32$/,
      /^dist\/renderer\/([a-z]+\.html|assets\/[\w.-]+\.(js|css|ttf|wasm|svg|png))$/,
      /^dist\/parts\.json$/,
      /^dist\/node_modules\//,
      /^resources\/(agreement|catalogues|industries|regions|rule-packs|u-keys)\/[\w.-]+\.json$/,
      /^resources\/udev\/[\w-]+\.rules$/,
    ];
    expect(names.filter((name) => !allowed.some((one) => one.test(name)))).toEqual([]);
    const outside = filesBelow(installed.resources).filter((name) => !name.startsWith('app.asar'));
    const known = /^(apparmor-profile|program\.(json|sig)|citest\/node)$/;
    expect(outside.filter((name) => !known.test(name))).toEqual([]);
  });

  // Bug: source maps, tests and documents of ours or of others in a package.
  test('no sources, maps, tests or scripts', () => {
    const banned =
      /\.(map|ts|tsx|mts|cts|gyp|c|cc|cpp|h|sh|py|md)$|(^|\/)(test|tests|__tests__|\.github)\//i;
    expect(names.filter((name) => banned.test(name))).toEqual([]);
  });

  // Bug: a root of releases that nobody asked for: what is signed under it would pass for a release.
  test('no root of releases unless the package was made with one', () => {
    const asked = (process.env.FIELDCERT_RELEASE_ROOT ?? '') !== '';
    expect(names.includes('resources/release/1.root.json')).toBe(asked);
  });

  // Bug: a key, a token of a test or a path of the machine that built it, in a file that everybody gets.
  test('no secrets, no names of the machine that made it', () => {
    const secrets = [
      /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
      /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
      /\bAKIA[0-9A-Z]{16}\b/,
      /\/root\/|\/home\/[a-z]+\/|\/work\//,
      /sourceMappingURL=(?!data:)\S+\.map/,
    ];
    const ours = names.filter((name) => /^dist\/(?!node_modules)|^resources/.test(name));
    const texts = ours.filter((name) => /\.(cjs|js|css|html|json|rules)$/.test(name));
    expect(texts.length).toBeGreaterThan(20);
    const found = texts.flatMap((name) => {
      const text = readFileSync(join(app, name), 'utf8');
      return secrets.filter((one) => one.test(text)).map((one) => `${name}: ${one.source}`);
    });
    expect(found).toEqual([]);
  });

  // Bug: an installed program that a variable of the user's shell turns into a test rig.
  test('no switch of a source checkout', () => {
    const found = names
      .filter((name) => /^dist\/(?!node_modules).*\.(cjs|js)$/.test(name))
      .flatMap((name) => {
        const text = readFileSync(join(app, name), 'utf8');
        return [...new Set(text.match(/FIELDCERT_[A-Z0-9_]+/g) ?? [])].map(
          (one) => `${name}: ${one}`,
        );
      });
    expect(found).toEqual([]);
  });

  // Bug: a module that a program loads was left out, or native code of another machine went along.
  test('every module that is loaded, native code of this machine only and outside the archive', () => {
    const natives = names.filter((name) => name.endsWith('.node'));
    expect(natives.sort()).toEqual([
      'dist/node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
      'dist/node_modules/sqlcipher/prebuilds/linux-x64.node',
      'dist/node_modules/usb/prebuilds/linux-x64/node.napi.glibc.node',
    ]);
    for (const name of natives) {
      expect(existsSync(join(installed.resources, 'app.asar.unpacked', name))).toBe(true);
      expect(readFileSync(join(app, name)).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    }
  });

  // Bug: the helper for vendors' 32-bit libraries is left out, or lies where nothing can be started from; the program's own
  // list does not know it, and another one can be put in its place.
  test('the helper for 32-bit libraries beside the archive, ready to start and on the signed list', () => {
    const place = 'app.asar.unpacked/dist/device/skf-helper-ia32';
    const path = join(installed.resources, place);
    const head = readFileSync(path).subarray(0, 20);
    expect(head.subarray(0, 5).toString('latin1')).toBe('\x7fELF\x01');
    expect(head.readUInt16LE(18)).toBe(3);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    const list = JSON.parse(readFileSync(join(installed.resources, 'program.json'), 'utf8'));
    expect(Object.keys(list.files)).toContain(`resources/${place}`);
    const folder = dirname(required('FIELDCERT_PACKAGE_DEB'));
    const bill = readdirSync(folder).find((name) => name.endsWith('.cdx.json')) ?? '';
    const { components } = JSON.parse(readFileSync(join(folder, bill), 'utf8'));
    expect(components).toContainEqual(expect.objectContaining({ name: 'skf-helper-ia32' }));
  });

  // Bug: a bill of materials that was made from a list of wishes: parts in the package that it does not name.
  test('the bill of materials names what is in it, with hashes', () => {
    const folder = dirname(required('FIELDCERT_PACKAGE_DEB'));
    const bill = readdirSync(folder).find((name) => name.endsWith('.cdx.json')) ?? '';
    const { bomFormat, specVersion, components } = JSON.parse(
      readFileSync(join(folder, bill), 'utf8'),
    ) as { bomFormat: string; specVersion: string; components: Component[] };
    expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.5']);
    const named = new Set(components.map(({ name, version }) => `${name}@${version}`));
    const manifests = names.filter((name) => /^dist\/node_modules\/.*package\.json$/.test(name));
    const beside = manifests
      .map((name) => JSON.parse(readFileSync(join(app, name), 'utf8')))
      // Folders inside a package that only say which kind of module they hold.
      .filter(({ name, version }) => name !== undefined && version !== undefined);
    expect(beside.length).toBeGreaterThan(15);
    const missing = beside
      .map(({ name, version }) => `${name}@${version}`)
      .filter((one) => !named.has(one) && !one.startsWith('@koromix/'));
    expect(missing).toEqual([]);
    // What is bundled: looked up by its own words in the programs, not by the build's list.
    expect(components.some(({ name }) => name === 'react')).toBe(true);
    expect(components.some(({ name }) => name === 'zod')).toBe(true);
    const ofRegistry = components.filter(({ purl }) => purl?.startsWith('pkg:npm/'));
    expect(ofRegistry.filter(({ hashes }) => hashes === undefined).map(({ name }) => name)).toEqual(
      [],
    );
    for (const { licenses } of components) expect(licenses.length).toBeGreaterThan(0);
  });

  // Bug: fuses that were not flipped: the installed program runs as Node, under an inspector, from a folder.
  test('fuses are burnt', async () => {
    const wanted = new Map([
      [FuseV1Options.RunAsNode, OFF],
      [FuseV1Options.EnableCookieEncryption, ON],
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable, OFF],
      [FuseV1Options.EnableNodeCliInspectArguments, OFF],
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, ON],
      [FuseV1Options.OnlyLoadAppFromAsar, ON],
    ]);
    const wire = (await getCurrentFuseWire(installed.binary)) as unknown as Record<number, number>;
    expect([...wanted].filter(([fuse, state]) => wire[fuse] !== state)).toEqual([]);
  });

  // Bug: a package that the system's tools do not take, or that leaves out what the desktop and U-Keys need.
  test('the Debian package has its fields, its rule for tokens and its entry', () => {
    const deb = required('FIELDCERT_PACKAGE_DEB');
    const field = (name: string) =>
      execFileSync('dpkg-deb', ['-f', deb, name], { encoding: 'utf8' }).trim();
    expect(field('Package')).toBe('fieldcert');
    expect(field('Architecture')).toBe('amd64');
    expect(field('Depends')).toContain('libsecret-1-0');
    const list = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' });
    expect(list).toContain('./usr/lib/udev/rules.d/70-fieldcert-tokens.rules');
    for (const locale of ['zh-CN', 'en']) {
      expect(list).toContain(`./usr/share/doc/fieldcert/guide.${locale}.md`);
      expect(list).toContain(`./opt/FieldCert/guide/guide.${locale}.md`);
    }
    expect(list).toContain('./usr/share/applications/fieldcert.desktop');
    expect(list).not.toMatch(/^-..s/m);
    const owners = new Set(
      list
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/)[1]),
    );
    expect([...owners]).toEqual(['root/root']);
    expect(list).not.toMatch(/^.{8}w/m);
  });

  // Bug: a system without a tool, or whose AppArmor refuses the profile, is left with a package that is half installed.
  test('the scripts of the Debian package end well where everything fails', () => {
    const control = mkdtempSync(join(tmpdir(), 'fieldcert-control-'));
    execFileSync('dpkg-deb', ['-e', required('FIELDCERT_PACKAGE_DEB'), control]);
    const tools = join(control, 'tools');
    mkdirSync(tools);
    const tool = (name: string, script: string) =>
      writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    tool('apparmor_status', 'exit 0');
    // Says yes when it is asked, and fails when it is to load the profile.
    tool('apparmor_parser', 'case "$*" in *--skip-kernel-load*) exit 0 ;; esac; exit 1');
    for (const name of ['postinst', 'postrm']) {
      const script = join(control, name);
      const text = readFileSync(script, 'utf8').replaceAll('/usr/bin/ischroot', `${tools}/none`);
      writeFileSync(script, text);
      // No other program is found, so nothing of this machine is touched.
      const done = spawnSync('/bin/bash', [script], { env: { PATH: tools } });
      expect(done.status, `${name}: ${done.stderr}`).toBe(0);
    }
  });

  // Bug: the payload grows unseen until an office with a bad line cannot fetch it.
  test('our part is within its 30 MB', () => {
    const packed = execFileSync(
      'tar',
      ['-cJf', '-', '--exclude=citest', '-C', installed.resources, '.'],
      {
        maxBuffer: 200 * 2 ** 20,
        env: { ...process.env, XZ_OPT: '-1' },
      },
    );
    expect(packed.length / 2 ** 20).toBeLessThan(30);
    expect(statSync(join(installed.resources, 'app.asar')).size).toBeGreaterThan(10 * 2 ** 20);
  });
});
