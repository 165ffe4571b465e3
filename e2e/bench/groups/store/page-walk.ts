import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { walkPages } from '../../../../electron/store/walk-pages';
import { median, timeMs } from '../../frame/measure';
import type { Report } from '../../frame/report';
import type { BenchOffice } from '../../real/office';

const RUNS = 5;
const CHUNK_BYTES = 1_048_576;

function hashFile(path: string): void {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const digest = createHash('sha256');
  const file = openSync(path, 'r');
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk))
    digest.update(chunk.subarray(0, read));
  closeSync(file);
  digest.digest();
}

/** The self-check's walk over every page's HMAC, without its pace, against one SHA-256 over the file. */
export async function pageWalk(report: Report, { desk }: BenchOffice): Promise<void> {
  const path = desk.paths.slice;
  const key = desk.keys.copy('slice');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    theirs.push(await timeMs(() => hashFile(path)));
    ours.push(
      await timeMs(() => {
        const { firstFault } = walkPages(path, key);
        if (firstFault !== null) throw new Error(`page ${firstFault} of the slice is damaged`);
      }),
    );
  }
  key.fill(0);
  const megabytes = statSync(path).size / 1e6;
  const perSecond = (ms: number) => (megabytes / ms) * 1_000;
  report.add('store.selfcheck.mb_per_s', perSecond(median(ours)), {
    name: 'SHA-256 over the same file',
    value: perSecond(median(theirs)),
  });
}
