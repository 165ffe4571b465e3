import { createDecipheriv, createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { ENTITIES, ENTITY_ORDER, type Entity, SCHEMA_VERSION } from '../../shared/domain/model';
import { bucketStream, regionRoot } from '../../shared/domain/sync/digest';
import { SparseTree } from '../../shared/domain/sync/sparse-tree';
import {
  absoluteIds,
  type ColumnBlock,
  ColumnBlockSchema,
  columnBlockFault,
} from '../../shared/protocol/columns';
import { PagePrivateSchema, PagePublicSchema, type PatchGroup } from '../../shared/protocol/delta';
import type { RegionKeys } from '../../shared/protocol/enrol';
import {
  type PageHeader,
  PageHeaderSchema,
  partAad,
  type SegmentHeader,
  SegmentHeaderSchema,
  SegmentPrivateSchema,
} from '../../shared/protocol/segment';
import { leavesOf, sha256 } from '../ingest/leaves';

interface ReplicaRow {
  rev: number;
  values: Record<string, unknown>;
  secret: Record<string, unknown>;
}
type Columns = Readonly<Record<string, readonly unknown[]>>;

function openPart(
  object: Buffer,
  at: number,
  part: { bytes: number; iv: string },
  key: string,
  aad: string,
): unknown {
  const decipher = createDecipheriv(
    'aes-256-gcm',
    Buffer.from(key, 'base64'),
    Buffer.from(part.iv, 'base64url'),
  );
  decipher
    .setAAD(Buffer.from(aad))
    .setAuthTag(object.subarray(at + part.bytes - 16, at + part.bytes));
  const packed = Buffer.concat([
    decipher.update(object.subarray(at, at + part.bytes - 16)),
    decipher.final(),
  ]);
  return JSON.parse(brotliDecompressSync(packed).toString('utf8'));
}

/** Opens an object by the framing of shared/protocol/segment.ts, both parts. */
export function openObject(
  object: Buffer,
  keys: RegionKeys,
): { header: SegmentHeader | PageHeader; content: unknown; secret: unknown } {
  if (object.toString('latin1', 0, 4) !== 'FCO1') throw new Error('magic');
  const length = object.readUInt32BE(4);
  const raw: unknown = JSON.parse(object.toString('utf8', 8, 8 + length));
  const isPage = (raw as { format?: unknown }).format === 'fieldcert-page';
  const header = isPage ? PageHeaderSchema.parse(raw) : SegmentHeaderSchema.parse(raw);
  const at = 8 + length;
  const aad = (part: 'public' | 'private'): string =>
    partAad(header.format, part, header.region, header.keyEpoch);
  return {
    header,
    content: openPart(object, at, header.public, keys.transportPublic, aad('public')),
    secret:
      header.private === undefined
        ? undefined
        : openPart(
            object,
            at + header.public.bytes,
            header.private,
            keys.transportPrivate,
            aad('private'),
          ),
  };
}

const rowOf = (columns: Columns, i: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([name, values]) =>
      values[i] === null || values[i] === undefined ? [] : [[name, values[i]]],
    ),
  );

/** The least that a device does: keeps rows, applies segments and pages, computes its own root. */
export class Replica {
  readonly rows = new Map<Entity, Map<number, ReplicaRow>>(
    ENTITY_ORDER.map((entity) => [entity, new Map()]),
  );
  patched = 0;

  constructor(private readonly keys: RegionKeys) {}

  of(entity: Entity): Map<number, ReplicaRow> {
    return this.rows.get(entity) as Map<number, ReplicaRow>;
  }

  segment(object: Buffer): void {
    const { header, content, secret } = openObject(object, this.keys);
    if (header.format !== 'fieldcert-segment') throw new Error('not a segment');
    const before = this.of(header.entity).size;
    this.put(
      header.entity,
      ColumnBlockSchema.parse(content) as ColumnBlock,
      secret === undefined ? {} : SegmentPrivateSchema.parse(secret).columns,
    );
    if (this.of(header.entity).size !== before + header.rows) throw new Error('rows of a segment');
  }

  /** Applies a page and returns its header. */
  page(object: Buffer): PageHeader {
    const { header, content, secret } = openObject(object, this.keys);
    if (header.format !== 'fieldcert-page') throw new Error('not a page');
    const { changes } = PagePublicSchema.parse(content);
    const hidden = secret === undefined ? {} : PagePrivateSchema.parse(secret).changes;
    for (const entity of ENTITY_ORDER) {
      const change = changes[entity];
      for (const id of absoluteIds(change?.exit?.ids ?? [])) this.of(entity).delete(id);
      if (change?.put !== undefined)
        this.put(entity, change.put as ColumnBlock, hidden[entity]?.columns ?? {});
      for (const group of change?.patch ?? [])
        this.patch(entity, group, header.since !== undefined);
    }
    return header;
  }

  private put(entity: Entity, block: ColumnBlock, secret: Columns): void {
    const fault =
      columnBlockFault(entity, block, 'public') ??
      (ENTITIES[entity].private.length === 0 || Object.keys(secret).length === 0
        ? undefined
        : columnBlockFault(
            entity,
            { ...block, columns: secret as ColumnBlock['columns'] },
            'private',
          ));
    if (fault !== undefined) throw new Error(`${entity}: ${fault}`);
    absoluteIds(block.ids).forEach((id, i) => {
      this.of(entity).set(id, {
        rev: block.revs[i] as number,
        values: rowOf(block.columns, i),
        secret: rowOf(secret, i),
      });
    });
  }

  private patch(entity: Entity, group: PatchGroup, isOfTier: boolean): void {
    absoluteIds(group.ids).forEach((id, i) => {
      const row = this.of(entity).get(id);
      const [base, rev] = [group.base[i] as number, group.revs[i] as number];
      const isFit = row !== undefined && row.rev >= base && row.rev <= (isOfTier ? rev : base);
      if (!isFit) throw new Error(`${entity} ${id}: patch on ${row?.rev} instead of ${base}`);
      for (const name of group.fields) {
        const value = group.columns[name]?.[i];
        if (value === null || value === undefined) delete row.values[name];
        else row.values[name] = value;
      }
      row.rev = group.revs[i] as number;
      this.patched++;
    });
  }

  /** The region root over what is held, by the shared digest code. */
  root(): string {
    const leafOf = leavesOf(Buffer.from(this.keys.digestTag, 'base64'));
    const roots = {} as Record<Entity, string>;
    for (const entity of ENTITY_ORDER) {
      const stream = bucketStream(sha256);
      const rows = [...this.of(entity)].sort(([a], [b]) => a - b);
      for (const [id, { rev, values, secret }] of rows)
        stream.push(id, leafOf(entity, id, rev, values, secret));
      roots[entity] = Buffer.from(new SparseTree(sha256, stream.end()).root()).toString('hex');
    }
    return Buffer.from(regionRoot(sha256, SCHEMA_VERSION, roots)).toString('hex');
  }
}

export const hexHash = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
