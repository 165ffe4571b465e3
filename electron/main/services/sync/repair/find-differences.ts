import type { Entity } from '../../../../../shared/domain/model';
import {
  NodesUnproven,
  type WalkStart,
  walkDifferences,
} from '../../../../../shared/domain/sync/repair-walk';
import { AppError } from '../../../../../shared/errors/app-error';
import { equalBytes } from '../../../../../shared/kernel/bytes';
import type { Checkpoint } from '../../../../../shared/protocol/manifest';
import { type LeafPrefix, MAX_REPAIR_BUCKETS } from '../../../../../shared/protocol/repair';
import { sha256Bytes } from '../../../../crypto/one-shot-hash';
import type { RepairEntity } from '../../../../store/repair-calls';
import type { StoreCaller } from '../../../clients/store-client';
import { batched, type EntityIds } from './batches';
import type { Pinned, RepairLine } from './repair-line';

interface Parts {
  readonly store: StoreCaller;
  readonly line: RepairLine;
  readonly signal: AbortSignal;
}

export type Buckets = ReadonlyMap<Entity, readonly number[]>;

/**
 * Buckets in which the rows differ from the checkpoint's. Where the buckets that were kept at the last
 * application still make up the signed root they are the server's tree, and nothing is asked; elsewhere
 * the server's tree is walked, each node proven by the root.
 */
export async function findBuckets(
  { store, line, signal }: Parts,
  state: Pinned,
  entities: readonly RepairEntity[],
  { roots }: Checkpoint,
): Promise<Buckets> {
  const found = new Map<Entity, readonly number[]>();
  const starts: WalkStart[] = [];
  for (const { entity, root, keptRoot, keptDiffers, topLevel } of entities) {
    const signed = roots[entity];
    if (root === signed) continue;
    if (keptRoot === signed) found.set(entity, keptDiffers);
    else starts.push({ entity, root: Buffer.from(signed ?? '', 'hex'), topLevel });
  }
  if (starts.length === 0) return found;
  const asked = (asks: Parameters<Parameters<typeof walkDifferences>[2]>[0]) =>
    asks.map((ask) => ({ ...ask, indexes: [...ask.indexes] }));
  try {
    const walked = await walkDifferences(
      sha256Bytes,
      starts,
      (asks) => store.call('repairNodes', { asks: asked(asks) }),
      (asks) => line.nodes(state, asked(asks), signal),
    );
    for (const [entity, buckets] of walked) found.set(entity, buckets);
    return found;
  } catch (error) {
    if (!(error instanceof NodesUnproven)) throw error;
    throw new AppError('SYNC_SIGNATURE_BAD', {}, `digest nodes: ${error.message}`);
  }
}

/** Rows of these buckets that are to be fetched, and those that the server does not have. */
export async function compareRows(
  { store, line, signal }: Parts,
  state: Pinned,
  buckets: Buckets,
): Promise<{ readonly fetch: EntityIds; readonly removed: EntityIds }> {
  const fetch: { entity: Entity; ids: number[] }[] = [];
  const removed: { entity: Entity; ids: number[] }[] = [];
  const all = [...buckets].map(([entity, ids]) => ({ entity, ids }));
  for (const batch of batched(all, MAX_REPAIR_BUCKETS)) {
    signal.throwIfAborted();
    const asks = batch.map(({ entity, ids }) => ({ entity, buckets: [...ids] }));
    const [mine, theirs] = await Promise.all([
      store.call('repairLeaves', { asks }),
      line.leaves(state, asks, signal),
    ]);
    let at = 0;
    for (const { entity, buckets: asked } of asks) {
      for (const _ of asked) {
        const one = compareLeaves(mine[at] ?? [], theirs[at] ?? []);
        at++;
        // What the server does not have is asked for too: it may know where the row went.
        fetch.push({ entity, ids: [...one.differing, ...one.surplus] });
        removed.push({ entity, ids: one.surplus });
      }
    }
  }
  return { fetch, removed };
}

function compareLeaves(
  mine: readonly LeafPrefix[],
  theirs: readonly LeafPrefix[],
): { readonly differing: number[]; readonly surplus: number[] } {
  const own = new Map(mine.map(({ id, prefix }) => [id, prefix]));
  const differing: number[] = [];
  for (const { id, prefix } of theirs) {
    const held = own.get(id);
    if (held === undefined || !equalBytes(held, prefix)) differing.push(id);
    own.delete(id);
  }
  return { differing, surplus: [...own.keys()] };
}
