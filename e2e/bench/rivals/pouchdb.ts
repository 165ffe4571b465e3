import { join } from 'node:path';
import PouchDB from 'pouchdb';
import type { Task } from '../frame/child';

/** Where a peer pulls from, how much, and where it keeps it. */
export interface PeerPull {
  readonly url: string;
  readonly rows: number;
  readonly folder: string;
}
export interface PeerResult {
  readonly ms: number;
}

const BATCH = 1_000;

/** PouchDB into its LevelDB, ten times its default batch: its best on this work. */
async function pull({ url, rows, folder }: PeerPull): Promise<PeerResult> {
  const db = new PouchDB(join(folder, 'pouch'));
  const start = performance.now();
  await db.replicate.from(url, { batch_size: BATCH });
  const ms = performance.now() - start;
  const { doc_count: count } = await db.info();
  await db.close();
  if (count !== rows) throw new Error(`PouchDB has ${count} of ${rows} rows`);
  return { ms };
}

export const pouchTask: Task<PeerPull, PeerResult> = {
  name: 'pouchdb',
  calls: { run: pull },
};
