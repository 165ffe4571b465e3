import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { say, stopWith } from '../runtime/say.mjs';
import { packaged } from '../test/package.mjs';
import { playwright } from '../test/runners.mjs';
import { ceremony } from './releases.mjs';

/** Two people of the clean system, each with a home of his own. */
const PEOPLE = { inspector: 1000, colleague: 1001 };

/** @param {string} program @param {readonly string[]} args */
function must(program, args) {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${done.stderr || done.stdout}`);
  return done.stdout;
}

/** @param {string} question @param {boolean} isSo */
function holds(question, isSo) {
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${question}`);
  return isSo ? 0 : 1;
}

/**
 * The administrator's guide performed on a system that has nothing: the Debian package installed by apt with its own
 * dependencies, started by an ordinary user of that system in the real sandbox, configured, enrolled, backed up, updated
 * to a second package by stick and by line under a root of releases that the ceremony made, recovered, retired, removed.
 * The flavour is the one that tests may drive; what a release refuses is in e2e/package.
 * @param {import('../test/runners.mjs').Settings} settings
 * @returns {Promise<import('../test/runners.mjs').Outcome[]>}
 */
export async function cleanRoot(settings) {
  if (process.getuid?.() !== 0)
    stopWith('npm run proof -- install makes a system of its own: start it as root.');
  if (!existsSync('/usr/sbin/debootstrap'))
    must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'debootstrap']);
  const started = performance.now();
  const work = mkdtempSync(join(tmpdir(), 'fieldcert-guide-'));
  const root = mkdtempSync(join(tmpdir(), 'fieldcert-clean-'));
  chmodSync(root, 0o755);
  /** @type {string[]} */
  const mounted = [];
  const inRoot = (/** @type {string[]} */ ...args) => must('chroot', [root, ...args]);
  let failed = 0;
  let passed = 0;
  const check = (/** @type {string} */ question, /** @type {boolean} */ isSo) => {
    if (holds(question, isSo) === 0) passed++;
    else failed++;
  };
  /** @type {import('../test/runners.mjs').Outcome[]} */
  const outcomes = [];
  try {
    say('making keys, a root of releases, and two packages under it');
    const releases = ceremony(work);
    const made = {
      ...settings,
      env: { ...settings.env, FIELDCERT_RELEASE_ROOT: releases.firstRoot() },
    };
    const former = await packageAs('0.1.0', made, work);
    const next = await packageAs('0.2.0', made, work);
    releases.publish('0.2.0', next);
    const deb = basename(former);
    const suite =
      /VERSION_CODENAME=(\w+)/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
    say(`making a clean Debian (${suite})`);
    must('debootstrap', ['--variant=minbase', suite, root]);
    for (const folder of ['proc', 'dev', 'sys', 'tmp/.X11-unix']) {
      mkdirSync(join(root, folder), { recursive: true });
      must('mount', ['--bind', `/${folder}`, join(root, folder)]);
      mounted.push(join(root, folder));
    }
    mkdirSync(join(root, 'dev', 'shm'), { recursive: true });
    cpSync(former, join(root, 'tmp', deb));
    // As a stick would be put in.
    cpSync(releases.site, join(root, 'media', 'stick'), { recursive: true });
    mkdirSync(join(root, 'media', 'disk'));
    chownSync(join(root, 'media', 'disk'), PEOPLE.inspector, PEOPLE.inspector);
    chmodSync(join(root, 'media', 'disk'), 0o777);
    const before = new Set(filesOf(root));
    say('installing the package');
    inRoot('apt-get', 'update', '-qq');
    inRoot('apt-get', 'install', '-y', '-qq', '--no-install-recommends', `/tmp/${basename(deb)}`);
    check(
      'the package is installed and configured',
      /^ii/m.test(inRoot('dpkg', '-l', 'fieldcert').split('\n').at(-2) ?? ''),
    );
    check(
      'no file of it differs from its list',
      inRoot('dpkg', '--verify', 'fieldcert').trim() === '',
    );
    check('no library is missing', !/not found/.test(inRoot('ldd', '/opt/FieldCert/fieldcert')));
    check(
      'it is found by its name',
      existsSync(join(root, 'usr/bin/fieldcert')) || inRoot('which', 'fieldcert') !== '',
    );
    check(
      'the rule for tokens is in place',
      existsSync(join(root, 'usr/lib/udev/rules.d/70-fieldcert-tokens.rules')),
    );
    for (const [name, uid] of Object.entries(PEOPLE)) {
      inRoot('useradd', '--uid', String(uid), '--create-home', name);
      writeFileSync(join(root, `start-${name}.sh`), startScript(root, name, uid));
      chmodSync(join(root, `start-${name}.sh`), 0o755);
    }
    const env = {
      ...settings.env,
      FIELDCERT_PACKAGE_START: join(root, 'start-colleague.sh'),
      FIELDCERT_INSTALL_ROOT: root,
      FIELDCERT_INSTALL_FORMER: `/tmp/${deb}`,
      FIELDCERT_INSTALL_SITE: releases.site,
    };
    outcomes.push(await playwright('package', { ...settings, env, filters: ['first-run'] }));
    rmSync(join(root, 'home/colleague/.config'), { recursive: true, force: true });
    outcomes.push(await playwright('install', { ...settings, env, filters: [] }));
    inRoot('apt-get', 'purge', '-y', '-qq', 'fieldcert');
    const left = filesOf(root).filter((name) => /fieldcert/i.test(name) && !before.has(name));
    check(
      `nothing of it stays behind${left.length > 0 ? `: ${left.join(', ')}` : ''}`,
      // What the administrator wrote is the administrator's.
      left.every((name) => name === 'etc/fieldcert/policy.json' || name === 'etc/fieldcert'),
    );
    check('what people have stays', existsSync(join(root, 'home/colleague/.config/FieldCert')));
  } finally {
    for (const folder of mounted.reverse()) spawnSync('umount', ['-l', folder]);
    takeAway(root);
    rmSync(work, { recursive: true, force: true });
  }
  const seconds = (performance.now() - started) / 1000;
  return [...outcomes, { name: 'install', passed, failed, seconds }];
}

/**
 * Removes the system, unless something of this machine is still mounted in it: that would go with it.
 * @param {string} root
 */
function takeAway(root) {
  const here = realpathSync(root);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const inside = mounts
    .map((line) => line.split(' ')[4] ?? '')
    .filter((at) => at.startsWith(`${here}/`));
  if (inside.length > 0) {
    console.error(
      `${root} stays: mounted in it are ${inside.join(', ')}; unmount them before it is removed`,
    );
    return;
  }
  // Its one file system only, whatever is mounted meanwhile.
  spawnSync('rm', ['-rf', '--one-file-system', root], { stdio: 'inherit' });
}

/**
 * @param {string} version @param {import('../test/runners.mjs').Settings} settings @param {string} work
 * @returns {Promise<string>} the package, in a place where the next one does not take it away
 */
async function packageAs(version, settings, work) {
  const made = await packaged(settings, ['--e2e', '--as', version, 'deb']);
  const name =
    readdirSync(made).find((one) => one.endsWith('.deb')) ?? stopWith('no package was made');
  cpSync(join(made, name), join(work, name));
  return join(work, name);
}

/**
 * Makes the system the root of a mount namespace of its own: in a mere chroot the kernel allows no user namespace, which
 * Chromium's sandbox needs.
 * @param {string} root @param {string} name @param {number} uid
 */
function startScript(root, name, uid) {
  const inside = [
    'mount --rbind "$0" "$0"',
    'cd "$0"',
    'mount -t tmpfs -o mode=1777 tmpfs dev/shm',
    'mkdir -p former',
    'pivot_root . former',
    'umount -l /former',
    `exec /usr/bin/setpriv --reuid=${uid} --regid=${uid} --clear-groups /usr/bin/env -i HOME=/home/${name} PATH=/usr/bin:/bin LANG=C.UTF-8 DISPLAY="$DISPLAY" fieldcert "$@"`,
  ];
  const script = inside.join(' && ');
  return `#!/bin/sh\nexec unshare --mount --propagation private sh -c '${script}' "${root}" "$@"\n`;
}

/** Names below the system's own folders. @param {string} root */
function filesOf(root) {
  return ['usr', 'opt', 'etc', 'var/lib/dpkg/info']
    .flatMap((folder) => {
      const found = spawnSync('find', [join(root, folder), '-xdev'], {
        encoding: 'utf8',
        maxBuffer: 64 * 2 ** 20,
      });
      return found.stdout.split('\n');
    })
    .map((name) => name.slice(root.length + 1));
}
