import { runInChild, type Task } from '../../frame/child';
import { freshFolder } from '../../frame/folders';
import type { Report } from '../../frame/report';
import type { BenchOffice } from '../../real/office';
import { type PeerPull, type PeerResult, pouchTask } from '../../rivals/pouchdb';
import { serveRows } from '../../rivals/row-server';
import { rxdbTask } from '../../rivals/rxdb';

/** So long each may take; what it has then is what it is measured by, and the output says so. */
const MOST_MS = 600_000;
/** RxDB keeps a million rows in some 4 GB. */
const PEER_HEAP_MB = 12_288;

/** Rows a second of the peers on the certificates alone; they neither encrypt, seal, prove nor index. */
export async function peers(report: Report, { core, first }: BenchOffice): Promise<void> {
  const rows = core.certificates;
  const server = await serveRows(rows);
  // A peer can find a row by its key when it is done: our moment of the same kind, with the proof on top.
  const ours = (core.certificates.length / first.exactReadyMs) * 1_000;
  report.note(
    'ours below: certificates alone, in the time in which persons and companies came too',
  );
  try {
    await peer('sync.peer.pouchdb', 'PouchDB 9 to LevelDB', pouchTask);
    await peer('sync.peer.rxdb', 'RxDB 17 in memory', rxdbTask);
  } finally {
    server.close();
  }

  async function peer(metric: string, name: string, task: Task<PeerPull, PeerResult>) {
    const folder = freshFolder('peer');
    const pull = { url: server.url, rows: rows.length, folder, mostMs: MOST_MS };
    const had = await runInChild(task, pull, PEER_HEAP_MB);
    if (had.rows < rows.length)
      report.note(
        `${name}: stopped after ${Math.round(had.ms / 1_000)} s with ${had.rows} of ${rows.length} rows`,
      );
    report.add(metric, ours, { name, value: (had.rows / had.ms) * 1_000 });
  }
}
