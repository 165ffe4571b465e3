import { z } from 'zod';
import { FAN_OUT, HASH_BYTES } from '../domain/sync/digest';
import { ROOT_LEVEL, type TreeNode } from '../domain/sync/sparse-tree';
import { EntityNameSchema } from './manifest';

/**
 * Repair by comparing set digests (anti-entropy). Every request names the state that the device holds a
 * signed checkpoint of; a server whose region has moved on refuses with `state-moved`, so that an answer
 * never mixes two states. Nodes and leaves come as bytes, rows as a page object (segment.ts) whose
 * `from` and `to` are that state and whose cursor goes on after it.
 */
const State = {
  epoch: z.string().min(1).max(40),
  rseq: z.number().int().nonnegative(),
};
const Index = z.number().int().nonnegative();

/** Most nodes, buckets and rows that one request may ask for. */
export const MAX_REPAIR_NODES = 256;
export const MAX_REPAIR_BUCKETS = 256;
export const MAX_REPAIR_ROWS = 1_000;

const sumOf = (lists: readonly (readonly unknown[])[]): number =>
  lists.reduce((sum, list) => sum + list.length, 0);

/** Nodes of one level of one entity's tree, whose children are asked for. */
const NodeAskSchema = z.strictObject({
  entity: EntityNameSchema,
  level: z.number().int().min(1).max(ROOT_LEVEL),
  indexes: z.array(Index).min(1).max(MAX_REPAIR_NODES),
});
export type NodeAsk = z.infer<typeof NodeAskSchema>;
export const RepairNodesSchema = z.strictObject({
  ...State,
  asks: z
    .array(NodeAskSchema)
    .min(1)
    .max(64)
    .refine((asks) => sumOf(asks.map(({ indexes }) => indexes)) <= MAX_REPAIR_NODES),
});

/** Buckets of one entity whose rows' leaves are asked for. */
const LeafAskSchema = z.strictObject({
  entity: EntityNameSchema,
  buckets: z.array(Index).min(1).max(MAX_REPAIR_BUCKETS),
});
export type LeafAsk = z.infer<typeof LeafAskSchema>;
export const RepairLeavesSchema = z.strictObject({
  ...State,
  asks: z
    .array(LeafAskSchema)
    .min(1)
    .max(64)
    .refine((asks) => sumOf(asks.map(({ buckets }) => buckets)) <= MAX_REPAIR_BUCKETS),
});

/** Rows of one entity; `ids` are first differences. Of rows that are gone the answer says why, where that is known. */
const RowAskSchema = z.strictObject({
  entity: EntityNameSchema,
  ids: z.array(z.number().int().positive()).min(1).max(MAX_REPAIR_ROWS),
});
export type RowAsk = z.infer<typeof RowAskSchema>;
export const RepairRowsSchema = z.strictObject({
  ...State,
  asks: z
    .array(RowAskSchema)
    .min(1)
    .max(64)
    .refine((asks) => sumOf(asks.map(({ ids }) => ids)) <= MAX_REPAIR_ROWS),
});

/** Bytes of a leaf that tell rows apart; the root after the repair proves the rest. */
export const LEAF_PREFIX_BYTES = 16;

/** A row's id and the first LEAF_PREFIX_BYTES of its leaf. */
export interface LeafPrefix {
  readonly id: number;
  readonly prefix: Uint8Array;
}

/** Lists of at most 64 entries below a base: count, then slot and `size` bytes of each. */
function pack(
  lists: readonly {
    readonly base: number;
    readonly entries: readonly (readonly [number, Uint8Array])[];
  }[],
  size: number,
): Uint8Array {
  const length = lists.reduce((sum, { entries }) => sum + 1 + entries.length * (1 + size), 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { base, entries } of lists) {
    bytes[at++] = entries.length;
    for (const [index, value] of entries) {
      bytes[at++] = index - base;
      bytes.set(value.subarray(0, size), at);
      at += size;
    }
  }
  return bytes;
}

/** Undefined for bytes that are no such lists, in ascending order, of exactly these bases. */
function unpack(
  bytes: Uint8Array,
  bases: readonly number[],
  size: number,
): [number, Uint8Array][][] | undefined {
  const lists: [number, Uint8Array][][] = [];
  let at = 0;
  for (const base of bases) {
    const count = bytes[at++] ?? FAN_OUT + 1;
    if (count > FAN_OUT || at + count * (1 + size) > bytes.length) return undefined;
    const entries: [number, Uint8Array][] = [];
    let before = -1;
    for (let i = 0; i < count; i++) {
      const slot = bytes[at++] ?? FAN_OUT;
      if (slot <= before || slot >= FAN_OUT) return undefined;
      before = slot;
      entries.push([base + slot, bytes.slice(at, at + size)]);
      at += size;
    }
    lists.push(entries);
  }
  return at === bytes.length ? lists : undefined;
}

const nodeBases = (asks: readonly NodeAsk[]): number[] =>
  asks.flatMap(({ indexes }) => indexes.map((index) => index * FAN_OUT));
const bucketBases = (asks: readonly LeafAsk[]): number[] =>
  asks.flatMap(({ buckets }) => buckets.map((bucket) => bucket * FAN_OUT));

/** Children of the asked nodes, in the order asked. */
export function packNodes(asks: readonly NodeAsk[], children: readonly (readonly TreeNode[])[]) {
  return pack(
    nodeBases(asks).map((base, i) => ({
      base,
      entries: (children[i] ?? []).map(({ index, hash }) => [index, hash] as const),
    })),
    HASH_BYTES,
  );
}

export function unpackNodes(
  asks: readonly NodeAsk[],
  bytes: Uint8Array,
): readonly (readonly TreeNode[])[] | undefined {
  return unpack(bytes, nodeBases(asks), HASH_BYTES)?.map((list) =>
    list.map(([index, hash]) => ({ index, hash })),
  );
}

/** Leaves of the asked buckets, in the order asked. */
export function packLeaves(asks: readonly LeafAsk[], leaves: readonly (readonly LeafPrefix[])[]) {
  return pack(
    bucketBases(asks).map((base, i) => ({
      base,
      entries: (leaves[i] ?? []).map(({ id, prefix }) => [id, prefix] as const),
    })),
    LEAF_PREFIX_BYTES,
  );
}

export function unpackLeaves(
  asks: readonly LeafAsk[],
  bytes: Uint8Array,
): readonly (readonly LeafPrefix[])[] | undefined {
  return unpack(bytes, bucketBases(asks), LEAF_PREFIX_BYTES)?.map((list) =>
    list.map(([id, prefix]) => ({ id, prefix })),
  );
}
