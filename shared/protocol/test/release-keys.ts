import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { releaseCrypto } from '../../../electron/crypto/release-signature';
import { utf8Bytes } from '../../kernel/bytes';
import {
  type Release,
  type ReleaseEnvelope,
  type ReleaseRole,
  type ReleaseRoot,
  releaseBytes,
  releaseDraft,
} from '../release-metadata';

/** Throwaway keys: made for one run of a test. */
export interface ThrowawayKey {
  readonly keyid: string;
  readonly key: string;
  readonly privateKey: KeyObject;
}

export function throwawayKey(): ThrowawayKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return { keyid: releaseCrypto.sha256Hex(raw), key: raw.toString('hex'), privateKey };
}

export type RoleKeys = Readonly<Record<ReleaseRole, readonly ThrowawayKey[]>>;

export const someKeys = (): RoleKeys => ({
  root: [throwawayKey(), throwawayKey(), throwawayKey()],
  targets: [throwawayKey(), throwawayKey()],
  snapshot: [throwawayKey()],
  timestamp: [throwawayKey()],
  stick: [throwawayKey()],
});

/** Every role wants two signatures where it has two keys. */
export function rootOf(keys: RoleKeys, version = 1, more: Partial<ReleaseRoot> = {}): ReleaseRoot {
  const role = (list: readonly ThrowawayKey[]) => ({
    keyids: list.map(({ keyid }) => keyid),
    threshold: Math.min(2, list.length),
  });
  return {
    type: 'root',
    version,
    issuedMs: 1_000,
    expiresMs: 9_000_000,
    keys: Object.fromEntries(
      Object.values(keys)
        .flat()
        .map(({ keyid, key }) => [keyid, key]),
    ),
    roles: {
      root: role(keys.root),
      targets: role(keys.targets),
      snapshot: role(keys.snapshot),
      timestamp: role(keys.timestamp),
      stick: role(keys.stick),
    },
    ...more,
  };
}

export function signedBy(payload: object, keys: readonly ThrowawayKey[]): string {
  const { signed } = releaseDraft(payload);
  const signatures = keys.map(({ keyid, privateKey }) => ({
    keyid,
    sig: sign(null, releaseBytes(signed), privateKey).toString('hex'),
  }));
  return JSON.stringify({ signed, signatures } satisfies ReleaseEnvelope);
}

export const pointTo = (version: number, payload: object) => ({
  version,
  sha256: releaseCrypto.sha256Hex(utf8Bytes(releaseDraft(payload).signed)),
});

export const someRelease = (more: Partial<Release> = {}): Release => ({
  version: '1.1.0',
  channel: 'stable',
  publishedMs: 2_000,
  fromVersion: '1.0.0',
  mandatoryByMs: null,
  rolloutPercent: 100,
  notes: { 'zh-CN': '修正', en: 'Corrections', ug: 'تۈزىتىش' },
  files: [
    {
      name: 'FieldCert-1.1.0-x64.AppImage',
      platform: 'linux',
      arch: 'x64',
      kind: 'AppImage',
      bytes: 10,
      sha256: '0'.repeat(64),
    },
  ],
  ...more,
});

/** When lists end, and when those of a server do. */
export const SHORT_LIVED = { expiresMs: 8_000_000, newestMs: 100_000 };

/** All four lists of one state, with the same number. */
export function listsOf(
  keys: RoleKeys,
  version: number,
  releases: readonly Release[],
  { expiresMs, newestMs } = SHORT_LIVED,
) {
  const dates = { version, issuedMs: 1_000, expiresMs };
  const targets = { type: 'targets', ...dates, minimumVersion: '1.0.0', releases };
  const snapshot = { type: 'snapshot', ...dates, targets: pointTo(version, targets) };
  const timestamp = {
    type: 'timestamp',
    ...dates,
    expiresMs: newestMs,
    snapshot: pointTo(version, snapshot),
  };
  const stick = { ...timestamp, type: 'stick', expiresMs };
  return {
    targets: signedBy(targets, keys.targets),
    snapshot: signedBy(snapshot, keys.snapshot),
    timestamp: signedBy(timestamp, keys.timestamp),
    stick: signedBy(stick, keys.stick),
  };
}
export type Lists = ReturnType<typeof listsOf>;
