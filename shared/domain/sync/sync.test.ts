import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textFromUtf8 } from '../../kernel/bytes';
import { canonicalJson } from '../../kernel/canonical-json';
import { hexFromBytes } from '../../kernel/codecs';
import { type Column, ENTITIES, type Entity, SCHEMA_VERSION } from '../model';
import { canonicalPrivate, canonicalRow, canonicalTuple } from './canonical-row';
import { bucketHash, bucketOf, bucketStream, leafHasher, regionRoot, type Sha256 } from './digest';
import { rowEncoder } from './row-encoder';
import { differingBuckets, ROOT_LEVEL, SparseTree } from './sparse-tree';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const leaf = leafHasher(sha256);
const id = fc.oneof(
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
);
const rows = fc.uniqueArray(fc.record({ id, rev: fc.integer({ min: 1, max: 5 }) }), {
  selector: (row) => row.id,
  maxLength: 60,
});
type Row = { id: number; rev: number };

const leafOf = (row: Row): Uint8Array => leaf(row.id, row.rev, `{"kind":${row.rev}}`);

function treeOf(set: readonly Row[]): SparseTree {
  const stream = bucketStream(sha256);
  for (const row of [...set].sort((a, b) => a.id - b.id)) stream.push(row.id, leafOf(row));
  return new SparseTree(sha256, stream.end());
}
const rootOf = (set: readonly Row[]): string => hexFromBytes(treeOf(set).root());

/** Recomputes one row's bucket in a tree, as a delta page does. */
function touch(tree: SparseTree, set: readonly Row[], bucket: number): void {
  const own = set.filter((row) => bucketOf(row.id) === bucket).sort((a, b) => a.id - b.id);
  tree.setBucket(bucket, own.length === 0 ? undefined : bucketHash(sha256, own.map(leafOf)));
}

describe('leaf', () => {
  // Would catch: another byte layout than the protocol's (built here by hand, with Node's Buffer).
  it('is laid out as the protocol says', () => {
    const bytes = Buffer.alloc(12);
    bytes.writeBigUInt64BE(2n ** 40n + 7n);
    bytes.writeUInt32BE(3, 8);
    const inner = createHash('sha256').update('{"a":"张"}', 'utf8').digest();
    const tag = new Uint8Array(16).fill(9);
    const at = 2 ** 40 + 7;
    expect(hexFromBytes(leaf(at, 3, '{"a":"张"}'))).toBe(
      hexFromBytes(sha256(Buffer.concat([bytes, inner]))),
    );
    expect(hexFromBytes(leaf(at, 3, '{"a":"张"}', tag))).toBe(
      hexFromBytes(sha256(Buffer.concat([bytes, inner, tag]))),
    );
    expect(() => leaf(0, 1, '{}')).toThrow(RangeError);
    expect(() => leaf(1, 0, '{}')).toThrow(RangeError);
    expect(() => leaf(1, 1, '{}', new Uint8Array(15))).toThrow(RangeError);
  });
});

describe('SparseTree', () => {
  // Would catch: an inner node laid out otherwise than the protocol says, which a server of another make would refuse.
  it('has the root that the definition gives', () => {
    const inner = (index: number, hash: Uint8Array): Uint8Array => {
      const at = Buffer.alloc(8);
      at.writeBigUInt64BE(BigInt(index));
      return sha256(Buffer.concat([at, hash]));
    };
    const one = { id: 64 * 64 * 5 + 70, rev: 1 };
    let [index, hash] = [bucketOf(one.id), sha256(leafOf(one))];
    for (let level = 1; level <= ROOT_LEVEL; level++) {
      hash = inner(index, hash);
      index = Math.floor(index / 64);
    }
    expect([index, rootOf([one])]).toEqual([0, hexFromBytes(hash)]);
    expect(rootOf([])).toBe(hexFromBytes(sha256(new Uint8Array(0))));
    expect([
      treeOf([one]).topLevel(),
      treeOf([]).topLevel(),
      treeOf([{ id: 63, rev: 1 }]).topLevel(),
    ]).toEqual([2, 1, 1]);
  });

  // Would catch: a root that depends on the order or history of changes instead of the set.
  it('depends on the set alone: incremental equals rebuilt, deleted equals never inserted', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const tree = treeOf(before);
        tree.root();
        for (const bucket of new Set([...before, ...after].map((row) => bucketOf(row.id))))
          touch(tree, after, bucket);
        expect(hexFromBytes(tree.root())).toBe(rootOf(after));
        expect(tree.bucketCount).toBe(treeOf(after).bucketCount);
        const shuffled = new SparseTree(sha256, [...treeOf(after).buckets()].reverse());
        expect(hexFromBytes(shuffled.root())).toBe(rootOf(after));
      }),
    );
  });

  // Would catch: a tampered, lost or added row that the root does not show, or a repair that fetches more.
  it('shows any one mutation and finds exactly its bucket', () => {
    fc.assert(
      fc.property(rows, id, fc.boolean(), (set, at, isLost) => {
        const changed = set.some((row) => row.id === at)
          ? set.flatMap((row) =>
              row.id !== at ? [row] : isLost ? [] : [{ ...row, rev: row.rev + 1 }],
            )
          : [...set, { id: at, rev: 1 }];
        expect(differingBuckets(treeOf(set), treeOf(changed))).toEqual([bucketOf(at)]);
        expect(rootOf(set)).not.toBe(rootOf(changed));
        expect(differingBuckets(treeOf(set), treeOf(set))).toEqual([]);
      }),
    );
  });

  // Would catch: a drifted bucket missed, or a sound one fetched, when several differ.
  it('finds all differing buckets', () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const texts = (set: readonly Row[]): Map<number, string> =>
          new Map([...treeOf(set).buckets()].map(([bucket, hash]) => [bucket, hexFromBytes(hash)]));
        const [ours, theirs] = [texts(a), texts(b)];
        const expected = [...new Set([...ours.keys(), ...theirs.keys()])].filter(
          (k) => ours.get(k) !== theirs.get(k),
        );
        expect(differingBuckets(treeOf(a), treeOf(b))).toEqual(expected.sort((x, y) => x - y));
      }),
    );
  });

  // Would catch: leaves taken in another order than the protocol's, which hashes to another bucket.
  it('refuses leaves out of order', () => {
    const stream = bucketStream(sha256);
    stream.push(5, leafOf({ id: 5, rev: 1 }));
    expect(() => stream.push(5, leafOf({ id: 5, rev: 1 }))).toThrow(RangeError);
  });
});

describe('regionRoot', () => {
  // Would catch: a root that says the same under another schema or with two entities swapped.
  it('binds schema and entities', () => {
    const roots = Object.fromEntries(Object.keys(ENTITIES).map((e, i) => [e, String(i)])) as Record<
      Entity,
      string
    >;
    const swapped = { ...roots, person: roots.company, company: roots.person };
    const texts = [
      regionRoot(sha256, SCHEMA_VERSION, roots),
      regionRoot(sha256, SCHEMA_VERSION + 1, roots),
      regionRoot(sha256, SCHEMA_VERSION, swapped),
    ];
    expect(new Set(texts.map(hexFromBytes)).size).toBe(3);
    expect(hexFromBytes(regionRoot(sha256, 1, roots))).toBe(
      createHash('sha256')
        .update(canonicalJson({ roots, schema: 1 }))
        .digest('hex'),
    );
  });
});

// What the fast path takes and what falls to the slow one, mixed.
const anyText = fc
  .array(
    fc.oneof(
      fc.nat(0x2ff),
      fc.integer({ min: 0x2fc0, max: 0xa000 }),
      fc.integer({ min: 0xfe00, max: 0x10ffff }),
    ),
  )
  .map((points) => String.fromCodePoint(...points));
const int = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1, max: 120 }),
  fc.constant(-0),
  fc.integer(),
);
const text = fc.oneof(
  fc.string(),
  anyText,
  fc.constantFrom('张三', '京建安C1(2015)0000001', '𠮷田"\\', 'e\u0301'),
);
const json = fc.oneof(
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
  fc.array(fc.tuple(fc.integer(), fc.integer(), fc.integer())),
);
const arbitraryOf = ({ type, isOptional }: Column): fc.Arbitrary<unknown> => {
  const value: fc.Arbitrary<unknown> = type === 'int' ? int : type === 'text' ? text : json;
  return isOptional ? fc.option(value, { nil: undefined }) : value;
};
const recordOf = (columns: readonly Column[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(columns.map((column) => [column.name, arbitraryOf(column)])));

describe('canonicalRow', () => {
  // Would catch: the fast path and the reference disagreeing on any column, which breaks every digest.
  it.each(Object.keys(ENTITIES) as Entity[])('of %s equals canonicalJson', (entity) => {
    const { columns } = ENTITIES[entity];
    fc.assert(
      fc.property(recordOf(columns), (row) => {
        expect(canonicalRow(entity, { id: 5, rev: 2, ...row })).toBe(canonicalJson(row));
        expect(
          canonicalTuple(
            entity,
            columns.map(({ name }) => row[name] ?? null),
          ),
        ).toBe(canonicalJson(row));
        const encoder = rowEncoder(entity);
        expect(textFromUtf8(encoder.ofRow(row))).toBe(canonicalJson(row));
        expect(textFromUtf8(encoder.ofTuple(columns.map(({ name }) => row[name])))).toBe(
          canonicalJson(row),
        );
      }),
    );
  });

  // Would catch: a missing or mistyped column hashed as if it were absent.
  it('refuses what the shape does not allow', () => {
    const person = { name: '张三', sex: 1 };
    expect(canonicalRow('person', person)).toBe('{"name":"张三","sex":1}');
    for (const row of [
      { name: '张三' },
      { ...person, sex: '1' },
      { ...person, sex: 1.5 },
      { ...person, name: 5 },
    ])
      for (const write of [(r: object) => canonicalRow('person', r), rowEncoder('person').ofRow])
        expect(() => write(row)).toThrow(TypeError);
  });

  // Would catch: a tag over nothing (all such rows alike), or a partial private part accepted.
  it('writes private values only where there are some', () => {
    expect(canonicalPrivate('company', {})).toBeUndefined();
    expect(canonicalPrivate('certificate', { number: null })).toBeUndefined();
    expect(canonicalPrivate('person', { idType: 1, idNumber: '11010519491231002X' })).toBe(
      '{"idNumber":"11010519491231002X","idType":1}',
    );
    expect(() => canonicalPrivate('person', { idType: 1 })).toThrow(TypeError);
  });
});
