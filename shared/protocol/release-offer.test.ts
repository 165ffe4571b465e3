import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releaseCrypto } from '../../electron/crypto/release-signature';
import type { Release, ReleaseTargets } from './release-metadata';
import { offerOf, type ReleaseDevice, shareOf } from './release-offer';
import { compareVersions } from './release-version';
import { someRelease } from './test/release-keys';

const device = (more: Partial<ReleaseDevice> = {}): ReleaseDevice => ({
  id: 'd1',
  version: '1.0.0',
  highestVersion: '1.0.0',
  channel: 'stable',
  platform: 'linux',
  arch: 'x64',
  kind: 'AppImage',
  ...more,
});
const list = (...releases: Release[]): ReleaseTargets => ({
  type: 'targets',
  version: 1,
  issuedMs: 1,
  expiresMs: 2,
  minimumVersion: '0.1.0',
  releases,
});
const offered = (releases: readonly Release[], more: Partial<ReleaseDevice> = {}, nowMs = 10) =>
  offerOf(list(...releases), device(more), nowMs, releaseCrypto)?.release.version;

describe('what a device is offered', () => {
  // Would catch: an older release installed over a newer one, by the list, by a change of channel, or by a copy of
  // this program that is older than what ran here before.
  it('is never older than what it has or had', () => {
    const beta = someRelease({ version: '1.2.0-beta.3', channel: 'beta' });
    const stable = someRelease({ version: '1.1.0' });
    expect(offered([stable, beta])).toBe('1.1.0');
    expect(offered([stable, beta], { channel: 'beta' })).toBe('1.2.0-beta.3');
    expect(offered([stable], { version: '1.2.0-beta.3' })).toBeUndefined();
    expect(offered([stable], { highestVersion: '1.1.1' })).toBeUndefined();
    expect(offered([stable], { version: '1.1.0', highestVersion: '1.1.0' })).toBeUndefined();
    const number = fc.integer({ min: 0, max: 12 });
    const version = fc
      .tuple(number, number, number, fc.option(number))
      .map(([x, y, z, n]) => `${x}.${y}.${z}${n === null ? '' : `-beta.${n}`}`);
    fc.assert(
      fc.property(version, fc.array(version), version, (own, versions, highest) => {
        const found = offered(
          versions.map((one) =>
            someRelease({ version: one, fromVersion: '0.0.0', channel: 'beta' }),
          ),
          { version: own, highestVersion: highest, channel: 'beta' },
        );
        if (found === undefined) return;
        expect(compareVersions(found, own)).toBeGreaterThan(0);
        expect(compareVersions(found, highest)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  // Would catch: a package of another machine or another kind of installation; a step that skips a needed one.
  it('fits the machine and can be reached in one step', () => {
    expect(offered([someRelease()], { arch: 'arm64' })).toBeUndefined();
    expect(offered([someRelease()], { kind: 'deb' })).toBeUndefined();
    expect(offered([someRelease()], { platform: 'win32' })).toBeUndefined();
    const far = someRelease({ version: '3.0.0', fromVersion: '2.0.0' });
    const near = someRelease({ version: '2.0.0', fromVersion: '1.0.0' });
    expect(offered([far, near])).toBe('2.0.0');
    expect(offered([far, near], { version: '2.0.0' })).toBe('3.0.0');
  });

  // Would catch: a staged release that reaches all at once, or a device that falls in and out of its share.
  it('comes to a growing share of devices, and to all when it is due', () => {
    const ids = Array.from({ length: 2_000 }, (_, n) => `device-${n}`);
    const reached = (percent: number, dueMs: number | null = null) =>
      ids.filter(
        (id) =>
          offered([someRelease({ rolloutPercent: percent, mandatoryByMs: dueMs })], { id }) !==
          undefined,
      );
    expect(reached(0)).toHaveLength(0);
    expect(reached(100)).toHaveLength(2_000);
    const tenth = reached(10);
    expect(tenth.length).toBeGreaterThan(120);
    expect(tenth.length).toBeLessThan(280);
    const half = new Set(reached(50));
    expect(tenth.every((id) => half.has(id))).toBe(true);
    expect(reached(0, 10)).toHaveLength(2_000);
    expect(reached(0, 11)).toHaveLength(0);
    // Not always the same devices first.
    const other = ids.filter((id) => shareOf(id, '1.2.0', releaseCrypto) < 10);
    expect(other).not.toEqual(tenth);
  });

  // Would catch: a version that is not to be used any more and is told nothing.
  it('is due where the version is below the least', () => {
    const targets = { ...list(someRelease({ rolloutPercent: 0 })), minimumVersion: '1.0.1' };
    expect(offerOf(targets, device(), 10, releaseCrypto)?.isDue).toBe(true);
  });
});

describe('the order of versions', () => {
  // Would catch: 1.10 before 1.9; a trial after the release that it tries; text that is no version compared as if.
  it('is one of numbers', () => {
    const ordered = ['0.9.9', '1.0.0-beta.2', '1.0.0-beta.10', '1.0.0', '1.9.0', '1.10.0', '2.0.0'];
    for (let i = 0; i < ordered.length; i++)
      for (let j = 0; j < ordered.length; j++)
        expect(Math.sign(compareVersions(ordered[i] ?? '', ordered[j] ?? ''))).toBe(
          Math.sign(i - j),
        );
    for (const odd of ['1', '1.0', '01.0.0', '1.0.0-rc.1', '1.0.0+x', 'v1.0.0', '1.0.-1', ''])
      expect(() => compareVersions(odd, '1.0.0')).toThrow(TypeError);
  });
});
