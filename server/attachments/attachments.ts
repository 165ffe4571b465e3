import { createHash } from 'node:crypto';
import { ATTACHMENT_OVERHEAD_BYTES, MAX_ATTACHMENT_BYTES } from '../../shared/protocol/attachment';
import {
  type AttachmentObject,
  attachmentBytes,
  attachmentObjects,
  noteAttachmentObjects,
} from '../store/attachments';
import { attachmentsBelow } from '../store/region-keys';
import type { SqlClient } from '../store/sql-client';
import type { ObjectStore } from '../sync/object-store';
import type { Region, Regions } from '../sync/regions';
import { openAttachment, sealAttachment } from './seal-attachment';

const RENEW_BATCH = 200;

export interface AttachmentParts {
  readonly client: SqlClient;
  readonly objects: ObjectStore;
  readonly regions: Regions;
}

/** Keeps contents for a region, sealed; what is there already changes nothing. Throws RangeError on one that devices would refuse. */
export async function keepAttachments(
  { client, objects }: Pick<AttachmentParts, 'client' | 'objects'>,
  region: Region,
  contents: readonly Uint8Array[],
): Promise<void> {
  const kept: AttachmentObject[] = [];
  const { keyEpoch } = region.keys;
  for (const plain of contents) {
    if (plain.length > MAX_ATTACHMENT_BYTES)
      throw new RangeError(`attachment of ${plain.length} bytes`);
    const sha256 = createHash('sha256').update(plain).digest('hex');
    kept.push({ sha256, object: await objects.put(sealAttachment(region, plain)), keyEpoch });
  }
  // The same content twice in one statement would be refused.
  const distinct = [...new Map(kept.map((one) => [one.sha256, one])).values()];
  for (const gone of await noteAttachmentObjects(client, region.slice, distinct))
    await objects.remove(gone);
}

async function plainFrom(
  { objects, regions }: AttachmentParts,
  { slice, sha256, object, keyEpoch }: AttachmentObject & { readonly slice: number },
): Promise<Uint8Array | undefined> {
  const keys = await regions.keysOf(slice, keyEpoch);
  const size = await objects.size(object);
  if (keys === undefined || size === undefined) return undefined;
  const sealed = await objects.read(object, { from: 0, to: size - 1 });
  return openAttachment({ code: String(slice), keys }, sha256, sealed);
}

/** Contents that were laid down in plain by a server before migration 130. */
async function plainOfOld(
  { objects }: AttachmentParts,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const size = await objects.size(sha256);
  if (size === undefined) return undefined;
  const bytes = await objects.read(sha256, { from: 0, to: size - 1 });
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined;
}

/**
 * Name of the object that holds an attachment sealed for a region; undefined where none of its rows has such an
 * attachment or the bytes are lost. A row that came from another region brings its contents along: they are sealed
 * anew for this one at the first request.
 */
export async function attachmentObjectOf(
  parts: AttachmentParts,
  region: Region,
  sha256: string,
): Promise<string | undefined> {
  const { client, objects } = parts;
  const bytes = await attachmentBytes(client, region.slice, sha256);
  // Whether another region has such a picture is nobody's business here.
  if (bytes === undefined) return undefined;
  const found = await attachmentObjects(client, sha256);
  const own = found.find(
    ({ slice, keyEpoch }) => slice === region.slice && keyEpoch === region.keys.keyEpoch,
  );
  if (own !== undefined && (await objects.size(own.object)) === bytes + ATTACHMENT_OVERHEAD_BYTES)
    return own.object;
  for (const other of found) {
    const plain = await plainFrom(parts, other);
    if (plain !== undefined) return reseal(parts, region, plain);
  }
  const old = await plainOfOld(parts, sha256);
  if (old === undefined) return undefined;
  const name = await reseal(parts, region, old);
  await objects.remove(sha256);
  return name;
}

async function reseal(parts: AttachmentParts, region: Region, plain: Uint8Array): Promise<string> {
  const object = await parts.objects.put(sealAttachment(region, plain));
  const sha256 = createHash('sha256').update(plain).digest('hex');
  const { keyEpoch } = region.keys;
  const noted = [{ sha256, object, keyEpoch }];
  for (const gone of await noteAttachmentObjects(parts.client, region.slice, noted))
    await parts.objects.remove(gone);
  return object;
}

/**
 * Seals anew what a region has under former keys, so that those can go; what was done before an interruption is found
 * done. Answers how many there were, and the objects that could not be opened: those stay as they are.
 */
export async function renewAttachments(
  parts: AttachmentParts,
  region: Region,
): Promise<{ readonly renewed: number; readonly lost: ReadonlySet<string> }> {
  const { slice, keys } = region;
  let [renewed, after] = [0, ''];
  const lost = new Set<string>();
  for (;;) {
    const batch = await attachmentsBelow(parts.client, slice, keys.keyEpoch, after, RENEW_BATCH);
    for (const one of batch) {
      const plain = await plainFrom(parts, { ...one, slice });
      if (plain === undefined) lost.add(one.object);
      else {
        await reseal(parts, region, plain);
        renewed++;
      }
      after = one.sha256;
    }
    if (batch.length < RENEW_BATCH) return { renewed, lost };
  }
}
