import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createSm3 } from '../../crypto/sm3';

/** Size and digests of a file, digests in lower-case hex. */
export interface FileDigests {
  readonly size: number;
  readonly sha256: string;
  readonly sm3: string;
}

/** SHA-256 and SM3 (GB/T 32905) of a byte stream in one pass. Throws the signal's reason on abort. `onBytes` is told of each piece. */
export async function digestStream(
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<FileDigests> {
  const sha256 = createHash('sha256');
  const sm3Hash = await createSm3();
  sm3Hash.begin();
  let size = 0;
  for await (const chunk of source) {
    signal?.throwIfAborted();
    sha256.update(chunk);
    sm3Hash.update(chunk);
    size += chunk.length;
    onBytes?.(chunk.length);
  }
  return { size, sha256: sha256.digest('hex'), sm3: Buffer.from(sm3Hash.end()).toString('hex') };
}

/** Size and digests of a file on disk. */
export function digestFile(path: string, signal?: AbortSignal): Promise<FileDigests> {
  return digestStream(createReadStream(path, { highWaterMark: 1 << 20 }), signal);
}

/** SM3 of bytes, 32 bytes. BoringSSL has none, so Node's OpenSSL is not used either. */
export async function sm3(bytes: Uint8Array): Promise<Uint8Array> {
  return Uint8Array.from((await createSm3()).hash(bytes));
}
