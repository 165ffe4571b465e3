import { createDecipheriv } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
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
import type { TransportRing } from '../../crypto/transport-ring';

const TAG_BYTES = 16;
const HeadSchema = z.union([SegmentHeaderSchema, PageHeaderSchema]);

export function damaged(detail: string): AppError {
  return new AppError('SYNC_OBJECT_DAMAGED', { object: '' }, detail);
}

export interface PrivateObject {
  readonly header: SegmentHeader | PageHeader;
  /** Parsed JSON of the private part; null when there is none. */
  readonly content: unknown;
}

/**
 * Opens the private part of an object (framing: shared/protocol/segment.ts) and leaves the public one
 * shut. Everything is bounded before it is allocated. Throws SYNC_OBJECT_DAMAGED, SYNC_KEY_EPOCH.
 */
export function openPrivate(bytes: Uint8Array, keys: TransportRing): PrivateObject {
  const { object, header, bodyAt } = opened(bytes);
  const { private: part } = header;
  if (bodyAt + header.public.bytes + (part?.bytes ?? 0) !== object.length) throw damaged('lengths');
  if (part === undefined) return { header, content: null };
  if (part.bytes < TAG_BYTES) throw damaged('private length');
  const sealed = object.subarray(object.length - part.bytes);
  return { header, content: decrypt(sealed, part.iv, header, keys.keyOf(header.keyEpoch)) };
}

/** The header of a delta page, which nothing but the signed root after it proves. Throws SYNC_OBJECT_DAMAGED. */
export function pageHeader(bytes: Uint8Array): PageHeader {
  const { header } = opened(bytes);
  if (header.format !== 'fieldcert-page') throw damaged('format');
  return header;
}

function opened(bytes: Uint8Array) {
  const object = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (object.length > MAX_OBJECT_BYTES) throw damaged('too long');
  if (object.length < 8 || object.toString('latin1', 0, 4) !== OBJECT_MAGIC) throw damaged('magic');
  const headerBytes = object.readUInt32BE(4);
  const bodyAt = 8 + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || bodyAt > object.length) throw damaged('header length');
  return { object, header: parseHeader(object.toString('utf8', 8, bodyAt)), bodyAt };
}

function parseHeader(text: string): SegmentHeader | PageHeader {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged('header');
  }
  const parsed = HeadSchema.safeParse(value);
  if (!parsed.success) throw damaged('header shape');
  return parsed.data;
}

function decrypt(
  sealed: Buffer,
  iv: string,
  header: SegmentHeader | PageHeader,
  key: Uint8Array,
): unknown {
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'));
    const aad = partAad(header.format, 'private', header.region, header.keyEpoch);
    cipher.setAAD(Buffer.from(aad, 'ascii'));
    cipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const body = sealed.subarray(0, sealed.length - TAG_BYTES);
    const packed = Buffer.concat([cipher.update(body), cipher.final()]);
    const plain = brotliDecompressSync(packed, { maxOutputLength: MAX_INFLATED_BYTES });
    packed.fill(0);
    const value = JSON.parse(plain.toString('utf8')) as unknown;
    plain.fill(0);
    return value;
  } catch (error) {
    // JSON.parse quotes what it stumbled over, so its message stays here.
    const kind = error instanceof SyntaxError ? 'JSON' : 'decryption';
    throw damaged(`private part: ${kind}`);
  }
}
