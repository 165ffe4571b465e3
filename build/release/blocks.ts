import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildBlockMap } from 'app-builder-lib/out/targets/blockmap/blockmap';
import { z } from 'zod';
import { blockMapBytes, blockMapName } from '../../shared/protocol/release-blocks';
import type { ReleaseFile } from '../../shared/protocol/release-metadata';

/** What electron-builder's map says that is used here: where its Rabin fingerprints end a block. */
const BuiltSchema = z.object({
  files: z.tuple([z.object({ sizes: z.array(z.number().int().positive()).min(1) })]),
});

/**
 * Writes the map of a package's blocks beside it. Returns its length and hash, as they stand in the list of releases.
 * Rejects where the file changes meanwhile.
 */
export async function writeBlockMap(path: string): Promise<NonNullable<ReleaseFile['blocks']>> {
  const map = blockMapBytes(await hashed(path, await sizesOf(path)));
  writeFileSync(blockMapName(path), map);
  return { bytes: map.length, sha256: createHash('sha256').update(map).digest('hex') };
}

async function sizesOf(path: string): Promise<readonly number[]> {
  const work = mkdtempSync(join(tmpdir(), 'fieldcert-blocks-'));
  try {
    const built = join(work, 'map');
    await buildBlockMap(path, 'gzip', built);
    return BuiltSchema.parse(JSON.parse(gunzipSync(await readFile(built)).toString())).files[0]
      .sizes;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function hashed(path: string, sizes: readonly number[]) {
  const file = await open(path, 'r');
  try {
    let at = 0;
    const blocks: { bytes: number; sha256: string }[] = [];
    for (const bytes of sizes) {
      const block = Buffer.alloc(bytes);
      const { bytesRead } = await file.read(block, 0, bytes, at);
      if (bytesRead !== bytes) throw new Error(`${path} changed while it was read`);
      blocks.push({ bytes, sha256: createHash('sha256').update(block).digest('hex') });
      at += bytes;
    }
    return blocks;
  } finally {
    await file.close();
  }
}
