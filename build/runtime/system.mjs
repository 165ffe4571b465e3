import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

/**
 * Something that the machine must have, and the Debian packages that bring it (the first known
 * one is taken: names changed with Debian 13).
 * @typedef {{ isPresent: () => boolean, packages: readonly (readonly string[])[] }} Need
 */

/** @param {string} name */
const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/** @param {string} binary @returns {Need} */
const graphics = (binary) => ({
  isPresent: () => !/not found/.test(spawnSync('ldd', [binary], { encoding: 'utf8' }).stdout),
  packages: [
    ['libgtk-3-0', 'libgtk-3-0t64'],
    ['libnss3'],
    ['libasound2', 'libasound2t64'],
    ['libgbm1'],
    ['libxss1'],
    ['libnotify4'],
    ['libsecret-1-0'],
  ],
});

/** @type {Need} */
const display = {
  isPresent: () => hasDisplay() || onPath('Xvfb'),
  packages: [['xvfb'], ['xauth']],
};

/** @type {Need} */
const virtualDisplay = { isPresent: () => onPath('Xvfb'), packages: [['xvfb'], ['xauth']] };

/** @type {readonly Need[]} */
const tests = [
  { isPresent: () => onPath('softhsm2-util'), packages: [['softhsm2']] },
  { isPresent: () => onPath('pkcs11-tool'), packages: [['opensc']] },
  // Somebody else's spreadsheet: reads the workbooks that we write, writes the ones that we read.
  { isPresent: () => onPath('soffice'), packages: [['libreoffice-calc-nogui']] },
  // A smart-card service with a virtual reader, and other people's PIV tools (e2e/rigs/vpcd).
  {
    isPresent: () =>
      existsSync('/usr/sbin/pcscd') &&
      existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so') &&
      onPath('yubico-piv-tool'),
    packages: [['pcscd'], ['vsmartcard-vpcd'], ['opensc-pkcs11'], ['yubico-piv-tool']],
  },
  // A USB device that only the tested program sees (e2e/rigs/umockdev).
  {
    isPresent: () =>
      onPath('umockdev-wrapper') && existsSync('/usr/include/umockdev-1.0/umockdev.h'),
    packages: [['umockdev'], ['libumockdev-dev']],
  },
  { isPresent: () => onPath('pkg-config'), packages: [['pkg-config']] },
  // Compiles the shim that makes disks fail (electron/store/test).
  { isPresent: () => onPath('gcc'), packages: [['gcc'], ['libc6-dev']] },
  // Keys of the software U-Key (electron/device/test/skf).
  { isPresent: () => existsSync('/usr/include/openssl/evp.h'), packages: [['libssl-dev']] },
  // The helper for 32-bit libraries of vendors, and such a library (electron/device/skf-helper).
  ...(process.arch === 'x64'
    ? [{ isPresent: hasMultilib, packages: [['gcc-multilib'], ['libc6-dev-i386']] }]
    : []),
  { isPresent: () => onPath('pdfsig'), packages: [['poppler-utils']] },
  // Keys for pdfsig, which signs documents that another program signed (electron/jobs/test).
  { isPresent: () => onPath('certutil'), packages: [['libnss3-tools']] },
  { isPresent: () => onPath('openssl'), packages: [['openssl']] },
  { isPresent: () => onPath('unzip'), packages: [['unzip']] },
  // The size of a package, as it is packed (e2e/package).
  { isPresent: () => onPath('xz'), packages: [['xz-utils']] },
  { isPresent: () => onPath('qpdf'), packages: [['qpdf']] },
  { isPresent: () => postgresFolder() !== undefined, packages: [['postgresql']] },
  {
    isPresent: () =>
      onPath('fc-list') && spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' }).stdout !== '',
    packages: [['fontconfig'], ['fonts-noto-cjk']],
  },
];

/**
 * A machine with a real USB bus (e2e/rigs/qemu): the emulator, what its first programs are made of and with, and the
 * services that run in it.
 * @type {readonly Need[]}
 */
const realBus = [
  { isPresent: () => onPath('qemu-system-x86_64'), packages: [['qemu-system-x86']] },
  { isPresent: isBusyboxStatic, packages: [['busybox-static']] },
  { isPresent: () => onPath('cpio'), packages: [['cpio']] },
  { isPresent: () => onPath('xz'), packages: [['xz-utils']] },
  { isPresent: () => existsSync('/sbin/modprobe'), packages: [['kmod']] },
  { isPresent: () => existsSync('/lib/systemd/systemd-udevd'), packages: [['udev']] },
  {
    isPresent: () => existsSync('/usr/lib/pcsc/drivers/ifd-ccid.bundle'),
    packages: [['pcscd'], ['libccid']],
  },
];

function isBusyboxStatic() {
  if (!existsSync('/bin/busybox')) return false;
  const { stdout, stderr } = spawnSync('ldd', ['/bin/busybox'], { encoding: 'utf8' });
  return /not a dynamic|statically/.test(`${stdout}${stderr}`);
}

/** Whether the user sits before a screen. */
export const hasDisplay = () =>
  process.platform !== 'linux' ||
  Boolean(process.env.DISPLAY) ||
  Boolean(process.env.WAYLAND_DISPLAY);

/** Whether gcc makes 32-bit programs here. */
export function hasMultilib() {
  return onPath('gcc') && existsSync('/usr/lib32/libc.so');
}

/**
 * The compiler of the helper that a package has (build/compile/skf-helper.mjs).
 * @param {'linux' | 'win32'} platform of the package
 */
export const prepareHelperCompiler = (platform) =>
  provide([
    platform === 'linux'
      ? { isPresent: hasMultilib, packages: [['gcc-multilib'], ['libc6-dev-i386']] }
      : {
          isPresent: () => onPath('i686-w64-mingw32-gcc'),
          packages: [['gcc-mingw-w64-i686-win32', 'gcc-mingw-w64-i686']],
        },
  ]);

/** What AppImages for tests are made of (build/package/appimage-tools.mjs). */
export const prepareAppImages = () =>
  provide([{ isPresent: () => onPath('mksquashfs'), packages: [['squashfs-tools']] }]);

/** The folder of Debian's PostgreSQL programs, which are not on the PATH. */
export function postgresFolder() {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return undefined;
  return readdirSync(base)
    .map((version) => join(base, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')));
}

/**
 * Makes sure that the machine has what Electron and, for tests, their independent checkers need:
 * installs it when root on Debian, otherwise says what an administrator has to do once.
 * @param {{ electron?: string, purpose: 'window' | 'test' }} wanted path of the Electron binary
 *   if one will run
 */
export async function prepareSystem({ electron, purpose }) {
  if (process.platform !== 'linux') return;
  await provide([
    ...(electron ? [graphics(electron), purpose === 'test' ? virtualDisplay : display] : []),
    ...(purpose === 'test' ? tests : []),
  ]);
}

/** What the rig with a real USB bus needs; ends the program where it cannot run. */
export async function prepareRealBus() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    stopWith('The real USB bus is emulated on Linux x64 only: run npm run proof -- bus there.');
  }
  await provide(realBus);
}

/** @param {readonly Need[]} wanted */
async function provide(wanted) {
  const needs = wanted.filter((need) => !need.isPresent());
  if (needs.length === 0) return;

  const isDebian = onPath('apt-get');
  const canInstall = isDebian && process.getuid?.() === 0;
  if (canInstall) await apt(['update', '-qq']);
  const packages = needs.flatMap((need) => need.packages.map((names) => pick(names, isDebian)));
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!canInstall) {
    stopWith(
      isDebian
        ? `This machine lacks some system packages; an administrator has to run once: sudo ${command}`
        : `This machine lacks what Debian calls ${packages.join(', ')}; an administrator has to install their like once.`,
    );
  }
  say(`installing system packages: ${packages.join(' ')}`);
  const code = await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  if (code !== 0 || needs.some((need) => !need.isPresent())) {
    stopWith(`The system packages could not be installed; as root run: ${command}`);
  }
}

/** @param {string[]} args */
const apt = (args) =>
  run('apt-get', args, {
    isQuiet: true,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });

/**
 * The name under which this machine's package lists carry a package.
 * @param {readonly string[]} names
 * @param {boolean} isDebian
 */
function pick(names, isDebian) {
  const [first = ''] = names;
  if (!isDebian || names.length === 1) return first;
  const known = names.find((name) => {
    const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout;
    return /Candidate: (?!\(none\))/.test(policy);
  });
  return known ?? first;
}
