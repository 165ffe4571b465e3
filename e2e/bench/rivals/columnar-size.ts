import { once } from 'node:events';
import { constants, createBrotliCompress } from 'node:zlib';
import { ENTITY_ORDER } from '../../../shared/domain/model';
import { readSegment, type SegmentFile, type TransportKeys } from '../real/segment-file';

/** Bytes of a stream of texts under brotli 5, the level that segments use. */
async function packedBytes(texts: Iterable<string>): Promise<number> {
  const brotli = createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  let bytes = 0;
  brotli.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  for (const text of texts) if (!brotli.write(text)) await once(brotli, 'drain');
  brotli.end();
  await once(brotli, 'end');
  return bytes;
}

/** The same content, in blocks of the same rows, as bare columns of JSON: one stream an entity. */
function* columnTexts(segments: readonly SegmentFile[], keys: TransportKeys): Iterable<string> {
  for (const file of segments) {
    const { block, private: hidden } = readSegment(file, keys);
    yield JSON.stringify(block);
    if (hidden !== null) yield JSON.stringify(hidden);
  }
}

export async function columnarBytes(
  segments: readonly SegmentFile[],
  keys: TransportKeys,
): Promise<number> {
  let bytes = 0;
  for (const entity of ENTITY_ORDER) {
    const own = segments.filter((segment) => segment.entity === entity);
    if (own.length > 0) bytes += await packedBytes(columnTexts(own, keys));
  }
  return bytes;
}

/** Bytes of one JSON value under the same compression. */
export function packedJsonBytes(value: unknown): Promise<number> {
  return packedBytes([JSON.stringify(value)]);
}
