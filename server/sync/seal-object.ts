import { createCipheriv, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  OBJECT_MAGIC,
  type PageHeader,
  partAad,
  type SegmentHeader,
} from '../../shared/protocol/segment';
import type { RegionKeySet } from '../keys/region-keys';

const compress = promisify(brotliCompress);
const IV_BYTES = 12;
const BROTLI_QUALITY = 5;
const BROTLI_WINDOW_BITS = 22;

interface SealedPart {
  readonly head: { readonly bytes: number; readonly iv: string };
  readonly body: Buffer;
}

async function sealPart(value: unknown, key: Uint8Array, aad: string): Promise<SealedPart> {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  const packed = await compress(json, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
    },
  });
  const iv = createHmac('sha256', key).update(packed).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad, 'ascii'));
  const body = Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
  return { head: { bytes: body.length, iv: iv.toString('base64url') }, body };
}

type Unsealed<H> = Omit<H, 'public' | 'private'>;

/** Frames and seals a segment or page (shared/protocol/segment.ts). `secret` undefined: no private part. */
export async function sealObject(
  header: Unsealed<SegmentHeader> | Unsealed<PageHeader>,
  content: unknown,
  secret: unknown,
  keys: RegionKeySet,
): Promise<Buffer> {
  const { format, region, keyEpoch } = header;
  const [open, shut] = await Promise.all([
    sealPart(content, keys.transportPublic, partAad(format, 'public', region, keyEpoch)),
    secret === undefined
      ? undefined
      : sealPart(secret, keys.transportPrivate, partAad(format, 'private', region, keyEpoch)),
  ]);
  const json = Buffer.from(
    canonicalJson({
      ...header,
      public: open.head,
      ...(shut === undefined ? {} : { private: shut.head }),
    }),
    'utf8',
  );
  const prefix = Buffer.alloc(8);
  prefix.write(OBJECT_MAGIC, 'latin1');
  prefix.writeUInt32BE(json.length, 4);
  return Buffer.concat([prefix, json, open.body, ...(shut === undefined ? [] : [shut.body])]);
}
