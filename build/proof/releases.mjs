import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { at } from '../paths.mjs';

const NAMES = ['root-a', 'root-b', 'targets-a', 'targets-b', 'online'];
const PASSPHRASE = 'only for this one proof';

/**
 * The ceremony of releases as build/README.md tells it, by its commands: the keys of five holders, the first root, and
 * later a release of given packages.
 * @param {string} work a folder that goes with the proof
 */
export function ceremony(work) {
  const file = (/** @type {string[]} */ ...names) => join(work, ...names);
  const site = file('site');
  writeFileSync(file('words'), PASSPHRASE);
  const tool = (/** @type {readonly string[]} */ ...args) =>
    execFileSync(process.execPath, [at('build/release.mjs'), ...args], { encoding: 'utf8' });
  const words = ['--passphrase-file', file('words')];
  const key = (/** @type {string} */ name) => ['--key', file('keys', `${name}.key.pem`), ...words];
  const sign = (
    /** @type {readonly string[]} */ drafts,
    /** @type {readonly string[]} */ names,
  ) => {
    for (const name of names) tool('sign', ...drafts, ...key(name));
  };
  return {
    /** What lies on the publisher's server, and is copied to sticks as it is. */
    site,
    /** @returns {string} the first root, which packages bring along */
    firstRoot() {
      for (const name of NAMES) tool('keys', '--out', file('keys'), '--name', name, ...words);
      const role = (/** @type {number} */ threshold, /** @type {string[]} */ ...names) => ({
        threshold,
        keys: names.map((name) => file('keys', `${name}.pub.json`)),
      });
      const roles = {
        root: role(2, 'root-a', 'root-b'),
        targets: role(2, 'targets-a', 'targets-b'),
        snapshot: role(2, 'targets-a', 'targets-b'),
        timestamp: role(1, 'online'),
        stick: role(2, 'targets-a', 'targets-b'),
      };
      writeFileSync(file('roles.json'), JSON.stringify(roles));
      const drafts = file('drafts');
      tool('root', '--folder', site, '--roles', file('roles.json'), '--drafts', drafts);
      sign([join(drafts, '1.root.json')], ['root-a', 'root-b']);
      tool('publish-root', join(drafts, '1.root.json'), '--folder', site);
      return join(site, 'metadata', '1.root.json');
    },
    /** Offers a Debian package. @param {string} version @param {string} deb */
    publish(version, deb) {
      const [files, drafts] = [file('files'), file(`drafts-${version}`)];
      mkdirSync(files, { recursive: true });
      cpSync(deb, join(files, basename(deb)));
      const release = {
        version,
        channel: 'stable',
        fromVersion: '0.1.0',
        minimumVersion: '0.1.0',
        mandatoryByMs: null,
        rolloutPercent: 100,
        notes: { 'zh-CN': '修正', en: 'Corrections', ug: 'تۈزىتىش' },
        files: [{ name: basename(deb), platform: 'linux', arch: 'x64', kind: 'deb' }],
      };
      writeFileSync(file('release.json'), JSON.stringify(release));
      const place = ['--folder', site, '--files', files, '--drafts', drafts];
      tool('draft', ...place, '--release', file('release.json'));
      const made = readdirSync(drafts).filter((name) => name.endsWith('.json'));
      sign(
        made.map((name) => join(drafts, name)),
        ['targets-a', 'targets-b'],
      );
      tool('publish', ...place);
      const snapshot = readdirSync(join(site, 'metadata'))
        .filter((name) => name.endsWith('.snapshot.json'))
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
        .at(-1);
      const newest = join(site, 'metadata', snapshot ?? 'none');
      tool('timestamp', '--folder', site, '--snapshot', newest, ...key('online'));
      for (const medium of ['timestamp', 'stick'])
        tool('check', '--folder', site, '--medium', medium);
    },
  };
}
