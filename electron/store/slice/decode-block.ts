import type { Entity } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import {
  absoluteIds,
  type ColumnBlock,
  ColumnBlockSchema,
  columnBlockFault,
} from '../../../shared/protocol/columns';
import type { SegmentHeader } from '../../../shared/protocol/segment';
import type { SealedColumns } from '../protocol';
import type { RowBlock } from './row-writer';

export function damaged(object: string, detail: string): AppError {
  return new AppError('SYNC_OBJECT_DAMAGED', { object }, detail);
}

/** Checks a block's shape and makes its ids absolute. Fails with SYNC_OBJECT_DAMAGED. */
export function rowBlock(
  entity: Entity,
  content: unknown,
  sealed: SealedColumns | null,
  object: string,
): RowBlock {
  const parsed = ColumnBlockSchema.safeParse(content);
  if (!parsed.success) throw damaged(object, 'block shape');
  const block = parsed.data as ColumnBlock;
  const fault = columnBlockFault(entity, block, 'public');
  if (fault !== undefined) throw damaged(object, fault);
  if (block.ids.some((step) => step < 1)) throw damaged(object, 'ids do not ascend');
  return { entity, ids: absoluteIds(block.ids), revs: block.revs, columns: block.columns, sealed };
}

/** Rows of an opened segment, checked against its header. */
export function segmentBlock(
  header: SegmentHeader,
  content: unknown,
  sealed: SealedColumns | null,
  object: string,
): RowBlock {
  const block = rowBlock(header.entity, content, sealed, object);
  const { ids } = block;
  if (ids.length !== header.rows || ids[0] !== header.firstId || ids.at(-1) !== header.lastId)
    throw damaged(object, 'rows differ from the header');
  if ((header.private !== undefined) !== (sealed !== null))
    throw damaged(object, 'private part and sealed columns differ');
  return block;
}
