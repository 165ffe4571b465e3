import { runInChild, type Task } from '../../frame/child';
import { freshFolder } from '../../frame/folders';
import type { Report } from '../../frame/report';
import type { BenchOffice } from '../../real/office';
import { type PeerPull, type PeerResult, pouchTask } from '../../rivals/pouchdb';
import { serveRows } from '../../rivals/row-server';
import { rxdbTask } from '../../rivals/rxdb';

const MAX_PEER_ROWS = 200_000;

/** Rows a second of the peers on the certificates alone; they neither encrypt, seal, prove nor index. */
export async function peers(report: Report, { core, first }: BenchOffice): Promise<void> {
  const rows = core.certificates.slice(0, MAX_PEER_ROWS);
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
    const { ms } = await runInChild(task, { url: server.url, rows: rows.length, folder });
    report.add(metric, ours, { name, value: (rows.length / ms) * 1_000 });
  }
}
