import { SCHEMA_VERSION } from '../../shared/domain/model';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  type GrantContent,
  GrantContentSchema,
  GrantSchema,
  grantContext,
} from '../../shared/protocol/cross-region';
import {
  ManifestSchema,
  type ReferencePack,
  ReferencePackSchema,
} from '../../shared/protocol/manifest';
import { sealBox } from '../../shared/protocol/sealed-box';
import {
  type SignedStatement,
  SignedStatementSchema,
} from '../../shared/protocol/signed-statement';
import type { ServerParts } from '../http/parts';
import { boxSubtle } from '../keys/key-provider';
import { newRegionKeys, packRegionKeys } from '../keys/region-keys';
import {
  endGrant,
  findGrant,
  type KeptGrant,
  keepContent,
  overdueGrants,
  takeEndedObjects,
} from '../store/cross-grants';
import { holdCrossRequest, moveCrossRequest } from '../store/cross-requests';
import type { Device } from '../store/devices';
import { latestManifest } from '../store/manifests';
import type { SqlRunner } from '../store/sql-client';
import { writeGrantRows } from './grant-rows';

type Parts = Pick<ServerParts, 'client' | 'objects' | 'keys' | 'statements' | 'nowMs'>;

const KEY_EPOCH = 1;
const MAX_PACK_BYTES = 16_000_000;
const restContext = (grant: string): string => `cross-region grant ${grant}`;

/** Issuers and training bodies of all the slices that a grant is about, under one region's name. */
async function referenceOf(
  { objects }: Parts,
  runner: SqlRunner,
  slices: readonly number[],
): Promise<ReferencePack> {
  const issuers = new Map<number, ReferencePack['issuers'][number]>();
  const bodies = new Map<number, ReferencePack['bodies'][number]>();
  for (const slice of slices) {
    const manifest = await latestManifest(runner, slice);
    if (manifest === undefined) continue;
    const { packs } = ManifestSchema.parse(JSON.parse(manifest.envelope.payload));
    const pack = packs.find(({ kind }) => kind === 'reference');
    if (pack === undefined || pack.bytes > MAX_PACK_BYTES) continue;
    const bytes = await objects.read(pack.sha256, { from: 0, to: pack.bytes - 1 });
    const reference = ReferencePackSchema.parse(JSON.parse(bytes.toString('utf8')));
    for (const one of reference.issuers) issuers.set(one.id, one);
    for (const one of reference.bodies) bodies.set(one.id, one);
  }
  return ReferencePackSchema.parse({
    format: 'fieldcert-reference',
    version: 1,
    region: String(slices[0]),
    issuers: [...issuers.values()],
    bodies: [...bodies.values()],
  });
}

/** A grant of this device that has not ended; undefined otherwise. */
export async function grantOf(
  { nowMs }: Pick<Parts, 'nowMs'>,
  runner: SqlRunner,
  device: Device,
  request: string,
  hold = false,
): Promise<KeptGrant | undefined> {
  const grant = await findGrant(runner, request, hold);
  const isOpen =
    grant !== undefined &&
    grant.device === device.id &&
    grant.endedMs === null &&
    grant.untilMs > nowMs();
  return isOpen ? grant : undefined;
}

/** What a grant brings: a box for its device, and the objects that the content in it names. */
export interface GrantPackage {
  readonly box: Uint8Array;
  readonly segments: GrantContent['segments'];
}

/** What a grant brings, sealed to its device; made when first asked for. Undefined where the device has no such grant now. */
export async function grantPackage(
  parts: Parts,
  device: Device,
  request: string,
): Promise<GrantPackage | undefined> {
  const { client, keys } = parts;
  const made = await client.transaction(async (runner) => {
    const grant = await grantOf(parts, runner, device, request, true);
    if (grant === undefined) return undefined;
    if (grant.keys !== null && grant.content !== null)
      return {
        packed: keys.unwrap(grant.keys, restContext(request)),
        content: SignedStatementSchema.parse(JSON.parse(grant.content)),
      };
    return makeContent(parts, runner, grant);
  }, 'repeatable read');
  if (made === undefined) return undefined;
  const bytes = Buffer.concat([made.packed, Buffer.from(canonicalJson(made.content), 'utf8')]);
  try {
    const box = await sealBox(boxSubtle, device.boxKey, bytes, grantContext(device.id, request));
    const { segments } = GrantContentSchema.parse(JSON.parse(made.content.payload));
    return { box, segments };
  } finally {
    made.packed.fill(0);
    bytes.fill(0);
  }
}

async function makeContent(
  parts: Parts,
  runner: SqlRunner,
  { request, device, statement }: KeptGrant,
): Promise<{ readonly packed: Buffer; readonly content: SignedStatement }> {
  const { objects, statements, keys: provider, nowMs } = parts;
  const { payload } = SignedStatementSchema.parse(JSON.parse(statement));
  const { scope, expiresMs } = GrantSchema.parse(JSON.parse(payload));
  const slices = [...new Set(scope.regions.map((region) => Number(region.slice(0, 4))))].sort();
  const region = String(slices[0]);
  const keys = newRegionKeys(KEY_EPOCH);
  const { segments, roots, root, counts } = await writeGrantRows(
    { runner, objects, keys, region },
    scope,
  );
  const issuedMs = nowMs();
  const base = {
    type: 'checkpoint',
    region,
    // Each grant is a history of its own.
    epoch: request,
    schema: SCHEMA_VERSION,
    rseq: 0,
    roots,
    root,
    counts,
    issuedMs,
    expiresMs,
  };
  const content = await statements.sign(
    GrantContentSchema.parse({
      type: 'cross-region-content',
      grant: request,
      device,
      base,
      segments,
      reference: await referenceOf(parts, runner, slices),
      issuedMs,
      expiresMs,
    }),
  );
  const packed = packRegionKeys(keys);
  const wrapped = provider.wrap(packed, restContext(request));
  await keepContent(
    runner,
    request,
    wrapped,
    JSON.stringify(content),
    segments.map(({ sha256 }) => sha256),
  );
  return { packed, content };
}

/** Ends grants whose time is over, and removes what ended ones brought. */
export async function sweepGrants({
  client,
  objects,
  nowMs,
}: Pick<Parts, 'client' | 'objects' | 'nowMs'>): Promise<void> {
  for (const request of await overdueGrants(client, nowMs()))
    await client.transaction(async (runner) => {
      // In the order of who takes a grant back: otherwise each may wait for the other.
      await holdCrossRequest(runner, request);
      await endGrant(runner, request, null, nowMs());
      await moveCrossRequest(runner, request, 'ended', nowMs());
    });
  for (const sha256 of await takeEndedObjects(client)) await objects.remove(sha256);
}
