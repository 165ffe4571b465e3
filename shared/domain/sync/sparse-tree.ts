import { equalBytes } from '../../kernel/bytes';
import { FAN_OUT, HASH_BYTES, type Sha256, writeU64 } from './digest';

/** Buckets are level 0; at level 8 every safe integer id falls under node 0, the root. */
export const ROOT_LEVEL = 8;

export interface TreeNode {
  /** floor(id / 64^(level + 1)): the node's index within its level. */
  readonly index: number;
  readonly hash: Uint8Array;
}

const ENTRY_BYTES = 8 + HASH_BYTES;

/**
 * Sparse radix Merkle tree over bucket hashes. Inner node = SHA-256 of (u64be child index ‖ child
 * hash) in index order over the children that exist; a node without children does not exist; the
 * root of an empty tree is SHA-256 of nothing. So equal sets have equal roots whatever their history.
 */
export class SparseTree {
  readonly #sha256: Sha256;
  readonly #levels: Map<number, Uint8Array>[] = Array.from(
    { length: ROOT_LEVEL + 1 },
    () => new Map(),
  );
  /** Level-1 nodes whose buckets changed since the inner nodes were computed. */
  #dirty = new Set<number>();
  readonly #entries = new Uint8Array(FAN_OUT * ENTRY_BYTES);
  readonly #view = new DataView(this.#entries.buffer);

  /** `buckets`: hash by bucket, in any order. */
  constructor(sha256: Sha256, buckets: Iterable<readonly [bucket: number, hash: Uint8Array]> = []) {
    this.#sha256 = sha256;
    for (const [bucket, hash] of buckets) this.setBucket(bucket, hash);
  }

  /** Puts a bucket's hash; undefined when its last row has gone. */
  setBucket(bucket: number, hash: Uint8Array | undefined): void {
    if (hash === undefined) this.#level(0).delete(bucket);
    else this.#level(0).set(bucket, hash);
    this.#dirty.add(Math.floor(bucket / FAN_OUT));
  }

  /** Root over all buckets; recomputes only the paths of changed ones. */
  root(): Uint8Array {
    return this.node(ROOT_LEVEL, 0) ?? this.#sha256(new Uint8Array(0));
  }

  /** Hash of a node, undefined where the set has nothing. Level 0: the bucket hash. */
  node(level: number, index: number): Uint8Array | undefined {
    this.#recompute();
    return this.#level(level).get(index);
  }

  /** The existing children of a node of level 1 to 8, in index order. */
  children(level: number, index: number): TreeNode[] {
    this.#recompute();
    return this.#childrenOf(level, index);
  }

  /** Lowest level at which all rows fall under node 0: where a descent of two such trees may begin. */
  topLevel(): number {
    this.#recompute();
    for (let level = 1; level < ROOT_LEVEL; level++) {
      const nodes = this.#level(level);
      if (nodes.size === 0 || (nodes.size === 1 && nodes.has(0))) return level;
    }
    return ROOT_LEVEL;
  }

  /** Number of buckets that hold rows. */
  get bucketCount(): number {
    return this.#level(0).size;
  }

  /** Every bucket and its hash, in no order. */
  buckets(): IterableIterator<[number, Uint8Array]> {
    return this.#level(0).entries();
  }

  #level(level: number): Map<number, Uint8Array> {
    const nodes = this.#levels[level];
    if (nodes === undefined) throw new RangeError('level');
    return nodes;
  }

  #childrenOf(level: number, index: number): TreeNode[] {
    const below = this.#level(level - 1);
    const found: TreeNode[] = [];
    for (let child = index * FAN_OUT; child < (index + 1) * FAN_OUT; child++) {
      const hash = below.get(child);
      if (hash !== undefined) found.push({ index: child, hash });
    }
    return found;
  }

  #recompute(): void {
    let dirty = this.#dirty;
    if (dirty.size === 0) return;
    this.#dirty = new Set();
    for (let level = 1; level <= ROOT_LEVEL; level++) {
      const above = new Set<number>();
      for (const index of dirty) {
        this.#hashNode(level, index);
        above.add(Math.floor(index / FAN_OUT));
      }
      dirty = above;
    }
  }

  #hashNode(level: number, index: number): void {
    const children = this.#childrenOf(level, index);
    if (children.length === 0) {
      this.#level(level).delete(index);
      return;
    }
    this.#level(level).set(index, hashOver(this.#sha256, children, this.#entries, this.#view));
  }
}

function hashOver(
  sha256: Sha256,
  children: readonly TreeNode[],
  entries: Uint8Array,
  view: DataView,
): Uint8Array {
  children.forEach((child, i) => {
    writeU64(view, i * ENTRY_BYTES, child.index);
    entries.set(child.hash, i * ENTRY_BYTES + 8);
  });
  return sha256(entries.subarray(0, children.length * ENTRY_BYTES));
}

/** Hash of the inner node with these children, at most 64 in index order; of none: the root of an empty tree. */
export function nodeHash(sha256: Sha256, children: readonly TreeNode[]): Uint8Array {
  const entries = new Uint8Array(children.length * ENTRY_BYTES);
  return hashOver(sha256, children, entries, new DataView(entries.buffer));
}

/** The root of a tree whose rows all fall under node 0 of `level`, which has this hash. */
export function rootAbove(sha256: Sha256, level: number, hash: Uint8Array): Uint8Array {
  let above = hash;
  for (let at = level; at < ROOT_LEVEL; at++) above = nodeHash(sha256, [{ index: 0, hash: above }]);
  return above;
}

/** Indexes at which two lists of children differ (other hash, or on one side only), ascending. */
export function differingChildren(
  mine: readonly TreeNode[],
  theirs: readonly TreeNode[],
): number[] {
  const other = new Map(theirs.map(({ index, hash }) => [index, hash]));
  const differing: number[] = [];
  for (const { index, hash } of mine) {
    const match = other.get(index);
    if (match === undefined || !equalBytes(hash, match)) differing.push(index);
    other.delete(index);
  }
  return [...differing, ...other.keys()].sort((a, b) => a - b);
}

/** Buckets in which two trees differ, ascending: the only ones that a repair fetches. */
export function differingBuckets(a: SparseTree, b: SparseTree): number[] {
  let level = ROOT_LEVEL;
  let indexes = equalBytes(a.root(), b.root()) ? [] : [0];
  for (; level > 0 && indexes.length > 0; level--) {
    const at = level;
    indexes = indexes.flatMap((index) =>
      differingChildren(a.children(at, index), b.children(at, index)),
    );
  }
  return indexes;
}
