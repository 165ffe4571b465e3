import { AppError } from '../../../../shared/errors/app-error';
import type { BundleContents, ObjectEntry } from '../../../../shared/protocol/bundle';
import { CHECKPOINT_HEADER, objectPath, PATHS } from '../../../../shared/protocol/endpoints';
import { MAX_MOVES_BYTES } from '../../../../shared/protocol/moves';
import type { Exchange, Transport, TransportAnswer } from '../sync/transport/transport';
import type { OpenedBundle } from './opened-bundle';

const REPAIR: ReadonlySet<string> = new Set([
  PATHS.repairNodes,
  PATHS.repairLeaves,
  PATHS.repairRows,
]);

/**
 * A bundle that answers as the server would, so that the same run takes it: manifest, statements, objects, and the
 * page that continues the device's state. Throws BUNDLE_NEEDS_FULL for what a delta does not bring and
 * BUNDLE_PREREQUISITE where the state lies before its first page, BUNDLE_MENDS_NOT where rows turn out to differ.
 */
export class StickTransport implements Transport {
  private readonly objects: ReadonlyMap<string, ObjectEntry>;

  constructor(
    private readonly bundle: OpenedBundle,
    /** The device's change number at the moment, and the one up to which its slice is whole. */
    private readonly position: () => Promise<{ readonly at: number; readonly whole: number }>,
    /** False where the device's statements are newer. */
    private readonly bringsStatements: boolean,
  ) {
    const entries = bundle.contents.objects.map((entry): [string, ObjectEntry] => [
      objectPath(entry.sha256),
      entry,
    ]);
    this.objects = new Map(entries);
  }

  async open(_endpoint: string, exchange: Exchange): Promise<TransportAnswer> {
    exchange.onConnected();
    const [path = ''] = exchange.path.split('?');
    const { contents } = this.bundle;
    if (path === PATHS.manifest) return json(contents.manifest);
    if (path === PATHS.statements)
      return json({ statements: this.bringsStatements ? contents.statements : [] });
    if (path === PATHS.changes) return this.page();
    if (path === PATHS.moves && contents.moves !== undefined) return this.moves(contents.moves);
    const entry = this.objects.get(path);
    if (entry === undefined) throw this.absent(path);
    return bytesOf(await this.bundle.read(entry), exchange.headers.Range);
  }

  close(): void {
    // Files are opened for each read; the bundle is its opener's.
  }

  /** As the server answers who has another list, or none. */
  private async moves({
    statement,
    list,
  }: NonNullable<BundleContents['moves']>): Promise<TransportAnswer> {
    const text = (await this.bundle.readPlace(list, MAX_MOVES_BYTES)).toString('utf8');
    const body = `{"statement":${JSON.stringify(statement)},"list":${text}}`;
    return answer(200, 'application/json', Buffer.from(body, 'utf8'));
  }

  /** Of an older base: a full bundle brings another one, a delta nothing to go on with. */
  private absent(path: string): AppError {
    if (REPAIR.has(path)) return new AppError('BUNDLE_MENDS_NOT', {}, path);
    const isFull = this.bundle.index.kind === 'full' && path.startsWith(objectPath(''));
    return new AppError(isFull ? 'SYNC_CURSOR_REFUSED' : 'BUNDLE_NEEDS_FULL', {}, path);
  }

  /** The page that holds the change after the device's state; the last, empty one at the end. */
  private async page(): Promise<TransportAnswer> {
    const { at, whole } = await this.position();
    const { pages } = this.bundle.contents;
    const page = pages.find(({ to }) => to > at) ?? pages.at(-1);
    if (page === undefined || page.to < at) throw new AppError('BUNDLE_OLDER');
    const start = pages[0]?.from ?? page.from;
    // All pages but the last, empty one tell what changed since the first one's beginning.
    if (page.from > at || (page.to > page.from && start > whole)) {
      // A full bundle holds all that the device would need: the run begins anew from its base.
      if (this.bundle.index.kind === 'full') throw new AppError('SYNC_CURSOR_REFUSED');
      throw new AppError('BUNDLE_PREREQUISITE', { from: start, have: Math.max(0, whole) });
    }
    const proof =
      page.checkpoint === null ? {} : { [CHECKPOINT_HEADER]: headerOf(page.checkpoint) };
    return answer(200, 'application/octet-stream', await this.bundle.read(page), proof);
  }
}

function headerOf(checkpoint: unknown): string {
  return Buffer.from(JSON.stringify(checkpoint), 'utf8').toString('base64url');
}

function json(value: unknown): TransportAnswer {
  return answer(200, 'application/json', Buffer.from(JSON.stringify(value), 'utf8'));
}

/** As HTTP answers a range of the form `bytes=a-` or `bytes=a-b`. */
function bytesOf(bytes: Buffer, range: string | undefined): TransportAnswer {
  const type = 'application/octet-stream';
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (asked === null) return answer(200, type, bytes);
  const from = Number(asked[1]);
  if (from >= bytes.length) return answer(416, type, Buffer.alloc(0));
  const to = asked[2] === '' ? bytes.length - 1 : Number(asked[2]);
  return answer(206, type, bytes.subarray(from, to + 1));
}

function answer(
  status: number,
  type: string,
  bytes: Buffer,
  more: Readonly<Record<string, string>> = {},
): TransportAnswer {
  async function* body(): AsyncGenerator<Buffer, void, undefined> {
    yield bytes;
  }
  const headers = { 'content-type': type, 'content-length': String(bytes.length), ...more };
  return { status, headers, body: body(), destroy: () => undefined };
}
