import { ENTITY_ORDER } from '../../shared/domain/model';
import type { StoreCalls, StoreEvent } from './protocol';
import type { Threads } from './threads/threads';

/**
 * The end of a first load: indexes and the digest are made at the same time by two threads, the
 * roots compared, the files swapped while nobody has them open, and search completed afterwards.
 */
export class FirstLoad {
  private readonly threads: Threads;
  private readonly tell: (event: StoreEvent) => void;

  constructor(threads: Threads, tell: (event: StoreEvent) => void) {
    this.threads = threads;
    this.tell = tell;
  }

  begin(input: StoreCalls['loadBegin'][0]): Promise<StoreCalls['loadBegin'][1]> {
    return this.threads.forWriting().writer.call('loadBegin', input);
  }

  /** Unequal roots leave the present slice where it is, and the loaded file beside it. */
  async finish(input: StoreCalls['loadFinish'][0]): Promise<StoreCalls['loadFinish'][1]> {
    const { writer, checker } = this.threads.forWriting();
    const [digests] = await Promise.all([
      checker.call('digest', { file: 'new', entities: ENTITY_ORDER }),
      writer.call('loadIndex', { withLate: input.withLate }),
    ]);
    const result = await writer.call('loadSeal', { ...input, digests });
    if (!result.isEqual) return result;
    await this.threads.closeReaders();
    await writer.call('swap', {});
    await this.threads.openReaders();
    this.tell({
      event: 'slice-swapped',
      rows: digests.reduce((sum, digest) => sum + digest.rows, 0),
    });
    await this.threads.copyPendingAudit();
    await this.threads.completeSearch(this.tell);
    return result;
  }
}
