import { join } from 'node:path';
import { REVEAL_LIMITS } from '../../../shared/domain/policy/reveal-limits';
import { AppError } from '../../../shared/errors/app-error';
import type { SliceState, StoreCalls, StoreEvent } from '../protocol';
import { EMPTY_STATE } from '../slice/empty-state';
import type { JournalCalls, ReaderCalls, ThreadProgress, WriterCalls } from './calls';
import { Thread } from './thread';

export interface SliceThreads {
  readonly journal: Thread<JournalCalls>;
  readonly writer: Thread<WriterCalls>;
  /** Look-ups and boards. */
  readonly reader: Thread<ReaderCalls>;
  /** Checks and exports. */
  readonly checker: Thread<ReaderCalls>;
}

/** The threads of an open store: one writer a file, two readers of the slice where the role may read it. */
export class Threads {
  readonly journal: Thread<JournalCalls>;
  private readonly slice: Omit<SliceThreads, 'journal'> | undefined;
  private hasSlice = false;

  constructor(
    dir: string,
    hasSliceKey: boolean,
    hooks: {
      readonly onProgress: (progress: ThreadProgress['progress']) => void;
      readonly onEnd: (detail: string) => void;
    },
  ) {
    const writerFile = join(dir, 'writer.cjs');
    const readerFile = join(dir, 'reader.cjs');
    this.journal = new Thread<JournalCalls>(writerFile, 'journal', hooks);
    this.slice = hasSliceKey
      ? {
          writer: new Thread<WriterCalls>(writerFile, 'slice', hooks),
          reader: new Thread<ReaderCalls>(readerFile, 'reader', hooks),
          checker: new Thread<ReaderCalls>(readerFile, 'checker', hooks),
        }
      : undefined;
  }

  /** Threads for work on the slice; FORBIDDEN for roles that hold no key to it. */
  forWriting(): SliceThreads {
    if (this.slice === undefined) throw new AppError('FORBIDDEN');
    return { journal: this.journal, ...this.slice };
  }

  /** As forWriting; SLICE_EMPTY before the first load. */
  forReading(): SliceThreads {
    const threads = this.forWriting();
    if (!this.hasSlice) throw new AppError('SLICE_EMPTY');
    return threads;
  }

  async open(
    input: StoreCalls['open'][0],
    today: number,
    tell: (event: StoreEvent) => void,
  ): Promise<SliceState> {
    const { officeDir, keys, session, create, rulePack } = input;
    await this.journal.call('open', {
      officeDir,
      key: keys.journal,
      session,
      create,
      firstAuditKey: keys.firstAuditKey ?? null,
      revealLimits: input.revealLimits ?? REVEAL_LIMITS,
    });
    if (this.slice === undefined || keys.slice === undefined) return EMPTY_STATE;
    const { writer, reader, checker } = this.slice;
    const { state, isSearchComplete } = await writer.call('open', {
      officeDir,
      key: keys.slice,
      transportPublic: keys.transportPublic ?? null,
    });
    const setup = {
      officeDir,
      key: keys.slice,
      session,
      rulePack,
      blindKeys: input.blindKeys ?? null,
      today,
    };
    await Promise.all([reader.call('setup', setup), checker.call('setup', setup)]);
    if (!state.hasSlice) return state;
    await this.openReaders();
    // Rows that a slice transaction left before the journal had them.
    await this.copyPendingAudit();
    if (!isSearchComplete) void this.completeSearch(tell);
    return state;
  }

  async openReaders(): Promise<void> {
    const { reader, checker } = this.forWriting();
    await Promise.all([
      reader.call('openSlice', { warm: true }),
      checker.call('openSlice', { warm: false }),
    ]);
    this.hasSlice = true;
  }

  async closeReaders(): Promise<void> {
    const { reader, checker } = this.forWriting();
    this.hasSlice = false;
    await Promise.all([reader.call('closeSlice', {}), checker.call('closeSlice', {})]);
  }

  /** Makes what search by pinyin and fragments needs; never fails the act that led to it. */
  async completeSearch(tell: (event: StoreEvent) => void): Promise<void> {
    const { writer, reader } = this.forWriting();
    try {
      await writer.call('completeSearch', {});
      await reader.call('rebuildNames', {});
      tell({ event: 'search-completed' });
    } catch (error) {
      const detail =
        error instanceof AppError ? `${error.code} ${error.detail ?? ''}` : String(error);
      tell({ event: 'faulted', ref: 'search', code: 'INTERNAL', detail });
    }
  }

  /** Copies audit rows of slice transactions into the journal, each once, and forgets them there. */
  async copyPendingAudit(): Promise<void> {
    const { writer } = this.forWriting();
    const rows = await writer.call('pendingAudit', {});
    if (rows.length === 0) return;
    await this.journal.call('copyPending', rows);
    await writer.call(
      'forgetPending',
      rows.map((row) => row.source),
    );
  }

  async state(): Promise<SliceState> {
    return this.slice === undefined ? EMPTY_STATE : this.slice.writer.call('state', {});
  }

  async setToday(today: number): Promise<void> {
    if (this.slice === undefined) return;
    await Promise.all([
      this.slice.reader.call('setToday', { today }),
      this.slice.checker.call('setToday', { today }),
    ]);
  }

  /** Readers first, then the writers, which fold their logs into the files. */
  async close(): Promise<void> {
    if (this.slice !== undefined) {
      await Promise.all([
        this.slice.reader.call('close', {}),
        this.slice.checker.call('close', {}),
      ]);
      await this.slice.writer.call('close', {});
    }
    await this.journal.call('close', {});
    await this.terminate();
  }

  async terminate(): Promise<void> {
    const all = [
      this.journal,
      ...(this.slice === undefined
        ? []
        : [this.slice.writer, this.slice.reader, this.slice.checker]),
    ];
    await Promise.all(all.map((thread) => thread.terminate()));
  }
}
