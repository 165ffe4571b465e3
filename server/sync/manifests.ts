import { createHash } from 'node:crypto';
import { ENTITY_ORDER, SCHEMA_VERSION } from '../../shared/domain/model';
import {
  type Manifest,
  ManifestSchema,
  type ReferencePack,
  type SegmentRef,
} from '../../shared/protocol/manifest';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import { addManifest, addObjects, latestManifest } from '../store/manifests';
import { findSlice } from '../store/slices';
import type { SqlClient } from '../store/sql-client';
import { writeCursor } from './cursor';
import type { ObjectStore } from './object-store';
import { writePacks } from './packs';
import type { Region } from './regions';
import { writeSegments } from './segments';
import { checkpointOf, FRESH_MS, readState } from './state';

export interface ManifestParts {
  readonly client: SqlClient;
  readonly objects: ObjectStore;
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly nowMs: () => number;
}

/** A published manifest older than this is issued anew, so that an idle region does not look stale. */
const RENEW_MS = 12 * 3_600_000;

const payloadHash = ({ payload }: SignedStatement): string =>
  createHash('sha256').update(payload, 'utf8').digest('hex');

/** Signs a manifest as the successor of the region's last one. */
async function publish(
  parts: ManifestParts,
  region: Region,
  content: Omit<Manifest, 'previous' | 'issuedMs' | 'expiresMs'>,
): Promise<SignedStatement> {
  const nowMs = parts.nowMs();
  const last = await latestManifest(parts.client, region.slice);
  const manifest: Manifest = {
    ...content,
    previous: last?.sha256 ?? null,
    issuedMs: nowMs,
    expiresMs: nowMs + FRESH_MS,
  };
  const envelope = await parts.statements.sign(ManifestSchema.parse(manifest));
  await addManifest(parts.client, region.slice, {
    serial: (last?.serial ?? 0) + 1,
    epoch: manifest.epoch,
    baseRseq: manifest.base.rseq,
    envelope,
    sha256: payloadHash(envelope),
    createdMs: nowMs,
  });
  return envelope;
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
  await addObjects(client, region.slice, [
    ...segments.map(({ sha256, bytes }) => ({ sha256, bytes, kind: 'segment' as const })),
    ...packs.map(({ sha256, bytes }) => ({ sha256, bytes, kind: 'pack' as const })),
  ]);
  return publish(parts, region, {
    type: 'manifest',
    region: region.code,
    epoch,
    schema: { min: SCHEMA_VERSION, max: SCHEMA_VERSION },
    keyEpoch: region.keys.keyEpoch,
    base: checkpointOf(region.code, state, nowMs()),
    cursor: writeCursor(keys, {
      slice: region.slice,
      epoch,
      stable: state.rseq,
      position: state.rseq,
    }),
    segments,
    tiers: [],
    packs: [...packs],
  });
}

/** The region's manifest, issued anew when it has aged. Undefined: no snapshot was ever built. */
export async function currentManifest(
  parts: ManifestParts,
  region: Region,
): Promise<SignedStatement | undefined> {
  const last = await latestManifest(parts.client, region.slice);
  if (last === undefined || parts.nowMs() - last.createdMs < RENEW_MS) return last?.envelope;
  const {
    previous: _previous,
    issuedMs: _issuedMs,
    expiresMs: _expiresMs,
    ...content
  } = ManifestSchema.parse(JSON.parse(last.envelope.payload));
  return publish(parts, region, content);
}
