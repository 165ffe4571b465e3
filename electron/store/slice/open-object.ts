import { createDecipheriv } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error';
import { MAX_INFLATED_BYTES, MAX_OBJECT_BYTES } from '../../../shared/protocol/columns';
import {
  MAX_HEADER_BYTES,
  OBJECT_MAGIC,
  type PageHeader,
  PageHeaderSchema,
  partAad,
  type SegmentHeader,
  SegmentHeaderSchema,
} from '../../../shared/protocol/segment';
import { sha256Hex } from '../../crypto/one-shot-hash';
import type { TransportRing } from '../../crypto/transport-ring';

const TAG_BYTES = 16;

/** A segment or page with its public part open; the private part stays shut here. */
export interface OpenedObject<H> {
  readonly header: H;
  readonly content: unknown;
}

function damaged(detail: string): AppError {
  return new AppError('SYNC_OBJECT_DAMAGED', { object: '' }, detail);
}

function readHeader(object: Buffer): { readonly header: unknown; readonly bodyAt: number } {
  if (object.length > MAX_OBJECT_BYTES) throw damaged('too long');
  if (object.length < 8 || object.toString('latin1', 0, 4) !== OBJECT_MAGIC) throw damaged('magic');
  const headerBytes = object.readUInt32BE(4);
  if (headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > object.length)
    throw damaged('header length');
  try {
    return {
      header: JSON.parse(object.toString('utf8', 8, 8 + headerBytes)),
      bodyAt: 8 + headerBytes,
    };
  } catch {
    throw damaged('header');
  }
}

/** Decrypts, inflates (bounded) and parses the public part. */
function openPublic(
  object: Buffer,
  bodyAt: number,
  header: SegmentHeader | PageHeader,
  keys: TransportRing,
): unknown {
  const part = header.public;
  const total = part.bytes + (header.private?.bytes ?? 0);
  if (part.bytes < TAG_BYTES || bodyAt + total !== object.length) throw damaged('part lengths');
  const key = keys.keyOf(header.keyEpoch);
  const cipherText = object.subarray(bodyAt, bodyAt + part.bytes - TAG_BYTES);
  const tag = object.subarray(bodyAt + part.bytes - TAG_BYTES, bodyAt + part.bytes);
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(part.iv, 'base64url'));
    cipher.setAAD(
      Buffer.from(partAad(header.format, 'public', header.region, header.keyEpoch), 'ascii'),
    );
    cipher.setAuthTag(tag);
    const packed = Buffer.concat([cipher.update(cipherText), cipher.final()]);
    return JSON.parse(
      brotliDecompressSync(packed, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8'),
    );
  } catch (error) {
    // JSON.parse quotes what it stumbled over (names), so its message stays here.
    throw damaged(`public part: ${error instanceof SyntaxError ? 'JSON' : 'decryption'}`);
  }
}

function open<H extends SegmentHeader | PageHeader>(
  bytes: Uint8Array,
  keys: TransportRing,
  schema: z.ZodType<H>,
): OpenedObject<H> {
  const object = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, bodyAt } = readHeader(object);
  const parsed = schema.safeParse(header);
  if (!parsed.success) throw damaged(`header: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  return { header: parsed.data, content: openPublic(object, bodyAt, parsed.data, keys) };
}

/** Opens a whole segment object named by the SHA-256 of its bytes. Fails with SYNC_OBJECT_DAMAGED, SYNC_KEY_EPOCH. */
export function openSegment(
  bytes: Uint8Array,
  sha256: string,
  keys: TransportRing,
): OpenedObject<SegmentHeader> {
  if (sha256Hex(bytes) !== sha256) throw damaged('hash');
  return open(bytes, keys, SegmentHeaderSchema);
}

/** Opens a delta page. Fails with SYNC_OBJECT_DAMAGED, SYNC_KEY_EPOCH. */
export function openPage(bytes: Uint8Array, keys: TransportRing): OpenedObject<PageHeader> {
  return open(bytes, keys, PageHeaderSchema);
}
