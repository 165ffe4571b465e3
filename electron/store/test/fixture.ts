import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { maskIdNumber, maskPhone } from '../../../shared/domain/identity/masks';
import {
  ENTITIES,
  ENTITY_ORDER,
  type Entity,
  type PersonPrivate,
  SCHEMA_VERSION,
} from '../../../shared/domain/model';
import { canonicalPrivate, canonicalRow } from '../../../shared/domain/sync/canonical-row';
import {
  bucketStream,
  leafHasher,
  regionRoot,
  type Sha256,
} from '../../../shared/domain/sync/digest';
import { SparseTree } from '../../../shared/domain/sync/sparse-tree';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { type ColumnBlock, idSteps } from '../../../shared/protocol/columns';
import type { PagePublic } from '../../../shared/protocol/delta';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import { partAad } from '../../../shared/protocol/segment';
import { blindColumns } from '../../crypto/blind-index';
import { deriveFieldKeys } from '../../crypto/field-keys';
import { sealedLogKey } from '../../crypto/sealed-log';
import { sealNumbers, sealPersons } from '../../crypto/sealed-values';
import { packTransport } from '../../crypto/transport-ring';
import type { SealedColumns, StoreKeys, StoreSession } from '../protocol';
import type { FixtureRow, FixtureSet } from './rows';
import { publicNames } from './rows';

/** Keys, objects and checkpoints as server and ingest worker make them, for tests and measurements. */

export const REGION = '11';
export const EPOCH = 'epoch-1';
const filled = (byte: number): Buffer => Buffer.alloc(32, byte);
const TRANSPORT_PUBLIC = filled(3);
const TRANSPORT_PRIVATE = filled(4);
const TRANSPORT = {
  keyEpoch: 1,
  transportPublic: TRANSPORT_PUBLIC,
  transportPrivate: TRANSPORT_PRIVATE,
};
const REGION_KEY = filled(5);
export const FIELD_KEYS = deriveFieldKeys(filled(6), 1);
export const MASTER = { journal: filled(1), slice: filled(2) };

export function storeKeys(): StoreKeys {
  return {
    journal: Uint8Array.from(MASTER.journal),
    slice: Uint8Array.from(MASTER.slice),
    transportPublic: packTransport([TRANSPORT], 'transportPublic'),
  };
}

export function emergencyLogKey(): Uint8Array {
  return sealedLogKey(REGION_KEY);
}

export function blindKeys(): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(FIELD_KEYS.blind).map(([kind, key]) => [kind, Uint8Array.from(key)]),
  );
}

export const SESSION: StoreSession = {
  userId: 'u1',
  badge: '1001',
  name: '检查员',
  role: 'inspector',
  regions: ['11', '13'],
  deviceId: 'd1',
};

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const leafOf = leafHasher(sha256);

function keyedTag(entity: Entity, row: FixtureRow): Buffer | undefined {
  const text = row.private === null ? undefined : canonicalPrivate(entity, row.private);
  return text === undefined
    ? undefined
    : createHmac('sha256', REGION_KEY).update(text).digest().subarray(0, 16);
}

function encodePart(
  value: unknown,
  key: Buffer,
  format: string,
  part: 'public' | 'private',
): { readonly bytes: Buffer; readonly iv: string } {
  const packed = brotliCompressSync(JSON.stringify(value), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  const iv = createHmac('sha256', key).update(packed).digest().subarray(0, 12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(partAad(format, part, REGION, 1), 'ascii'));
  return {
    bytes: Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]),
    iv: iv.toString('base64url'),
  };
}

function frame(
  header: Readonly<Record<string, unknown>>,
  publicPart: unknown,
  privatePart: unknown,
): Buffer {
  const format = String(header.format);
  const open = encodePart(publicPart, TRANSPORT_PUBLIC, format, 'public');
  const shut =
    privatePart === null ? null : encodePart(privatePart, TRANSPORT_PRIVATE, format, 'private');
  const head = Buffer.from(
    canonicalJson({
      ...header,
      schema: SCHEMA_VERSION,
      region: REGION,
      keyEpoch: 1,
      public: { bytes: open.bytes.length, iv: open.iv },
      ...(shut === null ? {} : { private: { bytes: shut.bytes.length, iv: shut.iv } }),
    }),
  );
  const prefix = Buffer.alloc(8);
  prefix.write('FCO1', 'latin1');
  prefix.writeUInt32BE(head.length, 4);
  return Buffer.concat([prefix, head, open.bytes, shut?.bytes ?? Buffer.alloc(0)]);
}

export function columnBlock(entity: Entity, rows: readonly FixtureRow[]): ColumnBlock {
  const columns: Record<string, (number | string | object | null)[]> = {};
  for (const name of publicNames(entity)) {
    const values = rows.map((row) => (row.public[name] ?? null) as number | string | object | null);
    if (values.some((value) => value !== null)) columns[name] = values;
  }
  return { ids: idSteps(rows.map((row) => row.id)), revs: rows.map((row) => row.rev), columns };
}

let counter = 1n;

/** What the ingest worker makes of the private values; null for entities or rows without any. */
export function sealedColumns(entity: Entity, rows: readonly FixtureRow[]): SealedColumns | null {
  if (ENTITIES[entity].private.length === 0 || rows.every((row) => row.private === null))
    return null;
  const first = counter;
  counter += BigInt(rows.length);
  const keyedTags = new Uint8Array(16 * rows.length);
  rows.forEach((row, i) => {
    keyedTags.set(keyedTag(entity, row) ?? [], 16 * i);
  });
  const persons = rows.map((row): PersonPrivate | null => {
    if (row.private === null) return null;
    if (entity === 'certificate') return { idType: 2, idNumber: String(row.private.number) };
    const { idType, idNumber, phone } = row.private as {
      idType: number;
      idNumber: string;
      phone?: string;
    };
    return { idType, idNumber, ...(phone === undefined ? {} : { phone }) };
  });
  const packed =
    entity === 'person'
      ? sealPersons(persons, FIELD_KEYS, first)
      : sealNumbers(
          persons.map((one) => one?.idNumber ?? null),
          FIELD_KEYS,
          first,
        );
  const tags = blindColumns(persons, FIELD_KEYS.blind);
  return {
    blobs: packed.bytes,
    offsets: packed.offsets,
    keyedTags,
    maskedId: persons.map((one) => (one === null ? '' : maskIdNumber(one.idNumber, 'birth-8'))),
    maskedPhone: persons.map((one) => (one?.phone === undefined ? null : maskPhone(one.phone))),
    tagWhole: tags.whole,
    tagRegion6: tags.region6,
    tagBirth8: tags.birth8,
    tagLast4: tags.last4,
    tagLast6: tags.last6,
    tagPhone: tags.phone,
    tagPhoneLast4: tags.phoneLast4,
  };
}

export interface FixtureSegment {
  readonly entity: Entity;
  readonly sha256: string;
  readonly object: Buffer;
  readonly sealed: SealedColumns | null;
  readonly rows: number;
}

export function makeSegments(set: FixtureSet, rowsPerSegment = 5000): FixtureSegment[] {
  return ENTITY_ORDER.flatMap((entity) => {
    const segments: FixtureSegment[] = [];
    for (let from = 0; from < set[entity].length; from += rowsPerSegment) {
      const rows = set[entity].slice(from, from + rowsPerSegment);
      const sealed = sealedColumns(entity, rows);
      const header = {
        format: 'fieldcert-segment',
        entity,
        rows: rows.length,
        firstId: rows[0]?.id,
        lastId: rows.at(-1)?.id,
      };
      const object = frame(
        header,
        columnBlock(entity, rows),
        sealed === null ? null : { columns: {} },
      );
      segments.push({
        entity,
        sha256: createHash('sha256').update(object).digest('hex'),
        object,
        sealed,
        rows: rows.length,
      });
    }
    return segments;
  });
}

/** The server's signed state of a set. */
export function makeCheckpoint(set: FixtureSet, rseq: number): Checkpoint {
  const roots = Object.fromEntries(
    ENTITY_ORDER.map((entity) => {
      const stream = bucketStream(sha256);
      for (const row of [...set[entity]].sort((a, b) => a.id - b.id))
        stream.push(
          row.id,
          leafOf(row.id, row.rev, canonicalRow(entity, row.public), keyedTag(entity, row)),
        );
      return [entity, Buffer.from(new SparseTree(sha256, stream.end()).root()).toString('hex')];
    }),
  ) as Record<Entity, string>;
  const counts = Object.fromEntries(
    ENTITY_ORDER.map((entity) => [entity, set[entity].length]),
  ) as Record<Entity, number>;
  const root = Buffer.from(regionRoot(sha256, SCHEMA_VERSION, roots)).toString('hex');
  return {
    type: 'checkpoint',
    region: REGION,
    epoch: EPOCH,
    schema: SCHEMA_VERSION,
    rseq,
    roots,
    root,
    counts,
    issuedMs: 1_795_000_000_000,
    expiresMs: 1_796_000_000_000,
  };
}

export function makePage(
  changes: PagePublic['changes'],
  from: number,
  to: number,
  hasMore = false,
): Buffer {
  const header = { format: 'fieldcert-page', epoch: EPOCH, from, to, hasMore, cursor: `c${to}` };
  return frame(header, { changes }, null);
}

export const REFERENCE = {
  format: 'fieldcert-reference',
  version: 1,
  region: REGION,
  issuers: [1, 2, 3].map((id) => ({ id, name: `签发机关${id}`, region: '11' })),
  bodies: [{ id: 1, name: '培训机构一', region: '11' }],
};
