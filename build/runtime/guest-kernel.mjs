import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { runtimeCache } from './fallback.mjs';
import { say, stopWith } from './say.mjs';

/**
 * What the guest of the real-bus rig (e2e/rigs/qemu) loads: virtio and 9p for the host's files, a console to talk
 * over, and USB 3 with its bus. Debian's kernel for clouds has no USB; the full one has it as modules.
 */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'virtio_console', 'xhci_pci'];
const PACKAGE = 'linux-image-amd64';
const XZ_MAGIC = Buffer.from('fd377a585a00', 'hex');

/**
 * The folder with `vmlinux`, the modules and their order of loading in `order`; fetched from Debian's archive at first
 * use, and never installed on the host.
 */
export function guestKernel() {
  const image = imagePackage();
  const made = createHash('sha256').update(MODULES.join()).digest('hex').slice(0, 8);
  const home = join(runtimeCache(), `${image.file.replace(/\.deb$/, '')}-${made}`);
  if (existsSync(join(home, 'order'))) return home;
  say('fetching a kernel for the machine with a real USB bus');
  mkdirSync(runtimeCache(), { recursive: true });
  const building = mkdtempSync(join(runtimeCache(), 'guest-'));
  try {
    expect('apt-get', ['download', image.name], building);
    const [archive = ''] = readdirSync(building).filter((name) => name.endsWith('.deb'));
    const root = join(building, 'root');
    expect('dpkg-deb', ['-x', archive, root], building);
    const release = readdirSync(join(root, 'lib/modules'))[0] ?? '';
    const kit = join(building, 'kit');
    mkdirSync(kit);
    unpackKernel(join(root, 'boot', `vmlinuz-${release}`), join(kit, 'vmlinux'));
    copyModules(root, release, kit);
    rmSync(home, { recursive: true, force: true });
    renameSync(kit, home);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return home;
}

function imagePackage() {
  const depends = spawnSync('apt-cache', ['depends', PACKAGE], { encoding: 'utf8' }).stdout ?? '';
  const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (name === undefined) {
    return stopWith(`Debian's package lists do not know ${PACKAGE}: run apt-get update.`);
  }
  const shown = spawnSync('apt-cache', ['show', '--no-all-versions', name], { encoding: 'utf8' });
  const file = /^Filename: (\S+)$/m.exec(shown.stdout)?.[1];
  return { name, file: basename(file ?? `${name}.deb`) };
}

/**
 * The kernel proper, which the machine starts directly: unpacking it in emulation takes longer than booting.
 * @param {string} vmlinuz
 * @param {string} target
 */
function unpackKernel(vmlinuz, target) {
  const packed = readFileSync(vmlinuz);
  const begin = packed.indexOf(XZ_MAGIC);
  if (begin < 0) stopWith(`${basename(vmlinuz)} is packed in no known way.`);
  // xz complains of what follows the stream, after it has given out all of it.
  const { stdout } = spawnSync('xz', ['-dc', '--single-stream'], {
    input: packed.subarray(begin),
    maxBuffer: 1 << 29,
  });
  if (!stdout.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'))) {
    stopWith(`${basename(vmlinuz)} holds no kernel.`);
  }
  writeFileSync(target, stdout);
}

/**
 * @param {string} root
 * @param {string} release
 * @param {string} kit
 */
function copyModules(root, release, kit) {
  expect('depmod', ['-b', root, release], root);
  const order = new Set();
  for (const name of MODULES) {
    const shown = expect('modprobe', ['-d', root, '-S', release, '--show-depends', name], root);
    for (const [, path = ''] of shown.matchAll(/^insmod (\S+)/gm)) {
      copyFileSync(path, join(kit, basename(path)));
      if (path.endsWith('.xz')) expect('xz', ['-d', join(kit, basename(path))], root);
      order.add(basename(path).replace(/\.xz$/, ''));
    }
  }
  writeFileSync(join(kit, 'order'), [...order].join('\n'));
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function expect(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) stopWith(`${command} ${args[0]} failed: ${stderr ?? ''}`);
  return stdout;
}
