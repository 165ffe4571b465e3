import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packLeaves, packNodes, unpackLeaves, unpackNodes } from '../../protocol/repair';
import type { Entity } from '../model';
import type { Sha256 } from './digest';
import { type ChildrenOf, NodesUnproven, walkDifferences } from './repair-walk';
import { differingBuckets, SparseTree } from './sparse-tree';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const hashOf = (text: string) => sha256(Buffer.from(text));

const bucket = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 2 ** 40 }));
const buckets = fc.uniqueArray(fc.tuple(bucket, fc.integer({ min: 1, max: 3 })), {
  selector: ([index]) => index,
  maxLength: 60,
});
type Buckets = readonly (readonly [number, number])[];
const treeOf = (set: Buckets) =>
  new SparseTree(
    sha256,
    set.map(([index, version]) => [index, hashOf(`${index}/${version}`)] as const),
  );

const sideOf =
  (
    trees: ReadonlyMap<Entity, SparseTree>,
    heard: { requests: number } = { requests: 0 },
  ): ChildrenOf =>
  async (asks) => {
    heard.requests++;
    return asks.flatMap(({ entity, level, indexes }) =>
      indexes.map((index) => trees.get(entity)?.children(level, index) ?? []),
    );
  };

async function walk(mine: Map<Entity, SparseTree>, theirs: Map<Entity, SparseTree>) {
  const heard = { requests: 0 };
  const starts = [...mine].map(([entity, tree]) => ({
    entity,
    root: theirs.get(entity)?.root() ?? new Uint8Array(0),
    topLevel: tree.topLevel(),
  }));
  const found = await walkDifferences(sha256, starts, sideOf(mine), sideOf(theirs, heard));
  return { found, requests: heard.requests };
}

describe('walking two trees', () => {
  // Would catch: a bucket that is missed, or fetched although it is equal; a tree that is deeper on one side.
  it('finds exactly the differing buckets, of all entities together', async () => {
    await fc.assert(
      fc.asyncProperty(buckets, buckets, buckets, async (base, added, other) => {
        const changed = [...new Map([...base, ...added.slice(0, 5)]).entries()];
        const mine = new Map<Entity, SparseTree>([
          ['person', treeOf(base)],
          ['event', treeOf(other)],
        ]);
        const theirs = new Map<Entity, SparseTree>([
          ['person', treeOf(changed)],
          ['event', treeOf(base)],
        ]);
        const { found, requests } = await walk(mine, theirs);
        for (const entity of ['person', 'event'] as const) {
          const [a, b] = [mine.get(entity), theirs.get(entity)] as [SparseTree, SparseTree];
          expect(found.get(entity) ?? []).toEqual(differingBuckets(a, b));
        }
        expect(requests).toBeLessThanOrEqual(11);
      }),
    );
  });

  // Would catch: nodes followed although they do not add up to the signed root.
  it('believes no node that the root does not prove', async () => {
    await fc.assert(
      fc.asyncProperty(buckets, fc.nat(), async (set, seed) => {
        fc.pre(set.length > 0);
        const signed = treeOf(set);
        const mine = new Map<Entity, SparseTree>([['person', treeOf([])]]);
        const honest = sideOf(new Map<Entity, SparseTree>([['person', signed]]));
        const lying: ChildrenOf = async (asks) =>
          (await honest(asks)).map((list) =>
            list.map((node, i) =>
              i === seed % list.length ? { ...node, hash: hashOf('another') } : node,
            ),
          );
        const starts = [{ entity: 'person' as const, root: signed.root(), topLevel: 1 }];
        await expect(walkDifferences(sha256, starts, sideOf(mine), lying)).rejects.toBeInstanceOf(
          NodesUnproven,
        );
      }),
    );
  });

  // Would catch: a round trip for every level above the rows of a usual region.
  it('asks once a level, below the first that branches', async () => {
    const set = Array.from({ length: 16_000 }, (_, i) => [i, 1] as const);
    const drifted = set.map(([index]) => [index, index === 7_777 ? 2 : 1] as const);
    const { found, requests } = await walk(
      new Map([['certificate', treeOf(drifted)]]),
      new Map([['certificate', treeOf(set)]]),
    );
    expect(found.get('certificate')).toEqual([7_777]);
    expect(requests).toBe(3);
  });
});

describe('answers of a repair as bytes', () => {
  const asks = [
    { entity: 'person' as const, level: 2, indexes: [3, 9] },
    { entity: 'event' as const, level: 1, indexes: [0] },
  ];
  const children = [
    [
      { index: 3 * 64, hash: hashOf('a') },
      { index: 3 * 64 + 63, hash: hashOf('b') },
    ],
    [],
    [{ index: 5, hash: hashOf('c') }],
  ];

  // Would catch: a slot or hash that arrives as another.
  it('come back as they were', () => {
    expect(unpackNodes(asks, packNodes(asks, children))).toEqual(
      children.map((list) =>
        list.map(({ index, hash }) => ({ index, hash: new Uint8Array(hash) })),
      ),
    );
    const leaves = [{ entity: 'exam' as const, buckets: [2] }];
    const rows = [[{ id: 130, prefix: new Uint8Array(16).fill(7) }]];
    expect(unpackLeaves(leaves, packLeaves(leaves, rows))).toEqual(rows);
  });

  // Would catch: a short, long or disordered answer read as if it were one.
  it('are refused in any other form', () => {
    const bytes = packNodes(asks, children);
    for (let length = 0; length < bytes.length; length++)
      expect(unpackNodes(asks, bytes.subarray(0, length))).toBeUndefined();
    expect(unpackNodes(asks, Uint8Array.of(...bytes, 0))).toBeUndefined();
    const swapped = Uint8Array.from(bytes);
    swapped[1] = 63;
    expect(unpackNodes(asks, swapped)).toBeUndefined();
    swapped[1] = 64;
    expect(unpackNodes(asks, swapped)).toBeUndefined();
  });
});
