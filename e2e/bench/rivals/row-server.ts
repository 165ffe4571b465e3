import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CoreCertificate } from '../real/core-rows';

/** Serves rows from memory to both peers; kept as light as it can be, so that only they are measured. */
export interface RowServer {
  readonly url: string;
  close(): void;
}

const DATABASE = 'certificates';
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** All documents are in their first revision. */
const REVISION = '0123456789abcdef0123456789abcdef';

/** Keys of equal length, so that their order is the order of ids. */
export function documentId(id: number): string {
  return String(id).padStart(16, '0');
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) throw new RangeError('body too long');
    parts.push(part);
  }
  return length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown);
}

/** The part of CouchDB's interface that a pulling replication asks for. */
class CouchFace {
  private readonly documents: Map<string, CoreCertificate>;
  private readonly ids: readonly string[];
  private readonly local = new Map<string, unknown>();

  constructor(rows: readonly CoreCertificate[]) {
    this.documents = new Map(rows.map((row) => [documentId(row.id), row]));
    this.ids = [...this.documents.keys()];
  }

  answer(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    if (path === '') {
      const count = this.ids.length;
      return { db_name: DATABASE, update_seq: count, doc_count: count, instance_start_time: '0' };
    }
    if (path.startsWith('_local/')) return this.localDocument(method, path, body);
    if (path === '_changes') return this.changes(query);
    if (path === '_bulk_get') return this.bulk(body);
    return undefined;
  }

  private localDocument(method: string, path: string, body: unknown): unknown {
    if (method !== 'PUT') return this.local.get(path);
    this.local.set(path, body);
    return { ok: true, id: path, rev: '0-1' };
  }

  private changes(query: URLSearchParams): unknown {
    const since = Number(query.get('since') ?? 0);
    const end = Math.min(this.ids.length, since + Number(query.get('limit') ?? 25));
    const results = this.ids
      .slice(since, end)
      .map((id, i) => ({ seq: since + i + 1, id, changes: [{ rev: `1-${REVISION}` }] }));
    return { results, last_seq: end, pending: this.ids.length - end };
  }

  private bulk(body: unknown): unknown {
    const { docs } = body as { readonly docs: readonly { readonly id: string }[] };
    return { results: docs.map(({ id }) => ({ id, docs: [{ ok: this.document(id) }] })) };
  }

  private document(id: string): object {
    const { id: _id, rev, ...fields } = this.documents.get(id) as CoreCertificate;
    const revisions = { start: 1, ids: [REVISION] };
    return { _id: id, _rev: `1-${REVISION}`, _revisions: revisions, revision: rev, ...fields };
  }
}

/** Rows after a key, as RxDB's documentation lays a pull endpoint out. */
function pull(documents: readonly { readonly id: string }[], query: URLSearchParams): unknown {
  const from = Number(query.get('from') ?? 0);
  return documents.slice(from, from + Number(query.get('limit') ?? 100));
}

export async function serveRows(rows: readonly CoreCertificate[]): Promise<RowServer> {
  const couch = new CouchFace(rows);
  const documents = rows.map((row) => ({ ...row, id: documentId(row.id) }));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    const path = decodeURIComponent(url.pathname).replace(`/${DATABASE}`, '').replace(/^\//, '');
    const value =
      path === 'pull'
        ? pull(documents, url.searchParams)
        : couch.answer(request.method ?? 'GET', path, url.searchParams, body);
    response.writeHead(value === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(value ?? { error: 'not_found', reason: 'missing' }));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/${DATABASE}`, close };
}
