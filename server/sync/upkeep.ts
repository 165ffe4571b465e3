import { listSlices } from '../store/slices';
import type { ManifestParts } from './manifest-parts';
import { currentManifest } from './manifests';
import type { Regions } from './regions';

const EVERY_MS = 10 * 60_000;

/**
 * Renews manifests, builds the tiers that are due, and does what is due by the day. The answer
 * ends it, after the round that is under way.
 */
export function startUpkeep(
  parts: ManifestParts & { readonly regions: Regions; readonly log: (line: string) => void },
  daily: () => Promise<void>,
): () => Promise<void> {
  let isEnding = false;
  let round: Promise<void> = Promise.resolve();
  const goRound = async (): Promise<void> => {
    for (const slice of await listSlices(parts.client)) {
      if (isEnding) return;
      const region = await parts.regions.find(slice);
      if (region !== undefined) await currentManifest(parts, region);
    }
    if (!isEnding) await daily();
  };
  const timer = setInterval(() => {
    round = round.then(goRound).catch((error: unknown) => parts.log(`upkeep: ${String(error)}`));
  }, EVERY_MS);
  timer.unref();
  return async () => {
    isEnding = true;
    clearInterval(timer);
    await round;
  };
}
