import { ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { absoluteIds, idSteps } from '../../shared/protocol/columns';
import type { EntityChanges } from '../../shared/protocol/delta';
import {
  LEAF_PREFIX_BYTES,
  type LeafAsk,
  type NodeAsk,
  packLeaves,
  packNodes,
  type RowAsk,
} from '../../shared/protocol/repair';
import { readBlock } from '../store/blocks';
import { readChildren } from '../store/digest-nodes';
import { readDepartures } from '../store/feed';
import { readLeaves } from '../store/rows';
import { findSlice } from '../store/slices';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { exitsOf, type PageContent } from './page';

/** The state that a device compares with. */
export interface PinnedState {
  readonly epoch: string;
  readonly rseq: number;
}

/**
 * Runs a look at a region's rows if they are at the pinned state, all of it in one snapshot.
 * `moved`: they have changed since; `unknown`: another epoch, or a state that never was.
 */
export function atState<T>(
  client: SqlClient,
  slice: number,
  { epoch, rseq }: PinnedState,
  look: (runner: SqlRunner) => Promise<T>,
): Promise<T | 'moved' | 'unknown'> {
  return client.transaction(async (runner) => {
    const found = await findSlice(runner, slice);
    if (found === undefined || found.epoch !== epoch || rseq > found.head) return 'unknown';
    return rseq < found.head ? 'moved' : look(runner);
  }, 'repeatable read');
}

/** Children of digest nodes as the wire has them. */
export async function nodeBytes(
  runner: SqlRunner,
  slice: number,
  asks: readonly NodeAsk[],
): Promise<Uint8Array> {
  const children = [];
  for (const { entity, level, indexes } of asks)
    children.push(...(await readChildren(runner, slice, entity, level, indexes)));
  return packNodes(asks, children);
}

/** Leaves of buckets as the wire has them. */
export async function leafBytes(
  runner: SqlRunner,
  slice: number,
  asks: readonly LeafAsk[],
): Promise<Uint8Array> {
  const leaves = [];
  for (const { entity, buckets } of asks)
    for (const rows of await readLeaves(runner, entity, slice, buckets))
      leaves.push(
        rows.map(({ id, leaf }) => ({ id, prefix: leaf.subarray(0, LEAF_PREFIX_BYTES) })),
      );
  return packLeaves(asks, leaves);
}

/** Rows as a page that ends where it begins: whole, and of those that have left why and where to. */
export async function rowPage(
  runner: SqlRunner,
  slice: number,
  { epoch, rseq }: PinnedState,
  asks: readonly RowAsk[],
): Promise<PageContent> {
  const changes: { [E in Entity]?: EntityChanges } = {};
  const secret: { [E in Entity]?: { columns: Record<string, unknown[]> } } = {};
  for (const entity of ENTITY_ORDER) {
    const ids = asks.filter((ask) => ask.entity === entity).flatMap((ask) => absoluteIds(ask.ids));
    if (ids.length === 0) continue;
    const block = await readBlock(runner, entity, slice, { ids });
    const here = new Set(block.ids);
    const left = ids.filter((id) => !here.has(id));
    const departures = left.length === 0 ? [] : await readDepartures(runner, slice, entity, left);
    changes[entity] = {
      ...(block.ids.length === 0
        ? {}
        : {
            put: {
              ids: idSteps(block.ids),
              revs: [...block.revs],
              columns: copied(block.columns),
            },
          }),
      ...(departures.length === 0 ? {} : { exit: exitsOf(departures) }),
    };
    if (Object.keys(block.secret).length > 0) secret[entity] = { columns: copied(block.secret) };
  }
  return {
    from: rseq,
    to: rseq,
    rows: asks.reduce((sum, { ids }) => sum + ids.length, 0),
    hasMore: false,
    next: { slice, epoch, stable: rseq, position: rseq },
    content: { changes },
    secret: Object.keys(secret).length === 0 ? undefined : { changes: secret },
    state: undefined,
  };
}

function copied(columns: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values]]));
}
