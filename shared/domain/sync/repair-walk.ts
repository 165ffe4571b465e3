import { equalBytes } from '../../kernel/bytes';
import type { Entity } from '../model';
import type { Sha256 } from './digest';
import { differingChildren, nodeHash, ROOT_LEVEL, rootAbove, type TreeNode } from './sparse-tree';

/** Nodes of one level of an entity's tree whose children are wanted. */
export interface ChildrenAsk {
  readonly entity: Entity;
  readonly level: number;
  readonly indexes: readonly number[];
}

/** One side of the comparison: children by asked node, in the order asked. */
export type ChildrenOf = (
  asks: readonly ChildrenAsk[],
) => Promise<readonly (readonly TreeNode[])[]>;

/** An entity to compare: the signed root and the level from which its own tree has more than one node. */
export interface WalkStart {
  readonly entity: Entity;
  readonly root: Uint8Array;
  readonly topLevel: number;
}

/** The other side's nodes do not add up to the signed root. */
export class NodesUnproven extends Error {}

interface Open {
  readonly entity: Entity;
  readonly level: number;
  /** Nodes that differ, with the hash that their children must add up to; undefined: theirs has none. */
  readonly nodes: readonly { readonly index: number; readonly hash: Uint8Array | undefined }[];
}

/** Nodes in one request: what a request may ask for. */
const NODES_A_REQUEST = 256;

/**
 * Descends two trees where they differ and answers the differing buckets by entity. Every answer of the
 * other side is checked against the hash above it, up to the signed root, before it is followed. Entities
 * go down together, so the requests are as many as the trees have levels; chains of single nodes above
 * all rows are skipped by computing them. Throws NodesUnproven.
 */
export async function walkDifferences(
  sha256: Sha256,
  starts: readonly WalkStart[],
  mine: ChildrenOf,
  theirs: ChildrenOf,
): Promise<ReadonlyMap<Entity, readonly number[]>> {
  const found = new Map<Entity, number[]>();
  let open = await beginWalk(sha256, starts, mine, theirs);
  while (open.length > 0) {
    const next: Open[] = [];
    for (const { entity, level, nodes } of open) {
      if (level > 0) next.push({ entity, level, nodes });
      else found.set(entity, [...(found.get(entity) ?? []), ...nodes.map(({ index }) => index)]);
    }
    open = await descend(sha256, next, mine, theirs);
  }
  for (const buckets of found.values()) buckets.sort((a, b) => a - b);
  return found;
}

async function beginWalk(
  sha256: Sha256,
  starts: readonly WalkStart[],
  mine: ChildrenOf,
  theirs: ChildrenOf,
): Promise<Open[]> {
  const open: Open[] = [];
  const asks = starts.map(({ entity, topLevel }) => ({ entity, level: topLevel, indexes: [0] }));
  const [own, other] = await Promise.all([childrenOf(asks, mine), childrenOf(asks, theirs)]);
  starts.forEach(({ entity, root, topLevel }, i) => {
    const list = other[i] ?? [];
    const top = list.length === 0 ? undefined : nodeHash(sha256, list);
    const computed = top === undefined ? nodeHash(sha256, []) : rootAbove(sha256, topLevel, top);
    if (equalBytes(computed, root)) {
      open.push(...differing(entity, topLevel, own[i] ?? [], list));
      return;
    }
    // Theirs has rows beyond our top: from the root itself.
    if (topLevel >= ROOT_LEVEL) throw new NodesUnproven('root');
    open.push({ entity, level: ROOT_LEVEL, nodes: [{ index: 0, hash: root }] });
  });
  return open;
}

function differing(
  entity: Entity,
  level: number,
  own: readonly TreeNode[],
  other: readonly TreeNode[],
): Open[] {
  const theirs = new Map(other.map(({ index, hash }) => [index, hash]));
  const indexes = differingChildren(own, other);
  if (indexes.length === 0) return [];
  const nodes = indexes.map((index) => ({ index, hash: theirs.get(index) }));
  return [{ entity, level: level - 1, nodes }];
}

async function descend(
  sha256: Sha256,
  open: readonly Open[],
  mine: ChildrenOf,
  theirs: ChildrenOf,
): Promise<Open[]> {
  if (open.length === 0) return [];
  const asks = open.map(({ entity, level, nodes }) => ({
    entity,
    level,
    indexes: nodes.map(({ index }) => index),
  }));
  const [own, other] = await Promise.all([childrenOf(asks, mine), childrenOf(asks, theirs)]);
  let at = 0;
  const next: Open[] = [];
  for (const { entity, level, nodes } of open) {
    const below: Open['nodes'][number][] = [];
    for (const { hash } of nodes) {
      const list = other[at] ?? [];
      const isProven =
        hash === undefined ? list.length === 0 : equalBytes(nodeHash(sha256, list), hash);
      if (!isProven) throw new NodesUnproven(`${entity} level ${level}`);
      below.push(...(differing(entity, level, own[at] ?? [], list)[0]?.nodes ?? []));
      at++;
    }
    if (below.length > 0) next.push({ entity, level: level - 1, nodes: below });
  }
  return next;
}

/** Asks in requests of bounded size. */
async function childrenOf(
  asks: readonly ChildrenAsk[],
  source: ChildrenOf,
): Promise<readonly (readonly TreeNode[])[]> {
  const answers: (readonly TreeNode[])[] = [];
  for (const batch of boundedAsks(asks, NODES_A_REQUEST)) answers.push(...(await source(batch)));
  return answers;
}

/** Cuts asks into batches of at most `most` indexes each, order kept. */
function boundedAsks(asks: readonly ChildrenAsk[], most: number): ChildrenAsk[][] {
  const batches: ChildrenAsk[][] = [];
  let batch: ChildrenAsk[] = [];
  let room = most;
  for (const { entity, level, indexes } of asks) {
    for (let from = 0; from < indexes.length; ) {
      const part = indexes.slice(from, from + room);
      batch.push({ entity, level, indexes: part });
      from += part.length;
      room -= part.length;
      if (room > 0) continue;
      batches.push(batch);
      batch = [];
      room = most;
    }
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
