import { join } from 'node:path';
import PouchDB from 'pouchdb';
import type { Task } from '../frame/child';

/** Where a peer pulls from, how much, and where it keeps it. */
export interface PeerPull {
  readonly url: string;
  readonly rows: number;
  readonly folder: string;
  /** A peer that is not done then is stopped, and measured by what it has. */
  readonly mostMs: number;
}
export interface PeerResult {
  readonly ms: number;
  /** Rows that it had by then: all of them, or fewer where its time was up. */
  readonly rows: number;
}

const BATCH = 1_000;

/** PouchDB into its LevelDB, ten times its default batch: its best on this work. */
async function pull({ url, rows, folder, mostMs }: PeerPull): Promise<PeerResult> {
  const db = new PouchDB(join(folder, 'pouch'));
  const start = performance.now();
  let isOver = false;
  const pulling = db.replicate.from(url, { batch_size: BATCH });
  const timer = setTimeout(() => {
    isOver = true;
    pulling.cancel();
  }, mostMs);
  await pulling;
  clearTimeout(timer);
  const ms = performance.now() - start;
  const { doc_count: count } = await db.info();
  await db.close();
  if (!isOver && count !== rows) throw new Error(`PouchDB has ${count} of ${rows} rows`);
  return { ms, rows: count };
}

export const pouchTask: Task<PeerPull, PeerResult> = {
  name: 'pouchdb',
  calls: { run: pull },
};
