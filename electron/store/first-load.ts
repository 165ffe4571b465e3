import { ENTITY_ORDER } from '../../shared/domain/model';
import type { StoreCalls, StoreEvent } from './protocol';
import type { EntityDigest } from './slice/digest';
import type { Threads } from './threads/threads';

/**
 * A first load: indexes and the digest are made at the same time by two threads, the roots compared, the files swapped while
 * nobody has them open, and search completed afterwards. Where a slice is in use, somebody searches and nobody waits for the
 * load: its threads work one after the other, so that of two processors one is there for who asks.
 */
export class FirstLoad {
  private readonly threads: Threads;
  private readonly tell: (event: StoreEvent) => void;

  constructor(threads: Threads, tell: (event: StoreEvent) => void) {
    this.threads = threads;
    this.tell = tell;
  }

  async begin(input: StoreCalls['loadBegin'][0]): Promise<StoreCalls['loadBegin'][1]> {
    const { writer, checker } = this.threads.forWriting();
    await checker.call('followEnd', {});
    return writer.call('loadBegin', input);
  }

  /** One segment; its digest is computed while the next one is written, or at the end where a slice is in use. */
  async segment(
    input: StoreCalls['loadSegment'][0],
    transfer: readonly ArrayBuffer[],
  ): Promise<StoreCalls['loadSegment'][1]> {
    const { writer, checker } = this.threads.forWriting();
    const { rows, entity } = await writer.call('loadSegment', input, transfer);
    // What cannot be followed is computed at the end.
    if (!this.threads.hasOpenSlice) void checker.call('follow', { entity }).catch(() => undefined);
    return { rows };
  }

  /** Gives the load up; the present slice stays. */
  async abort(): Promise<Record<string, never>> {
    const { writer, checker } = this.threads.forWriting();
    await checker.call('followEnd', {});
    return writer.call('loadAbort', {});
  }

  private async digests(): Promise<readonly EntityDigest[]> {
    const { writer, checker } = this.threads.forWriting();
    const [followed, loaded] = await Promise.all([
      checker.call('followEnd', {}),
      writer.call('loadedRows', {}),
    ]);
    const whole = followed.filter((digest) => digest.rows === loaded[digest.entity]);
    const missing = ENTITY_ORDER.filter((entity) => !whole.some((one) => one.entity === entity));
    if (missing.length === 0) return whole;
    return [...whole, ...(await checker.call('digest', { file: 'new', entities: missing }))];
  }

  private async indexAndDigest(withLate: boolean): Promise<readonly EntityDigest[]> {
    const { writer } = this.threads.forWriting();
    const index = () => writer.call('loadIndex', { withLate });
    if (!this.threads.hasOpenSlice) return (await Promise.all([this.digests(), index()]))[0];
    const digests = await this.digests();
    await index();
    return digests;
  }

  /** Unequal roots leave the present slice where it is, and the loaded file beside it. */
  async finish(
    input: StoreCalls['loadFinish'][0],
    /** Keeps backups away from the file while it is exchanged. */
    hold: () => Promise<() => void>,
  ): Promise<StoreCalls['loadFinish'][1]> {
    const { writer } = this.threads.forWriting();
    const digests = await this.indexAndDigest(input.withLate);
    const result = await writer.call('loadSeal', { ...input, digests });
    if (!result.isEqual) return result;
    const isPrepared = await this.prepare();
    // What still completes the search of the file that goes would find its connection closed and tell a fault.
    await this.threads.completed();
    const release = await hold();
    try {
      await writer.call('swapPrepare', {});
      await this.threads.exchange(async () => {
        await writer.call('swap', {});
      }, isPrepared);
    } finally {
      release();
    }
    // The former file, the names of a whole region, and the objects that they came in.
    await writer.call('giveBack', {});
    this.tell({
      event: 'slice-swapped',
      rows: digests.reduce((sum, digest) => sum + digest.rows, 0),
    });
    await this.threads.copyPendingAudit();
    if (isPrepared) this.tell({ event: 'search-completed' });
    else await this.threads.completeSearch(this.tell);
    return result;
  }

  /**
   * Where a slice is in use, its searches go on until the loaded one answers every search: indexes, names and columns are
   * made before the exchange, and nobody waits for them after it. A first load has nobody who waits, and is there sooner.
   */
  private async prepare(): Promise<boolean> {
    if (!this.threads.hasOpenSlice) return false;
    const { writer, reader } = this.threads.forWriting();
    await writer.call('loadComplete', {});
    // What the reader could not make is made after the exchange.
    return reader.call('prepare', {}).then(
      () => true,
      () => false,
    );
  }
}
