import { ATTACHMENT_KINDS, MIMES, wordOf } from '../../../../shared/domain/model';
import type { AttachmentItem, AttachmentView } from '../../../../shared/ipc/routes/attachments';
import { MAX_ATTACHMENT_BYTES } from '../../../../shared/protocol/attachment';
import type { AttachmentRef } from '../../../store/attachment-calls';

/** A row as pages know it. */
export function itemOf({ id, kind, mime, bytes }: AttachmentRef): AttachmentItem {
  return {
    id,
    kind: wordOf(ATTACHMENT_KINDS, kind) ?? 'other',
    mime: wordOf(MIMES, mime) ?? null,
    bytes,
  };
}

/** Why contents of such a row are not even fetched; null: they may be. */
export function unfit({ mime, bytes }: AttachmentRef): AttachmentView | null {
  if (wordOf(MIMES, mime) === undefined) return { state: 'unusable', why: 'type' };
  if (bytes <= 0 || bytes > MAX_ATTACHMENT_BYTES) return { state: 'unusable', why: 'size' };
  return null;
}
