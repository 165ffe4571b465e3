import { createHash } from 'node:crypto';
import { ATTACHMENT_OVERHEAD_BYTES, MAX_ATTACHMENT_BYTES } from '../../shared/protocol/attachment';
import {
  type AttachmentObject,
  attachmentBytes,
  attachmentObjects,
  noteAttachmentObjects,
} from '../store/attachments';
import type { SqlClient } from '../store/sql-client';
import type { ObjectStore } from '../sync/object-store';
import type { Region, Regions } from '../sync/regions';
import { openAttachment, sealAttachment } from './seal-attachment';

interface Parts {
  readonly client: SqlClient;
  readonly objects: ObjectStore;
  readonly regions: Regions;
}

/** Keeps contents for a region, sealed; what is there already changes nothing. Throws RangeError on one that devices would refuse. */
export async function keepAttachments(
  { client, objects }: Pick<Parts, 'client' | 'objects'>,
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
  await noteAttachmentObjects(client, region.slice, distinct);
}

async function plainFrom(
  { objects, regions }: Parts,
  { slice, sha256, object }: AttachmentObject & { readonly slice: number },
): Promise<Uint8Array | undefined> {
  const region = await regions.find(slice);
  const size = await objects.size(object);
  if (region === undefined || size === undefined) return undefined;
  return openAttachment(region, sha256, await objects.read(object, { from: 0, to: size - 1 }));
}

/** Contents that were laid down in plain by a server before migration 130. */
async function plainOfOld({ objects }: Parts, sha256: string): Promise<Uint8Array | undefined> {
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
  parts: Parts,
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

async function reseal(parts: Parts, region: Region, plain: Uint8Array): Promise<string> {
  const object = await parts.objects.put(sealAttachment(region, plain));
  const sha256 = createHash('sha256').update(plain).digest('hex');
  const { keyEpoch } = region.keys;
  await noteAttachmentObjects(parts.client, region.slice, [{ sha256, object, keyEpoch }]);
  return object;
}
