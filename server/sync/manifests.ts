import { createHash } from 'node:crypto';
import { ENTITY_ORDER } from '../../shared/domain/model';
import {
  type Manifest,
  ManifestSchema,
  type ReferencePack,
  type SegmentRef,
} from '../../shared/protocol/manifest';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import {
  addManifest,
  addObjects,
  holdManifests,
  latestManifest,
  latestManifestHead,
  type ManifestRecord,
} from '../store/manifests';
import { FormerKeys, holdKeyEpoch } from '../store/region-keys';
import { findSlice } from '../store/slices';
import type { SqlRunner } from '../store/sql-client';
import type { TierRecord } from '../store/tiers';
import { BoundedCache } from './bounded-cache';
import { writeCursor } from './cursor';
import type { ManifestParts } from './manifest-parts';
import { writePacks } from './packs';
import type { Region } from './regions';
import { writeSegments } from './segments';
import { checkpointOf, FRESH_MS, readState, SCHEMAS } from './state';
import { buildTiers, listedTiers } from './tiers';

/** A published manifest older than this is issued anew, so that an idle region does not look stale. */
const RENEW_MS = 12 * 3_600_000;

const payloadHash = ({ payload }: SignedStatement): string =>
  createHash('sha256').update(payload, 'utf8').digest('hex');

type Content = Omit<Manifest, 'tiers' | 'previous' | 'issuedMs' | 'expiresMs'>;

/**
 * Signs a manifest as the successor of the region's last one, with the tiers there are. `contentAfter`
 * makes it from that last one, or answers undefined to leave it at that.
 */
async function publish(
  parts: ManifestParts,
  region: Region,
  contentAfter: (last: ManifestRecord | undefined) => Content | undefined,
): Promise<SignedStatement | undefined> {
  return parts.client.transaction((runner) => publishIn(runner, parts, region, contentAfter));
}

async function publishIn(
  runner: SqlRunner,
  parts: ManifestParts,
  region: Region,
  contentAfter: (last: ManifestRecord | undefined) => Content | undefined,
): Promise<SignedStatement | undefined> {
  // One at a time, whatever process: each names the one before it.
  await holdManifests(runner, region.slice);
  const last = await latestManifest(runner, region.slice);
  const content = contentAfter(last);
  if (content === undefined) return last?.envelope;
  // Nobody opens segments under keys that are destroyed.
  await holdKeyEpoch(runner, region.slice, content.keyEpoch);
  // Devices refuse one that is older than what they have seen: a clock that was set back must not make it so.
  const nowMs = Math.max(parts.nowMs(), (last?.createdMs ?? 0) + 1);
  const manifest: Manifest = {
    ...content,
    tiers: await listedTiers(runner, region.slice, content.epoch),
    previous: last?.sha256 ?? null,
    issuedMs: nowMs,
    expiresMs: nowMs + FRESH_MS,
  };
  const envelope = await parts.statements.sign(ManifestSchema.parse(manifest));
  await addManifest(runner, region.slice, {
    serial: (last?.serial ?? 0) + 1,
    epoch: manifest.epoch,
    baseRseq: manifest.base.rseq,
    envelope,
    sha256: payloadHash(envelope),
    createdMs: nowMs,
  });
  return envelope;
}

function contentOf({ envelope }: ManifestRecord): Content {
  const {
    tiers: _tiers,
    previous: _previous,
    issuedMs: _issuedMs,
    expiresMs: _expiresMs,
    ...content
  } = ManifestSchema.parse(JSON.parse(envelope.payload));
  return content;
}

/** Writes segments and packs of the region as it is now and publishes a manifest of them. */
export async function buildSnapshot(
  parts: ManifestParts,
  region: Region,
  reference: ReferencePack,
): Promise<SignedStatement> {
  const { client, objects, keys, nowMs } = parts;
  const packs = await writePacks(objects, reference);
  const built = await client.transaction(async (runner) => {
    const slice = await findSlice(runner, region.slice);
    if (slice === undefined) throw new Error(`no slice ${region.slice}`);
    const segments: SegmentRef[] = [];
    for (const entity of ENTITY_ORDER)
      segments.push(...(await writeSegments(runner, objects, region.slice, entity, region.keys)));
    return {
      epoch: slice.epoch,
      segments,
      state: await readState(runner, region.slice, slice.epoch, slice.head),
    };
  }, 'repeatable read');
  const { epoch, segments, state } = built;
  const { keyEpoch } = region.keys;
  const listed = [
    ...segments.map(({ sha256, bytes }) => ({ sha256, bytes, kind: 'segment' as const, keyEpoch })),
    ...packs.map(({ sha256, bytes }) => ({ sha256, bytes, kind: 'pack' as const })),
  ];
  const { rseq } = state;
  try {
    // Listed and named at once: keys that are destroyed in between would leave what nobody opens.
    const envelope = await client.transaction(async (runner) => {
      await holdManifests(runner, region.slice);
      await addObjects(runner, region.slice, listed);
      return publishIn(runner, parts, region, () => ({
        type: 'manifest',
        region: region.code,
        epoch,
        schema: SCHEMAS,
        keyEpoch,
        base: checkpointOf(region.code, state, nowMs()),
        cursor: writeCursor(keys, { slice: region.slice, epoch, stable: rseq, position: rseq }),
        segments,
        packs: [...packs],
      }));
    });
    return envelope as SignedStatement;
  } catch (error) {
    if (error instanceof FormerKeys)
      for (const { sha256 } of segments) await objects.remove(sha256);
    throw error;
  }
}

const MAX_PUBLISHED_BYTES = 16 * 2 ** 20;
/** Manifests of a million rows are large, and every device asks: their text is read once. */
const published = new WeakMap<ManifestParts, BoundedCache<SignedStatement | undefined>>();

function publishedManifest(
  parts: ManifestParts,
  slice: number,
  sha256: string,
): Promise<SignedStatement | undefined> {
  const cache =
    published.get(parts) ??
    new BoundedCache<SignedStatement | undefined>(
      MAX_PUBLISHED_BYTES,
      (envelope) => envelope?.payload.length ?? 1,
    );
  published.set(parts, cache);
  return cache.get(
    `${slice} ${sha256}`,
    async () => (await latestManifest(parts.client, slice))?.envelope,
  );
}

/** Renewals under way by installation and slice: of a thousand devices that ask, one builds. */
const renewals = new WeakMap<ManifestParts, Map<number, Promise<SignedStatement | undefined>>>();

async function renew(parts: ManifestParts, region: Region): Promise<SignedStatement | undefined> {
  await buildTiers(parts, region, false);
  return publish(parts, region, (last) =>
    last === undefined || !hasAged(parts, last) ? undefined : contentOf(last),
  );
}

/** Publishes the present snapshot again with the tiers that are listed now. Undefined: there is no snapshot. */
export function republish(
  parts: ManifestParts,
  region: Region,
): Promise<SignedStatement | undefined> {
  return publish(parts, region, (last) => (last === undefined ? undefined : contentOf(last)));
}

/** As `republish`, within a transaction. */
export function republishIn(
  runner: SqlRunner,
  parts: ManifestParts,
  region: Region,
): Promise<SignedStatement | undefined> {
  return publishIn(runner, parts, region, (last) =>
    last === undefined ? undefined : contentOf(last),
  );
}

/** Of the region keys that a manifest's segments are sealed under. */
export const keyEpochOf = ({ envelope }: ManifestRecord): number =>
  ManifestSchema.parse(JSON.parse(envelope.payload)).keyEpoch;

const hasAged = (parts: ManifestParts, { createdMs }: Pick<ManifestRecord, 'createdMs'>): boolean =>
  parts.nowMs() - createdMs >= RENEW_MS;

/**
 * The region's manifest; when it has aged it is issued anew, with the tiers that are due. Undefined: no
 * snapshot was ever built.
 */
export async function currentManifest(
  parts: ManifestParts,
  region: Region,
): Promise<SignedStatement | undefined> {
  const last = await latestManifestHead(parts.client, region.slice);
  if (last === undefined) return undefined;
  if (!hasAged(parts, last)) return publishedManifest(parts, region.slice, last.sha256);
  const running = renewals.get(parts) ?? new Map<number, Promise<SignedStatement | undefined>>();
  renewals.set(parts, running);
  const known = running.get(region.slice);
  if (known !== undefined) return known;
  const started = renew(parts, region).finally(() => running.delete(region.slice));
  running.set(region.slice, started);
  return started;
}

/** Builds a day's tier now, with whatever else is due, and publishes it. Returns what was built. */
export async function publishTiers(
  parts: ManifestParts,
  region: Region,
): Promise<readonly TierRecord[]> {
  const built = await buildTiers(parts, region, true);
  if (built.length > 0) await republish(parts, region);
  return built;
}
