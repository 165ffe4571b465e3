import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { standBackProcess } from '../../../electron/platform/stand-back';
import { Child, type ChildProgram } from '../frame/child';
import { freshFolder, removeFolders } from '../frame/folders';

/** What a load keeps busy where a slice is in use: who seals and who writes. */
const PROCESSES = 2;
const BLOCK_BYTES = 65_536;
/** As often as a load's log goes into its file. */
const SYNC_BYTES = 64 * 1_048_576;
const FILE_BYTES = 256 * 1_048_576;
/** Hashed for each block that is written: some 30 MB/s go to the disk, as in a load. */
const WORK_PER_BLOCK = 16;

/**
 * Something that does not know our program and takes the machine as a load does: it reckons without a pause, as far back as
 * ours stand, and one of two writes a file and has the disk keep it.
 */
export const busyWriterProgram = {
  name: 'busy-writer',
  calls: {
    async work({ ms, writes }: { readonly ms: number; readonly writes: boolean }): Promise<void> {
      standBackProcess();
      const block = Buffer.alloc(BLOCK_BYTES, 7);
      const file = writes ? openSync(join(freshFolder('busy'), 'file'), 'w') : null;
      const until = performance.now() + ms;
      let bytes = 0;
      while (performance.now() < until) {
        for (let i = 0; i < WORK_PER_BLOCK; i++)
          block.set(createHash('sha256').update(block).digest());
        if (file === null) continue;
        bytes += writeSync(file, block, 0, BLOCK_BYTES, bytes % FILE_BYTES);
        if (bytes % SYNC_BYTES === 0) fdatasyncSync(file);
      }
      if (file !== null) closeSync(file);
      removeFolders();
    },
  },
} satisfies ChildProgram<Record<string, (input: never) => Promise<unknown>>>;

/** Has as many of them work as a load keeps busy, for so long. */
export async function beBusy(ms: number): Promise<void> {
  const children = Array.from(
    { length: PROCESSES },
    () => new Child<typeof busyWriterProgram.calls>(busyWriterProgram),
  );
  try {
    await Promise.all(children.map((child, i) => child.call('work', { ms, writes: i === 0 })));
  } finally {
    for (const child of children) child.end();
  }
}
