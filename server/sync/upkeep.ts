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
  daily: Readonly<Record<string, () => Promise<void>>>,
): () => Promise<void> {
  let isEnding = false;
  let round: Promise<void> = Promise.resolve();
  const goRound = async (): Promise<void> => {
    const slices = await listSlices(parts.client);
    const steps: (readonly [string, () => Promise<unknown>])[] = slices.map((slice) => [
      `region ${slice}`,
      async () => {
        const region = await parts.regions.find(slice);
        if (region !== undefined) await currentManifest(parts, region);
      },
    ]);
    steps.push(...Object.entries(daily));
    await eachStep(steps, () => isEnding, parts.log);
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

/** One after the other; what fails is said and holds up none of the others. */
export async function eachStep(
  steps: readonly (readonly [name: string, act: () => Promise<unknown>])[],
  isEnding: () => boolean,
  log: (line: string) => void,
): Promise<void> {
  for (const [name, act] of steps) {
    if (isEnding()) return;
    try {
      await act();
    } catch (error) {
      log(`upkeep, ${name}: ${String(error)}`);
    }
  }
}
