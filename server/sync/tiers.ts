import type { TierRef } from '../../shared/protocol/manifest';
import { keepState } from '../store/checkpoints';
import { addObjects, firstManifest, holdManifests } from '../store/manifests';
import { epochsInForce } from '../store/region-keys';
import { findSlice } from '../store/slices';
import type { SqlRunner } from '../store/sql-client';
import { addTier, dropTiers, forgetTiers, listTiers, type TierRecord } from '../store/tiers';
import { type Cursor, writeCursor } from './cursor';
import type { ManifestParts } from './manifest-parts';
import { type PageContent, readPage, sealPage } from './page';
import type { Region } from './regions';
import { checkpointOf, FRESH_MS, type RegionState } from './state';
import { droppedBefore, planTiers } from './tier-plan';

/** A manifest that names an object is valid for FRESH_MS; a download under way gets a day more. */
const KEPT_MS = FRESH_MS + 86_400_000;

interface WrittenTier {
  readonly record: TierRecord;
  readonly state: RegionState;
}

/** Seals the net changes from a state to the one that the transaction sees, part by part. */
async function writeTier(
  runner: SqlRunner,
  parts: ManifestParts,
  region: Region,
  tier: Pick<TierRecord, 'tier' | 'from' | 'fromMs'>,
  epoch: string,
): Promise<WrittenTier> {
  const { objects, keys, nowMs, tierRows } = parts;
  const written: TierRef['parts'] = [];
  const toMs = nowMs();
  let cursor: Cursor = {
    slice: region.slice,
    epoch,
    stable: tier.from,
    position: tier.from,
  };
  for (;;) {
    const page: PageContent | undefined = await readPage(runner, cursor, tierRows, 'tier');
    if (page === undefined) throw new Error('a tier of another history');
    const { next, state } = page;
    const end = state === undefined ? {} : { checkpoint: checkpointOf(region.code, state, toMs) };
    const bytes = await sealPage(page, writeCursor(keys, next), region.keys, {
      since: tier.from,
      ...end,
    });
    const { rows, to } = page;
    written.push({ sha256: await objects.put(bytes), bytes: bytes.length, rows, to });
    if (state !== undefined)
      return { record: { ...tier, to: page.to, toMs, parts: written }, state };
    cursor = next;
  }
}

/**
 * Builds the tiers that are due, or a day's tier now when it is `isAsked`; takes old ones off the list
 * and removes the objects of those that no valid manifest names. Returns what was built. A region
 * without a manifest has none: the first tier begins at the first snapshot.
 */
export async function buildTiers(
  parts: ManifestParts,
  region: Region,
  isAsked: boolean,
): Promise<readonly TierRecord[]> {
  const { client, objects, nowMs } = parts;
  const { slice: code } = region;
  const { keyEpoch } = region.keys;
  const epoch = (await findSlice(client, code))?.epoch ?? '';
  const first = await firstManifest(client, code, epoch);
  if (first === undefined) return [];
  const built = await client.transaction(async (runner) => {
    const slice = await findSlice(runner, code);
    if (slice === undefined || slice.epoch !== epoch) return [];
    const { head } = slice;
    const origin = { rseq: first.baseRseq, atMs: first.createdMs };
    const tiers = await listTiers(runner, code, epoch);
    const made: WrittenTier[] = [];
    for (const { tier, from } of planTiers({ tiers, origin, head, nowMs: nowMs(), isAsked })) {
      const start = { tier, from: from.rseq, fromMs: from.atMs };
      made.push(await writeTier(runner, parts, region, start, epoch));
    }
    return made;
  }, 'repeatable read');
  const kept = await client.transaction(async (runner) => {
    await holdManifests(runner, code);
    // What was built under keys that were destroyed meanwhile is built anew with the next round.
    const isLate = built.length > 0 && !(await epochsInForce(runner, code)).includes(keyEpoch);
    for (const { record, state } of isLate ? [] : built) {
      const listed = record.parts.map(({ sha256, bytes }) => ({ sha256, bytes }));
      await addObjects(
        runner,
        code,
        listed.map((one) => ({ ...one, kind: 'tier' as const, keyEpoch })),
      );
      await addTier(runner, code, epoch, record, keyEpoch);
      await keepState(runner, code, epoch, state.rseq, state);
    }
    await dropTiers(runner, code, epoch, droppedBefore(nowMs()), nowMs());
    return isLate ? [] : built;
  });
  if (kept.length < built.length)
    for (const { record } of built)
      for (const { sha256 } of record.parts) await objects.remove(sha256);
  for (const sha256 of await forgetTiers(client, code, nowMs() - KEPT_MS))
    await objects.remove(sha256);
  return kept.map(({ record }) => record);
}

/** The tiers of a region's present history as a manifest lists them. */
export async function listedTiers(
  runner: SqlRunner,
  slice: number,
  epoch: string,
): Promise<TierRef[]> {
  const tiers = await listTiers(runner, slice, epoch);
  return tiers.map(({ tier, from, to, parts }) => ({ tier, from, to, parts }));
}
