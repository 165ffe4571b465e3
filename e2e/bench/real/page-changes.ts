import type { PagePrivate, PagePublic } from '../../../shared/protocol/delta';
import { openObject, type TransportKeys } from './segment-file';

/** What a page changes, counted, and the same as bare changed fields. */
export interface PageChanges {
  readonly count: number;
  /** Ids and changed values as columns; no revisions, no base, no framing. */
  readonly bare: unknown;
}

export function pageChanges(page: Uint8Array, keys: TransportKeys): PageChanges {
  const opened = openObject(Buffer.from(page), keys);
  const { changes } = opened.public as PagePublic;
  const hidden = (opened.private as PagePrivate | null)?.changes ?? {};
  let count = 0;
  const bare: unknown[] = [];
  for (const [entity, { put, patch = [], exit }] of Object.entries(changes)) {
    const own = hidden[entity as keyof typeof hidden]?.columns;
    if (put !== undefined) bare.push([entity, put.ids, put.columns, own ?? {}]);
    for (const { ids, columns } of patch) bare.push([entity, ids, columns]);
    if (exit !== undefined) bare.push([entity, exit.ids, exit.reasons]);
    count += (put?.ids.length ?? 0) + (exit?.ids.length ?? 0);
    count += patch.reduce((sum, { ids }) => sum + ids.length, 0);
  }
  return { count, bare };
}
