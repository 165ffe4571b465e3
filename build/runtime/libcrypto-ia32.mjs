import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runtimeCache } from './fallback.mjs';
import { say, stopWith } from './say.mjs';

/**
 * OpenSSL to link into the software SKF library of the tests where that is made for 32-bit programs: a folder with
 * `usr/include` and `usr/lib/i386-linux-gnu/libcrypto.a`. Fetched from Debian's archive at first use with lists of its
 * own, so that the host neither gets a second architecture nor anything installed.
 */
export function libcryptoIa32() {
  const home = join(runtimeCache(), 'libssl-dev-i386');
  if (existsSync(home)) return home;
  say('fetching OpenSSL for the tests of 32-bit U-Key libraries');
  mkdirSync(runtimeCache(), { recursive: true });
  const work = mkdtempSync(join(runtimeCache(), 'ia32-'));
  try {
    for (const folder of ['lists/partial', 'cache/archives/partial'])
      mkdirSync(join(work, folder), { recursive: true });
    writeFileSync(join(work, 'status'), '');
    const settings = join(work, 'apt.conf');
    writeFileSync(
      settings,
      [
        'APT::Architecture "i386";',
        'APT::Architectures { "i386"; };',
        `Dir::State::Lists "${join(work, 'lists')}";`,
        `Dir::State::status "${join(work, 'status')}";`,
        `Dir::Cache "${join(work, 'cache')}";`,
      ].join('\n'),
    );
    const env = { ...process.env, APT_CONFIG: settings };
    const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
      spawnSync(command, args, { cwd: work, env, encoding: 'utf8' });
    // One mirror's list that is just being renewed says nothing of the others: what counts is whether it can be fetched.
    run('apt-get', ['update', '-qq']);
    const { stderr } = run('apt-get', ['download', 'libssl-dev']);
    const [archive] = readdirSync(work).filter((name) => name.endsWith('.deb'));
    if (archive === undefined)
      stopWith(`libssl-dev for i386 could not be fetched: ${stderr ?? ''}`);
    const root = join(work, 'root');
    if (run('dpkg-deb', ['-x', String(archive), root]).status !== 0)
      stopWith('libssl-dev for i386 could not be unpacked');
    renameSync(root, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return home;
}
