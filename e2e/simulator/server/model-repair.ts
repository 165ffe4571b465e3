import { ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { FAN_OUT } from '../../../shared/domain/sync/digest';
import { absoluteIds, idSteps } from '../../../shared/protocol/columns';
import type { EntityChanges } from '../../../shared/protocol/delta';
import {
  LEAF_PREFIX_BYTES,
  type LeafAsk,
  type NodeAsk,
  packLeaves,
  packNodes,
  type RowAsk,
} from '../../../shared/protocol/repair';
import { columnsOf } from './model-pages';
import type { ModelRegion } from './model-region';

/* The server's side of a repair over rows in memory. */

export function nodesAsked(region: ModelRegion, asks: readonly NodeAsk[]): Uint8Array {
  const children = asks.flatMap(({ entity, level, indexes }) => {
    const tree = region.tree(entity);
    return indexes.map((index) => tree.children(level, index));
  });
  return packNodes(asks, children);
}

export function leavesAsked(region: ModelRegion, asks: readonly LeafAsk[]): Uint8Array {
  const leaves = asks.flatMap(({ entity, buckets }) => {
    const rows = region.sorted(entity);
    return buckets.map((bucket) =>
      rows
        .filter(({ id }) => Math.floor(id / FAN_OUT) === bucket)
        .map((row) => ({
          id: row.id,
          prefix: region.leafOfRow(entity, row).subarray(0, LEAF_PREFIX_BYTES),
        })),
    );
  });
  return packLeaves(asks, leaves);
}

export function rowsAsked(region: ModelRegion, asks: readonly RowAsk[]) {
  const changes: { [E in Entity]?: EntityChanges } = {};
  const secret: { [E in Entity]?: { columns: Record<string, unknown[]> } } = {};
  for (const entity of ENTITY_ORDER) {
    const ids = asks.filter((ask) => ask.entity === entity).flatMap((ask) => absoluteIds(ask.ids));
    const rows = region.sorted(entity).filter(({ id }) => ids.includes(id));
    const gone = [...region.departures.values()]
      .filter((one) => one.entity === entity && ids.includes(one.id))
      .sort((a, b) => a.id - b.id);
    if (rows.length > 0)
      changes[entity] = {
        put: {
          ids: idSteps(rows.map(({ id }) => id)),
          revs: rows.map(({ rev }) => rev),
          columns: columnsOf(entity, rows, 'columns'),
        },
      };
    if (gone.length > 0)
      changes[entity] = {
        ...changes[entity],
        exit: {
          ids: idSteps(gone.map(({ id }) => id)),
          reasons: gone.map(({ reason }) => reason),
          movedTo: gone.map(({ movedTo }) => movedTo),
          days: gone.map(({ day }) => day),
        },
      };
    const hidden = columnsOf(entity, rows, 'private');
    if (Object.keys(hidden).length > 0) secret[entity] = { columns: hidden };
  }
  return { changes, secret: Object.keys(secret).length === 0 ? undefined : secret };
}
