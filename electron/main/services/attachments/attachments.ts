import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type {
  AttachmentItem,
  AttachmentStorage,
  AttachmentView,
} from '../../../../shared/ipc/routes/attachments';
import type { AttachmentRef } from '../../../store/attachment-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import type { Connection } from '../sync/connection-watch';
import type { Line } from '../sync/line';
import { isOfLine, lineError } from '../sync/line-errors';
import type { LinePolicy } from '../sync/status';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { AttachmentKeys } from './attachment-keys';
import { itemOf, unfit } from './attachment-words';
import { CacheFolder } from './cache-folder';
import { Prefetch } from './prefetch';
import { QueuedAttachments } from './queued';
import { leaveBehind } from './settle';
import { Shelf } from './shelf';
import { StickPictures } from './stick-pictures';

/** Fact of the journal: what the cache may take, MB. */
const BUDGET_FACT = 'attachments.budget-mb';
const DEFAULT_BUDGET_MB = 500;
const MB = 1_000_000;
const nothing = () => undefined;

export interface AttachmentParts {
  readonly store: StoreCaller;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  /** Folder of the cache. */
  readonly folder: string;
  isEmergency(): boolean;
  /** The line of the session, while there is one. */
  line(): Line | null;
  connection(): Connection;
  policy(): LinePolicy;
}

interface Wish {
  readonly certificateId: number;
  readonly ref: AttachmentRef;
}

interface Opened {
  readonly shelf: Shelf;
  readonly queue: QueuedAttachments;
  readonly prefetch: Prefetch;
  /** Ends what is under way: a pause, or the session's end. */
  abort: AbortController;
  isEnding: boolean;
  isHeld: boolean;
}

/**
 * Photos, scans and e-certificates: kept sealed in a cache with a budget, fetched when somebody looks at a record (before
 * all bulk), or beforehand where the line is free; what the slice no longer names is taken away.
 */
export class AttachmentService implements SessionListener {
  private current: Opened | null = null;
  private readonly running = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, ErrorCode>();
  private turn: Promise<void> = Promise.resolve();
  /** State of the slice that the cache was last compared with. */
  private settledAt: string | null = null;

  /** Wishes for a stick, and pictures out of one. */
  readonly stick: StickPictures;

  constructor(private readonly parts: AttachmentParts) {
    this.stick = new StickPictures({
      store: parts.store,
      current: () => this.current,
      refOf: (certificateId, id) => this.refOf(certificateId, id),
      onBegin: (taking) => void this.running.set('stick', taking.then(nothing, nothing)),
      onEnd: (asked) => {
        this.running.delete('stick');
        // What the slice does not name goes again; whoever waited is told.
        this.settledAt = null;
        for (const id of asked) parts.events.emit('attachments.changed', { id });
        this.lineChanged();
      },
    });
  }

  async opened({ keys, office }: OpenSession): Promise<void> {
    // No administrator's slot wraps what opens a photo.
    if (!keys.has('transportPrivate') || !keys.has('region')) return;
    const { store, folder, nowMs, log } = this.parts;
    const shelf = new Shelf({
      keys: new AttachmentKeys(keys, office.office.region),
      cache: await CacheFolder.open(folder),
      nowMs,
      log,
    });
    const kept = Number(await store.call('factGet', { name: BUDGET_FACT }));
    shelf.budgetBytes = (kept > 0 ? kept : DEFAULT_BUDGET_MB) * MB;
    const queue = new QueuedAttachments(store);
    await queue.load();
    const prefetch = new Prefetch({
      store,
      shelf,
      log,
      line: () => (this.mayPrefetch() ? this.parts.line() : null),
    });
    this.settledAt = null;
    this.failures.clear();
    const { isHeld } = this;
    this.current = {
      shelf,
      queue,
      prefetch,
      abort: new AbortController(),
      isEnding: false,
      isHeld,
    };
  }

  async closing(): Promise<void> {
    const { current } = this;
    if (current !== null) current.isEnding = true;
    current?.abort.abort();
    await Promise.allSettled([...this.running.values(), this.turn]);
    current?.shelf.close();
    this.current = null;
  }

  /** What belongs to a certificate of the session's scope; nothing outside it. Throws LOCKED. */
  async of(
    certificateId: number,
  ): Promise<{ readonly photo: AttachmentItem | null; readonly files: AttachmentItem[] }> {
    const own = await this.parts.store.call('attachmentsOf', { certificateId });
    const photo = own?.photo ?? null;
    return {
      photo: photo === null ? null : itemOf(photo),
      files: (own?.files ?? []).map(itemOf),
    };
  }

  /** What can be seen of it now. `isAsked`: a person said to fetch it. Throws LOCKED. */
  async view(certificateId: number, id: number, isAsked = false): Promise<AttachmentView> {
    const { shelf } = this.need();
    const ref = await this.refOf(certificateId, id);
    if (ref === null) return { state: 'gone' };
    return unfit(ref) ?? (await shelf.view(ref)) ?? this.want({ certificateId, ref }, isAsked);
  }

  storage(): AttachmentStorage {
    const { shelf, queue, prefetch } = this.need();
    return {
      usedBytes: shelf.cache.bytes,
      files: shelf.cache.count,
      budgetBytes: shelf.budgetBytes,
      waiting: queue.size,
      isFetching: this.running.size > 0 || prefetch.isRunning,
    };
  }

  async setBudget(megabytes: number): Promise<AttachmentStorage> {
    const { shelf } = this.need();
    await this.parts.store.call('factSet', { name: BUDGET_FACT, value: String(megabytes) });
    shelf.budgetBytes = megabytes * MB;
    await shelf.cache.makeRoom(shelf.budgetBytes, 0);
    return this.storage();
  }

  /** Empties the cache; what is on its way arrives in an empty one. */
  async clear(): Promise<AttachmentStorage> {
    await this.need().shelf.cache.clear();
    return this.storage();
  }

  /** A person changed what the line may be used for; a pause ends what is under way, and what had arrived stays. */
  policyChanged(): void {
    const { current, isHeld } = this;
    if (current !== null && isHeld && !current.isHeld) {
      current.abort.abort();
      current.abort = new AbortController();
    }
    if (current !== null) current.isHeld = isHeld;
    this.lineChanged();
  }

  /** A run ended, or the server came or went. */
  lineChanged(): void {
    this.turn = this.turn
      .then(() => this.catchUp())
      .catch((error: unknown) => {
        if (this.current?.isEnding === false)
          this.parts.log.warn('attachments not brought up to date', { detail: String(error) });
      });
  }

  private async catchUp(): Promise<void> {
    const { current } = this;
    if (current === null || current.isEnding) return;
    await this.settle(current);
    // What a stick brought waits no more, whether there is a line or not.
    for (const [id, certificateId] of current.queue.list()) {
      const ref = await this.refOf(certificateId, id);
      if (ref === null || current.shelf.has(ref)) await current.queue.remove(id);
    }
    if (this.parts.connection() !== 'online') return;
    for (const [id, certificateId] of current.queue.list()) {
      if (this.parts.policy().isPaused || this.parts.connection() !== 'online') return;
      const ref = await this.refOf(certificateId, id);
      if (ref !== null) await this.begin(current, { certificateId, ref });
    }
    const before = this.settledAt;
    await current.prefetch.run(current.abort.signal);
    // What left meanwhile may have come after the comparison.
    if (this.settledAt !== before) this.settledAt = null;
  }

  /** Takes away what the slice no longer names: rows that left, moved, or were out of scope. */
  private async settle({ shelf }: Opened): Promise<void> {
    if (this.parts.isEmergency()) return;
    const at = await leaveBehind(this.parts.store, shelf, this.settledAt);
    if (at !== null) this.settledAt = at;
  }

  private get isHeld(): boolean {
    const { isPaused, isMetered } = this.parts.policy();
    return isPaused || isMetered;
  }

  private mayPrefetch(): boolean {
    return !this.isHeld && this.parts.connection() === 'online' && !this.parts.isEmergency();
  }

  private async want(wish: Wish, isAsked: boolean): Promise<AttachmentView> {
    const current = this.need();
    const { id, sha256 } = wish.ref;
    if (this.running.has(sha256)) return { state: 'fetching' };
    const { isPaused, isMetered } = this.parts.policy();
    if (!isAsked) {
      if (current.queue.has(id)) return { state: 'queued' };
      // What a person asked for and did not get says why, on a line that is held as well.
      const error = this.failures.get(sha256);
      if (error !== undefined) return { state: 'failed', error };
      if (isPaused || isMetered) return { state: 'held', why: isPaused ? 'paused' : 'metered' };
    }
    if (this.parts.line() === null || this.parts.connection() === 'offline') {
      await current.queue.add(id, wish.certificateId);
      return { state: 'queued' };
    }
    void this.begin(current, wish);
    return { state: 'fetching' };
  }

  /** Never rejects. */
  private begin(current: Opened, wish: Wish): Promise<void> {
    const { id, sha256 } = wish.ref;
    const known = this.running.get(sha256);
    if (known !== undefined) return known;
    const under = this.obtain(current, wish)
      .catch((error: unknown) => this.failed(current, wish, error))
      .catch(() => undefined)
      .finally(() => {
        this.running.delete(sha256);
        if (!current.isEnding) this.parts.events.emit('attachments.changed', { id });
      });
    this.running.set(sha256, under);
    return under;
  }

  private async obtain({ shelf, queue, abort }: Opened, { certificateId, ref }: Wish) {
    const line = this.parts.line();
    if (line === null) throw new AppError('SYNC_UNREACHABLE', {}, 'no line');
    await shelf.bring(ref, line, 'view', abort.signal);
    this.failures.delete(ref.sha256);
    await queue.remove(ref.id);
    // The row may have left while its contents were under way.
    if ((await this.refOf(certificateId, ref.id)) === null)
      await shelf.cache.remove(shelf.nameOf(ref.sha256));
  }

  private async failed(
    { queue, isEnding }: Opened,
    { certificateId, ref }: Wish,
    cause: unknown,
  ): Promise<void> {
    if (isEnding) return;
    const error = lineError(cause);
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    this.parts.log.warn('attachment not fetched', { code, detail: String(cause) });
    // A pause is no failure: the page says that the line is held.
    if (code === 'CANCELLED') return;
    if (isOfLine(code)) return queue.add(ref.id, certificateId);
    await queue.remove(ref.id);
    this.failures.set(ref.sha256, code);
  }

  private async refOf(certificateId: number, id: number): Promise<AttachmentRef | null> {
    const own = await this.parts.store.call('attachmentsOf', { certificateId });
    const all = own === null ? [] : [...(own.photo === null ? [] : [own.photo]), ...own.files];
    return all.find((one) => one.id === id) ?? null;
  }

  private need(): Opened {
    if (this.current === null) throw new AppError('LOCKED');
    return this.current;
  }
}
