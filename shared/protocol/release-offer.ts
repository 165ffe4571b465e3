import { utf8Bytes } from '../kernel/bytes';
import type { Release, ReleaseFile, ReleaseTargets } from './release-metadata';
import type { ReleaseCrypto } from './release-trust';
import { compareVersions } from './release-version';

/** The installation that asks. */
export interface ReleaseDevice {
  /** Stays the same on one device; decides which share of a staged release it belongs to. */
  readonly id: string;
  readonly version: string;
  /** Highest version that was ever installed here: never gone below, whatever the list says. */
  readonly highestVersion: string;
  readonly channel: Release['channel'];
  readonly platform: string;
  readonly arch: string;
  readonly kind: ReleaseFile['kind'];
}

export interface ReleaseOffer {
  readonly release: Release;
  readonly file: ReleaseFile;
  /** It is due now: a date that has passed, or this version is not to be used any more. */
  readonly isDue: boolean;
}

/**
 * The newest release that this device may go to in one step, or undefined. A device of the channel `stable` takes
 * stable releases only; one of `beta` takes both. Going back from beta to stable waits for a stable release that is
 * newer: a change of channel never lowers a version.
 */
export function offerOf(
  targets: ReleaseTargets,
  device: ReleaseDevice,
  nowMs: number,
  crypto: ReleaseCrypto,
): ReleaseOffer | undefined {
  const isBelowMinimum = compareVersions(device.version, targets.minimumVersion) < 0;
  let best: ReleaseOffer | undefined;
  for (const release of targets.releases) {
    if (release.channel === 'beta' && device.channel === 'stable') continue;
    if (compareVersions(release.version, device.version) <= 0) continue;
    if (compareVersions(release.version, device.highestVersion) < 0) continue;
    if (compareVersions(device.version, release.fromVersion) < 0) continue;
    const isDue =
      isBelowMinimum || (release.mandatoryByMs !== null && release.mandatoryByMs <= nowMs);
    // A share is for trying; what is due is due for all.
    if (!isDue && shareOf(device.id, release.version, crypto) >= release.rolloutPercent) continue;
    const file = release.files.find((one) => isFor(device, one));
    if (file === undefined) continue;
    if (best === undefined || compareVersions(release.version, best.release.version) > 0)
      best = { release, file, isDue };
  }
  return best;
}

/** The file of a certain version for this device, or null. */
export function fileFor(
  { releases }: Pick<ReleaseTargets, 'releases'>,
  device: Pick<ReleaseDevice, 'platform' | 'arch' | 'kind'>,
  version: string,
): ReleaseFile | null {
  const files = releases.find((release) => release.version === version)?.files ?? [];
  return files.find((file) => isFor(device, file)) ?? null;
}

const isFor = (
  device: Pick<ReleaseDevice, 'platform' | 'arch' | 'kind'>,
  { platform, arch, kind }: ReleaseFile,
): boolean => platform === device.platform && arch === device.arch && kind === device.kind;

/** 0…99, even over devices and independent from release to release: SHA-256 of both, its first 32 bits modulo 100. */
export function shareOf(deviceId: string, version: string, crypto: ReleaseCrypto): number {
  const digest = crypto.sha256Hex(utf8Bytes(`fieldcert-rollout-v1\n${deviceId}\n${version}`));
  return Number.parseInt(digest.slice(0, 8), 16) % 100;
}
