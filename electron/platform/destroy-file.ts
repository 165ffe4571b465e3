import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './atomic-write';

const PIECE_BYTES = 1024 * 1024;

/**
 * Overwrites a file with random bytes, waits for the disk, and removes it; no error where there is none.
 * Drives that write elsewhere (SSD, snapshots, journals) may keep the old blocks: what must not be readable
 * afterwards is a key that wraps nothing readable without a secret from somewhere else.
 */
export async function destroyFile(path: string): Promise<void> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r+');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, size - at);
      await file.write(randomBytes(length), 0, length, at);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}
