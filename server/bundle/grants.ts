import {
  BUNDLE_VERSION,
  type BundleContents,
  type BundleCrossRegion,
  type BundleWishes,
  GRANTS_BUNDLE_VERSION,
  MAX_BUNDLE_GRANT_OBJECTS,
  MAX_BUNDLE_GRANTS,
  MAX_GRANT_PACKAGE_BYTES,
  MAX_STANDINGS_BYTES,
  type ObjectEntry,
} from '../../shared/protocol/bundle';
import { type GrantPackage, grantPackage, sweepGrants } from '../cross-region/content';
import { standingsFor } from '../cross-region/standings';
import type { ServerParts } from '../http/parts';
import { openGrantsOf } from '../store/cross-grants';
import type { Device } from '../store/devices';
import type { Office } from '../store/offices';
import type { VolumeWriter } from './volume-writer';

interface Chosen {
  readonly atMs: BundleCrossRegion['atMs'];
  readonly standings: Uint8Array;
  readonly hasMarks: boolean;
  readonly grants: readonly (GrantPackage & { readonly grant: string })[];
}

/** Of the device's own grants, the latest first; what has no room comes with the next stick. */
async function packagesOf(
  parts: ServerParts,
  device: Device,
  held: ReadonlySet<string>,
): Promise<Chosen['grants']> {
  const { client, nowMs } = parts;
  const found: Chosen['grants'][number][] = [];
  let objects = 0;
  for (const grant of await openGrantsOf(client, device.id, nowMs(), 300)) {
    if (held.has(grant)) continue;
    const made = await grantPackage(parts, device, grant);
    if (made === undefined || made.box.length > MAX_GRANT_PACKAGE_BYTES) continue;
    if (objects + made.segments.length > MAX_BUNDLE_GRANT_OBJECTS) continue;
    objects += made.segments.length;
    found.push({ ...made, grant });
    if (found.length === MAX_BUNDLE_GRANTS) break;
  }
  return found;
}

/**
 * How requests to other regions stand that concern a device, and what its grants bring that last and that it does not hold;
 * undefined where there is none, or where the device did not say that it reads bundles with them. Throws RangeError for
 * more than a bundle may hold.
 */
export async function chooseGrants(
  parts: ServerParts,
  { office, device }: { readonly office: Office; readonly device: Device },
  wishes: Pick<BundleWishes, 'reads' | 'holdsGrants'> | undefined,
): Promise<Chosen | undefined> {
  const { reads = 1, holdsGrants = [] } = wishes ?? {};
  if (reads < GRANTS_BUNDLE_VERSION) return undefined;
  await sweepGrants(parts);
  // Before it is read: what is known of a later moment is never taken for older than this.
  const atMs = parts.nowMs();
  const { isEmpty, hasMarks, seal } = await standingsFor(parts, office, device, {
    withMarks: reads >= BUNDLE_VERSION,
  });
  if (isEmpty) return undefined;
  const standings = await seal();
  if (standings.length > MAX_STANDINGS_BYTES)
    throw new RangeError('requests to other regions are more than a bundle may hold');
  return {
    atMs,
    standings,
    hasMarks,
    grants: await packagesOf(parts, device, new Set(holdsGrants)),
  };
}

/** Writes the boxes as the line gives them, and the objects of each grant. Throws for an object that is not there as it was made. */
export async function writeGrants(
  writer: VolumeWriter,
  chosen: Chosen | undefined,
  writeObjects: (
    listed: readonly { readonly sha256: string; readonly bytes: number }[],
  ) => Promise<ObjectEntry[]>,
): Promise<Pick<BundleContents, 'crossRegion'>> {
  if (chosen === undefined) return {};
  const { atMs } = chosen;
  const standings = await writer.add(Buffer.from(chosen.standings));
  const grants: BundleCrossRegion['grants'] = [];
  for (const { grant, box, segments } of chosen.grants)
    grants.push({
      grant,
      package: await writer.add(Buffer.from(box)),
      objects: await writeObjects(segments),
    });
  return { crossRegion: { atMs, standings, grants } };
}
