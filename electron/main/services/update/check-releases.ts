import { AppError } from '../../../../shared/errors/app-error';
import type { Result } from '../../../../shared/kernel/result';
import type { ReleaseTargets } from '../../../../shared/protocol/release-metadata';
import {
  nextTrust,
  openNewest,
  openSnapshot,
  openTargets,
  type ReleaseFault,
  rootFault,
} from '../../../../shared/protocol/release-trust';
import { releaseCrypto } from '../../../crypto/release-signature';
import type { ReleaseSource } from './release-source';
import type { UpdateMemory } from './update-memory';

/** More roots than this at once are no rotation but a flood. */
const MOST_ROOTS = 64;

export interface CheckedReleases {
  readonly targets: ReleaseTargets;
  /** The list as it was signed, for looking at it again before anything is installed. */
  readonly text: string;
}

/**
 * Reads the lists of a source from the root down and remembers what was seen. `nowMs`: the highest time seen. Throws
 * UPDATE_REFUSED with the reason where one of them does not hold, UPDATE_NO_RELEASES where the source has none,
 * UPDATE_UNREACHABLE and the like where it is not to be had. Nothing is remembered of lists that do not hold.
 */
export async function checkReleases(
  source: ReleaseSource,
  memory: UpdateMemory,
  nowMs: number,
  signal: AbortSignal,
): Promise<CheckedReleases> {
  const read = async (name: string): Promise<string> => {
    const text = await source.metadata(name, signal);
    if (text === null) throw new AppError('UPDATE_REFUSED', { reason: 'missing' }, name);
    return text;
  };
  const newestName = `${source.medium}.json`;
  const newestText = await source.metadata(newestName, signal);
  if (newestText === null) throw new AppError('UPDATE_NO_RELEASES', {}, newestName);
  for (let count = 0; ; count++) {
    const name = `${memory.trust.root.version + 1}.root.json`;
    const text = await source.metadata(name, signal);
    if (text === null) break;
    if (count >= MOST_ROOTS) throw new AppError('UPDATE_REFUSED', { reason: 'endless' }, name);
    await memory.follow(must(name, nextTrust(memory.trust, text, releaseCrypto)), text);
  }
  const expired = rootFault(memory.trust, nowMs);
  if (expired !== undefined) throw new AppError('UPDATE_REFUSED', { reason: expired }, 'root');
  const newest = must(
    newestName,
    openNewest(memory.trust, source.medium, newestText, nowMs, releaseCrypto),
  );
  const ofSnapshot = `${newest.snapshot.version}.snapshot.json`;
  const snapshot = must(
    ofSnapshot,
    openSnapshot(newest.trust, newest.snapshot, await read(ofSnapshot), nowMs, releaseCrypto),
  );
  const ofTargets = `${snapshot.targets.version}.targets.json`;
  const text = await read(ofTargets);
  const { trust, targets } = must(
    ofTargets,
    openTargets(snapshot.trust, snapshot.targets, text, nowMs, releaseCrypto),
  );
  await memory.see(trust.seen);
  return { targets, text };
}

function must<T>(name: string, result: Result<T, ReleaseFault>): T {
  if (result.ok) return result.value;
  throw new AppError('UPDATE_REFUSED', { reason: result.error }, name);
}
