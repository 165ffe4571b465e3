import { createHash } from 'node:crypto';
import { sniff } from '../../shared/domain/attachment/sniff';
import { ATTACHMENT_KINDS, type AttachmentKind, MIMES } from '../../shared/domain/model';
import { applyChanges, type Change, RowMissing } from '../ingest/changes';
import { reserveIds } from '../store/id-space';
import { findRow } from '../store/rows';
import type { SqlClient } from '../store/sql-client';
import type { ObjectStore } from '../sync/object-store';
import type { Region } from '../sync/regions';
import { keepAttachments } from './attachments';

/** A file that comes to a record: a person's photo, or a certificate's scan or e-certificate. */
export interface NewAttachment {
  /** Person for a photo, certificate for the others. */
  readonly owner: number;
  readonly kind: AttachmentKind;
  readonly content: Uint8Array;
}

/**
 * Adds an attachment to a record; a photo takes the place of the one before. Answers the new row's id and hash. Throws
 * RowMissing, RangeError for what is neither JPEG nor PNG nor PDF, or too large.
 */
export async function attach(
  { client, objects }: { readonly client: SqlClient; readonly objects: ObjectStore },
  region: Region,
  { owner, kind, content }: NewAttachment,
): Promise<{ readonly id: number; readonly sha256: string }> {
  const found = sniff(content);
  if (typeof found === 'string' || (kind === 'photo' && found.mime === 'pdf'))
    throw new RangeError(`not a ${kind}: ${typeof found === 'string' ? found : found.mime}`);
  await keepAttachments({ client, objects }, region, [content]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const isPhoto = kind === 'photo';
  const id = await client.transaction(async (runner) => {
    const entity = isPhoto ? 'person' : 'certificate';
    if ((await findRow(runner, entity, region.slice, owner)) === undefined)
      throw new RowMissing(entity, owner);
    const [range] = await reserveIds(runner, region.slice, 'attachment', 1);
    if (range === undefined) throw new Error('no id');
    const values = {
      ownerType: isPhoto ? 1 : 2,
      owner,
      kind: ATTACHMENT_KINDS[kind],
      sha256,
      bytes: content.length,
      mime: MIMES[found.mime],
    };
    const changes: Change[] = [{ op: 'put', entity: 'attachment', id: range.first, values }];
    if (isPhoto)
      changes.push({ op: 'patch', entity: 'person', id: owner, fields: { photo: range.first } });
    await applyChanges(runner, region.slice, region.leafOf, changes);
    return range.first;
  });
  return { id, sha256 };
}
