import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { Entity } from '../../../shared/domain/model';
import { absoluteIds, type ColumnBlock, type ColumnValues } from '../../../shared/protocol/columns';
import { type PageHeader, partAad, type SegmentHeader } from '../../../shared/protocol/segment';

/** A segment object on the disk, as the server gave it. */
export interface SegmentFile {
  readonly path: string;
  readonly sha256: string;
  readonly entity: Entity;
  readonly rows: number;
  readonly bytes: number;
}

/** Keys that open segments; the product keeps them in different processes, rivals need not. */
export interface TransportKeys {
  readonly public: Uint8Array;
  readonly private: Uint8Array;
}

/** Rows of one segment, both parts, in plain. */
export interface PlainSegment {
  readonly ids: readonly number[];
  readonly block: ColumnBlock;
  readonly private: Readonly<Record<string, ColumnValues>> | null;
}

const TAG_BYTES = 16;

type Header = SegmentHeader | PageHeader;

function openPart(header: Header, part: 'public' | 'private', body: Buffer, key: Uint8Array) {
  const iv = Buffer.from(header[part]?.iv ?? '', 'base64url');
  const cipher = createDecipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(partAad(header.format, part, header.region, header.keyEpoch), 'ascii'));
  cipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  const packed = [cipher.update(body.subarray(0, body.length - TAG_BYTES)), cipher.final()];
  return JSON.parse(brotliDecompressSync(Buffer.concat(packed)).toString('utf8')) as unknown;
}

/** Both parts of a segment or page in plain; the private one is null where there is none. */
export interface PlainObject {
  readonly public: unknown;
  readonly private: unknown;
}

/** Opens both parts in the plainest way: no bounds, no checks of shape, for content that is ours. */
export function openObject(object: Buffer, keys: TransportKeys): PlainObject {
  const bodyAt = 8 + object.readUInt32BE(4);
  const header = JSON.parse(object.toString('utf8', 8, bodyAt)) as Header;
  const privateAt = bodyAt + header.public.bytes;
  return {
    public: openPart(header, 'public', object.subarray(bodyAt, privateAt), keys.public),
    private:
      header.private === undefined
        ? null
        : openPart(header, 'private', object.subarray(privateAt), keys.private),
  };
}

export function openSegment(object: Buffer, keys: TransportKeys): PlainSegment {
  const opened = openObject(object, keys);
  const block = opened.public as ColumnBlock;
  const hidden = opened.private as { readonly columns: Record<string, ColumnValues> } | null;
  return { ids: absoluteIds(block.ids), block, private: hidden?.columns ?? null };
}

export function readSegment(file: SegmentFile, keys: TransportKeys): PlainSegment {
  return openSegment(readFileSync(file.path), keys);
}
