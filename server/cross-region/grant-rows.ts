import type { GrantScope } from '../../shared/domain/cross-region/scope';
import { ENTITY_ORDER, type Entity, SCHEMA_VERSION } from '../../shared/domain/model';
import { bucketStream, regionRoot } from '../../shared/domain/sync/digest';
import { SparseTree } from '../../shared/domain/sync/sparse-tree';
import { idSteps } from '../../shared/protocol/columns';
import type { Checkpoint, SegmentRef } from '../../shared/protocol/manifest';
import { leavesOf, sha256 } from '../ingest/leaves';
import type { RegionKeySet } from '../keys/region-keys';
import { readBlock, type StoredBlock } from '../store/blocks';
import { idsInScope, idsPointingTo } from '../store/cross-rows';
import type { SqlRunner } from '../store/sql-client';
import type { ObjectStore } from '../sync/object-store';
import { sealObject } from '../sync/seal-object';

const SEGMENT_ROWS = 8_000;

/** What a grant's rows are made from: a transaction, where objects go, and the grant's own keys. */
export interface GrantRowParts {
  readonly runner: SqlRunner;
  readonly objects: ObjectStore;
  readonly keys: RegionKeySet;
  /** Stands in the headers and in the checkpoint. */
  readonly region: string;
}

export interface GrantRows extends Pick<Checkpoint, 'roots' | 'root' | 'counts'> {
  readonly segments: readonly SegmentRef[];
}

/** Columns that name what a grant does not bring, or was not asked to. */
function withheld(entity: Entity, block: StoredBlock, fields: GrantScope['fields']): StoredBlock {
  if (entity !== 'person') return block;
  const { photo: _photo, ...columns } = block.columns;
  if (fields.includes('phone')) return { ...block, columns };
  const { phone: _phone, ...secret } = block.secret;
  return { ...block, columns, secret };
}

/** One entity over all slices: its segments, and the root over its rows. */
class EntityWriter {
  private readonly leaves: (readonly [id: number, leaf: Uint8Array])[] = [];
  readonly segments: SegmentRef[] = [];
  private readonly leafOf;

  constructor(
    private readonly parts: GrantRowParts,
    private readonly entity: Entity,
    private readonly fields: GrantScope['fields'],
  ) {
    this.leafOf = leavesOf(parts.keys.digestTag);
  }

  async write(slice: number, ids: readonly number[]): Promise<void> {
    for (let at = 0; at < ids.length; at += SEGMENT_ROWS) {
      const part = ids.slice(at, at + SEGMENT_ROWS);
      const { runner } = this.parts;
      const block = await readBlock(runner, this.entity, slice, { ids: part });
      if (block.ids.length > 0) await this.segment(withheld(this.entity, block, this.fields));
    }
  }

  private async segment(block: StoredBlock): Promise<void> {
    const { entity, parts } = this;
    const { ids, revs, columns, secret } = block;
    const valuesAt = (part: StoredBlock['columns'], row: number) =>
      Object.fromEntries(Object.entries(part).map(([name, values]) => [name, values[row]]));
    ids.forEach((id, row) => {
      const leaf = this.leafOf(
        entity,
        id,
        revs[row] ?? 0,
        valuesAt(columns, row) as Parameters<typeof this.leafOf>[3],
        valuesAt(secret, row) as Parameters<typeof this.leafOf>[4],
      );
      this.leaves.push([id, leaf]);
    });
    const rows = ids.length;
    const [firstId = 0] = ids;
    const lastId = ids.at(-1) ?? 0;
    const header = {
      format: 'fieldcert-segment',
      schema: SCHEMA_VERSION,
      region: parts.region,
      keyEpoch: parts.keys.keyEpoch,
      entity,
      rows,
      firstId,
      lastId,
    } as const;
    const hidden = Object.keys(secret).length === 0 ? undefined : { columns: secret };
    const content = { ids: idSteps(ids), revs, columns };
    const bytes = await sealObject(header, content, hidden, parts.keys);
    const name = await parts.objects.put(bytes);
    this.segments.push({ entity, sha256: name, bytes: bytes.length, rows, firstId, lastId });
  }

  get count(): number {
    return this.leaves.length;
  }

  root(): string {
    const stream = bucketStream(sha256);
    for (const [id, leaf] of this.leaves.sort(([one], [other]) => one - other))
      stream.push(id, leaf);
    return Buffer.from(new SparseTree(sha256, stream.end()).root()).toString('hex');
  }
}

/** Writes the rows of a scope as segments under the grant's own keys; the transaction sees one state for all of them. */
export async function writeGrantRows(parts: GrantRowParts, scope: GrantScope): Promise<GrantRows> {
  const { runner } = parts;
  const writers = Object.fromEntries(
    ENTITY_ORDER.map((entity) => [entity, new EntityWriter(parts, entity, scope.fields)]),
  ) as Record<Entity, EntityWriter>;
  const slices = [...new Set(scope.regions.map((region) => Number(region.slice(0, 4))))];
  for (const slice of slices.sort((one, other) => one - other)) {
    const ids = await idsInScope(runner, slice, scope);
    for (const entity of ['company', 'person', 'certificate'] as const)
      await writers[entity].write(slice, ids[entity]);
    const late = [
      ...(scope.fields.includes('history') ? (['event'] as const) : []),
      ...(scope.fields.includes('training') ? (['training', 'exam'] as const) : []),
    ];
    for (const entity of late) {
      const owners = entity === 'event' ? ids.certificate : ids.person;
      await writers[entity].write(slice, await idsPointingTo(runner, entity, slice, owners));
    }
  }
  const of = <T>(read: (writer: EntityWriter) => T) =>
    Object.fromEntries(ENTITY_ORDER.map((entity) => [entity, read(writers[entity])])) as Record<
      Entity,
      T
    >;
  const roots = of((writer) => writer.root());
  return {
    segments: ENTITY_ORDER.flatMap((entity) => writers[entity].segments),
    roots,
    root: Buffer.from(regionRoot(sha256, SCHEMA_VERSION, roots)).toString('hex'),
    counts: of((writer) => writer.count),
  };
}
