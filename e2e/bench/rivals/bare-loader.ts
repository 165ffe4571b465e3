import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deriveFieldKeys } from '../../../electron/crypto/field-keys';
import { createKeyedTagger } from '../../../electron/crypto/keyed-tag';
import { SLICE_0010 } from '../../../electron/store/migrations/slice/0010-first';
import { EXACT_INDEXES, FULL_INDEXES } from '../../../electron/store/slice/indexes';
import { tableColumns } from '../../../electron/store/sql/tables';
import type { Entity } from '../../../shared/domain/model';
import { normalizeName } from '../../../shared/domain/name/normalize';
import { createPinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import { bucketStream, leafHasher, type Sha256 } from '../../../shared/domain/sync/digest';
import { rowEncoder } from '../../../shared/domain/sync/row-encoder';
import { SparseTree } from '../../../shared/domain/sync/sparse-tree';
import type { Task } from '../frame/child';
import { cpuSeconds } from '../frame/memory';
import {
  openSegment,
  type PlainSegment,
  type SegmentFile,
  type TransportKeys,
} from '../real/segment-file';
import { bulkInsert, type Connection, openDatabase, type Value } from './database';
import {
  type SealedRow,
  type SealingKeys,
  sealedNumbers,
  sealedPersons,
  storedRow,
  wireRow,
} from './plain-rows';

export interface BareLoad {
  readonly segments: readonly SegmentFile[];
  readonly keys: TransportKeys;
  readonly fieldKey: Uint8Array;
  readonly regionKey: Uint8Array;
  readonly path: string;
  /** Sealing, masks and blind tags. */
  readonly isSealing: boolean;
}

/** Milliseconds by kind of work, and the digests, to see that it was the same work. */
export interface BareLoadResult {
  readonly totalMs: number;
  readonly decodeMs: number;
  readonly sealMs: number;
  readonly digestMs: number;
  readonly insertMs: number;
  readonly indexMs: number;
  readonly textMs: number;
  /** Processor time, seconds. */
  readonly cpuS: number;
  readonly roots: Readonly<Partial<Record<Entity, string>>>;
}

const CORE: readonly Entity[] = ['company', 'person', 'certificate'];
const CACHE_MB = 256;
const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

class Stopwatch {
  private last = performance.now();
  private readonly sums = new Map<string, number>();

  /** Books the time since the last call. */
  book(work: string): void {
    const now = performance.now();
    this.sums.set(work, (this.sums.get(work) ?? 0) + now - this.last);
    this.last = now;
  }

  of(work: string): number {
    return this.sums.get(work) ?? 0;
  }
}

/** Digest of one entity, row by row as they come. */
function digester(entity: Entity) {
  const encoder = rowEncoder(entity);
  const leaf = leafHasher(sha256);
  const stream = bucketStream(sha256);
  return {
    add(segment: PlainSegment, sealed: readonly SealedRow[] | null, values: readonly unknown[][]) {
      segment.ids.forEach((id, i) => {
        const json = encoder.ofTuple(values[i] ?? []);
        stream.push(id, leaf(id, segment.block.revs[i] ?? 1, json, sealed?.[i]?.keyedTag));
      });
    },
    root: () => Buffer.from(new SparseTree(sha256, stream.end()).root()).toString('hex'),
  };
}

function sealedRows(entity: Entity, segment: PlainSegment, keys: SealingKeys, counter: bigint) {
  if (segment.private === null) return null;
  return entity === 'person'
    ? sealedPersons(segment, keys, counter)
    : sealedNumbers(segment, keys, counter);
}

/** Columns that follow the public ones where nothing is sealed. */
const EMPTY_OWN: Readonly<Partial<Record<Entity, readonly Value[]>>> = {
  person: Array<Value>(11).fill(null),
  certificate: Array<Value>(4).fill(null),
};

function buildText(db: Connection, names: ReadonlyMap<string, number>): void {
  const memo = createPinyinMemo();
  const rows = [...names].map(([text, id]) => ({ id, text, keys: pinyinKeys(text, memo) }));
  bulkInsert(
    db,
    'name',
    ['id', 'text'],
    rows.map(({ id, text }) => [id, text]),
  );
  const keys = rows.map(({ id, keys: { full, initials } }) => [id, full, initials]);
  bulkInsert(db, 'name_key', ['id', 'pinyin', 'initials'], keys);
  db.exec("create virtual table name_text_index using fts5(characters, content='')");
  const spaced = rows.map(({ id, text }) => [id, [...text].join(' ')]);
  bulkInsert(db, 'name_text_index', ['rowid', 'characters'], spaced);
}

/**
 * One plain loop in one process over the same objects, the same columns and the same primitives:
 * open, seal, digest, insert, then text and indexes. No network, no isolation, no resumption, and the
 * digest is taken of what came instead of what was stored: the least that this work can cost.
 */
async function load(input: BareLoad): Promise<BareLoadResult> {
  const start = performance.now();
  const keys: SealingKeys = {
    fields: deriveFieldKeys(input.fieldKey, 1),
    tagger: await createKeyedTagger(input.regionKey),
  };
  const db = openDatabase(input.path, { isEncrypted: true, cacheMb: CACHE_MB });
  db.exec(SLICE_0010.script);
  const names = new Map<string, number>();
  const roots: Partial<Record<Entity, string>> = {};
  const watch = new Stopwatch();
  let counter = 0n;
  for (const entity of CORE) {
    const digest = digester(entity);
    for (const file of input.segments.filter((segment) => segment.entity === entity)) {
      const object = readFileSync(file.path);
      if (hash('sha256', object) !== file.sha256) throw new Error('an object is damaged');
      const segment = openSegment(object, input.keys);
      watch.book('decode');
      const sealed = input.isSealing ? sealedRows(entity, segment, keys, counter) : null;
      counter += BigInt(file.rows);
      watch.book('seal');
      const wire = segment.ids.map((_, i) => wireRow(entity, segment, i));
      digest.add(segment, sealed, wire);
      watch.book('digest');
      const rows = segment.ids.map((id, i) => {
        const row: Value[] = [id, segment.block.revs[i] ?? 1, ...storedRow(entity, segment, i)];
        if (entity === 'person') row.push(nameNumber(names, String(row[2])));
        row.push(...(sealed?.[i]?.columns ?? EMPTY_OWN[entity] ?? []));
        return row;
      });
      bulkInsert(db, entity, tableColumns(entity), rows);
      watch.book('insert');
    }
    roots[entity] = digest.root();
    watch.book('digest');
  }
  buildText(db, names);
  watch.book('text');
  for (const statement of [...EXACT_INDEXES, ...FULL_INDEXES]) db.exec(statement);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  watch.book('index');
  return {
    totalMs: performance.now() - start,
    decodeMs: watch.of('decode'),
    sealMs: watch.of('seal'),
    digestMs: watch.of('digest'),
    insertMs: watch.of('insert'),
    indexMs: watch.of('index'),
    textMs: watch.of('text'),
    cpuS: cpuSeconds(process.pid),
    roots,
  };
}

function nameNumber(names: Map<string, number>, name: string): number {
  const text = normalizeName(name);
  const known = names.get(text);
  if (known !== undefined) return known;
  const id = names.size + 1;
  names.set(text, id);
  return id;
}

export const bareLoaderTask: Task<BareLoad, BareLoadResult> = {
  name: 'bare-loader',
  calls: { run: load },
};
