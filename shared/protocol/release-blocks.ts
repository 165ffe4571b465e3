import { z } from 'zod';
import { HashSchema } from './manifest';

/**
 * Of which blocks a release's file is made, so that whoever has an earlier file fetches only what differs. In
 * `files/<name>.blocks`: eight bytes of `MAGIC`, then for each block in its order four bytes of length (big endian) and the
 * first 16 bytes of its SHA-256. Where blocks end follows from their content, so that an insertion shifts no other block.
 * Length and hash of the map stand in the signed list; the file itself still counts by the hash of its whole alone.
 */
const MAGIC = 'FCBLOCK1';
const HASH_BYTES = 16;
const RECORD_BYTES = 4 + HASH_BYTES;
const BLOCK_MAX_BYTES = 1_048_576;
/** Two gigabytes in the smallest blocks that the release tool makes. */
const BLOCK_MAP_MAX_BYTES = 5_242_880;

export const ReleaseBlocksSchema = z.strictObject({
  bytes: z.number().int().positive().max(BLOCK_MAP_MAX_BYTES),
  sha256: HashSchema,
});

export interface ReleaseBlock {
  /** Where it begins in the file. */
  readonly offset: number;
  readonly bytes: number;
  /** The first 16 bytes of its SHA-256 as hex. */
  readonly hash: string;
}

export const blockMapName = (name: string): string => `${name}.blocks`;

/** The map as it lies beside the file. `sha256`: hex of each block's whole hash. */
export function blockMapBytes(
  blocks: readonly { readonly bytes: number; readonly sha256: string }[],
): Uint8Array<ArrayBuffer> {
  const map = new Uint8Array(MAGIC.length + blocks.length * RECORD_BYTES);
  const view = new DataView(map.buffer);
  for (let i = 0; i < MAGIC.length; i++) map[i] = MAGIC.charCodeAt(i);
  blocks.forEach(({ bytes, sha256 }, index) => {
    const at = MAGIC.length + index * RECORD_BYTES;
    view.setUint32(at, bytes);
    for (let i = 0; i < HASH_BYTES; i++)
      map[at + 4 + i] = Number.parseInt(sha256.slice(2 * i, 2 * i + 2), 16);
  });
  return map;
}

/** Undefined for what is no map of a file of `fileBytes` bytes. */
export function parseBlockMap(
  map: Uint8Array,
  fileBytes: number,
): readonly ReleaseBlock[] | undefined {
  const length = map.length - MAGIC.length;
  if (length < 0 || length % RECORD_BYTES !== 0 || map.length > BLOCK_MAP_MAX_BYTES)
    return undefined;
  if (String.fromCharCode(...map.subarray(0, MAGIC.length)) !== MAGIC) return undefined;
  const view = new DataView(map.buffer, map.byteOffset, map.byteLength);
  const blocks: ReleaseBlock[] = [];
  let offset = 0;
  for (let at = MAGIC.length; at < map.length; at += RECORD_BYTES) {
    const bytes = view.getUint32(at);
    if (bytes === 0 || bytes > BLOCK_MAX_BYTES) return undefined;
    const hash = [...map.subarray(at + 4, at + RECORD_BYTES)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    blocks.push({ offset, bytes, hash });
    offset += bytes;
  }
  return offset === fileBytes ? blocks : undefined;
}
