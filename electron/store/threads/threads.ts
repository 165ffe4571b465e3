import { join } from 'node:path';
import type { Mark } from '../../../shared/domain/marks/marks';
import { REVEAL_LIMITS } from '../../../shared/domain/policy/reveal-limits';
import { AppError, type ErrorCode } from '../../../shared/errors/app-error';
import { Presses } from '../../platform/press-pass';
import type { BlindKeySet, SliceState, StoreCalls, StoreEvent } from '../protocol';
import type { SliceFault } from '../recovery/calls';
import { EMPTY_STATE } from '../slice/empty-state';
import { SLICE_FILE } from '../slice/slice-writer';
import { storeError } from '../sqlcipher-error';
import type { JournalCalls, ReaderCalls, ThreadProgress, WriterCalls } from './calls';
import { ColumnsSaver } from './columns-saver';
import { Thread } from './thread';

/** Fact of the journal: a slice was here. */
const HELD_FACT = 'slice.held';
/** Faults of the slice with which the journal opens all the same. */
const SLICE_FAULTS: readonly ErrorCode[] = [
  'STORE_CORRUPT',
  'STORE_MISSING',
  'STORE_KEY_WRONG',
  'STORE_FROM_FUTURE',
  'STORE_UPGRADE_FAILED',
  'STORE_IO',
];

function sliceFault(error: unknown): SliceFault | undefined {
  const thrown = storeError(error, SLICE_FILE);
  if (!(thrown instanceof AppError) || !SLICE_FAULTS.includes(thrown.code)) return undefined;
  const { code, params, detail = '' } = thrown;
  return { code, file: SLICE_FILE, params, detail };
}

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
  /** The journal has the fact: it is not asked while look-ups wait for an exchange. */
  private isHeldNoted = false;
  /** Files that were found under the key that is to replace the present one. */
  readonly underNext = { journal: false, slice: false };
  /** When somebody pressed something on a board. */
  readonly presses = new Presses();
  private fault: SliceFault | undefined;
  private completing: Promise<void> = Promise.resolve();
  private swapping: Promise<unknown> = Promise.resolve();
  /** How often another file took the slice's place: a question under which that happened is asked again. */
  exchanges = 0;
  private readonly saver: ColumnsSaver | undefined;

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
          writer: new Thread<WriterCalls>(writerFile, 'slice', hooks, this.presses.shared),
          reader: new Thread<ReaderCalls>(readerFile, 'reader', hooks, this.presses.shared),
          checker: new Thread<ReaderCalls>(readerFile, 'checker', hooks, this.presses.shared),
        }
      : undefined;
    this.saver = this.slice && new ColumnsSaver(this.slice.checker);
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
    const opened = await this.journal.call('open', {
      officeDir,
      key: keys.journal,
      keyNext: keys.journalNext ?? null,
      sliceKeys:
        this.slice === undefined
          ? []
          : [keys.slice, keys.sliceNext].filter((one) => one !== undefined),
      session,
      create,
      firstAuditKey: keys.firstAuditKey ?? null,
      revealLimits: input.revealLimits ?? REVEAL_LIMITS,
    });
    this.underNext.journal = opened.isUnderNext;
    if (this.slice === undefined || keys.slice === undefined) {
      await this.journal.call('settle', {});
      return EMPTY_STATE;
    }
    const { reader, checker } = this.slice;
    const setup = {
      officeDir,
      key: keys.slice,
      keyNext: keys.sliceNext ?? null,
      session,
      rulePack,
      blindKeys: [input.blindKeys, input.blindKeysBefore].filter((set) => set !== undefined),
      today,
    };
    await Promise.all([reader.call('setup', setup), checker.call('setup', setup)]);
    try {
      return await this.openSlice(input, keys.slice, tell);
    } catch (error) {
      this.fault = sliceFault(error);
      if (this.fault === undefined) throw error;
      await this.settleWithout(error);
      await this.closeReaders();
      await this.slice.writer.call('dropLive', {});
      return { ...EMPTY_STATE, fault: this.fault };
    }
  }

  /**
   * Only the journal opened. Where the slice could not be brought forward and the journal was, it goes back too: otherwise
   * the former program, which the person is told to go on with, would open neither.
   */
  private async settleWithout(error: unknown): Promise<void> {
    if (this.fault?.code === 'STORE_UPGRADE_FAILED') {
      const { wasUpgraded } = await this.journal.call('takeBack', {});
      if (wasUpgraded) throw error;
    }
    await this.journal.call('settle', {});
  }

  private async openSlice(
    input: StoreCalls['open'][0],
    key: Uint8Array,
    tell: (event: StoreEvent) => void,
  ): Promise<SliceState> {
    const { writer } = this.forWriting();
    const { state, isSearchComplete, isUnderNext } = await writer.call('open', {
      officeDir: input.officeDir,
      key,
      keyNext: input.keys.sliceNext ?? null,
      transportPublic: input.keys.transportPublic ?? null,
      isDamaged: input.isSliceDamaged ?? false,
    });
    this.underNext.slice = isUnderNext;
    // The journal first: while it is not settled, a former program still takes both back.
    await this.journal.call('settle', {});
    await writer.call('settle', {});
    if (!state.hasSlice) {
      if (await this.hadSlice()) throw new AppError('STORE_MISSING', { file: SLICE_FILE });
      return state;
    }
    await this.openReaders();
    // Rows that a slice transaction left before the journal had them.
    await this.copyPendingAudit();
    if (!isSearchComplete) void this.completeSearch(tell);
    return state;
  }

  /** `isPrepared`: the reader has read into memory what searches of this file need. */
  async openReaders(isPrepared = false): Promise<void> {
    const { reader, checker } = this.forWriting();
    await Promise.all([
      reader.call('openSlice', { warm: true, isPrepared }),
      checker.call('openSlice', { warm: false, isPrepared: false }),
    ]);
    this.hasSlice = true;
    this.fault = undefined;
    this.saver?.later();
    if (this.isHeldNoted) return;
    if (!(await this.hadSlice()))
      await this.journal.call('factSet', { name: HELD_FACT, value: 'yes' });
    this.isHeldNoted = true;
  }

  /** Whether there was a slice before, so that its absence is a loss to be told. */
  private async hadSlice(): Promise<boolean> {
    return (await this.journal.call('factGet', { name: HELD_FACT })) === 'yes';
  }

  /** The slice was set aside, or its absence is known: the next one may be loaded. */
  async forgetSlice(): Promise<void> {
    this.fault = undefined;
    this.isHeldNoted = false;
    await this.journal.call('factSet', { name: HELD_FACT, value: 'no' });
  }

  get hasOpenSlice(): boolean {
    return this.hasSlice;
  }

  /** Rows of the slice changed: saved columns are to follow. */
  rowsChanged(): void {
    this.saver?.later();
  }

  /** Saved columns said other things than the rows: they go, and so does what was read from them. */
  async rebuildColumns(): Promise<void> {
    const { reader, checker } = this.forWriting();
    await checker.call('columnsForget', {});
    await reader.call('rebuild', {});
    this.saver?.later();
  }

  async closeReaders(): Promise<void> {
    const { reader, checker } = this.forWriting();
    this.saver?.end();
    this.hasSlice = false;
    await Promise.all([reader.call('closeSlice', {}), checker.call('closeSlice', {})]);
  }

  /** Makes what search by pinyin and fragments needs; never fails the act that led to it. */
  completeSearch(tell: (event: StoreEvent) => void): Promise<void> {
    this.completing = this.makeComplete(tell);
    return this.completing;
  }

  private async makeComplete(tell: (event: StoreEvent) => void): Promise<void> {
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

  /**
   * Has another file put in the slice's place, which nobody has open meanwhile: questions wait for that moment.
   * `isPrepared`: the reader has read into memory what searches of that file need.
   */
  async exchange(act: () => Promise<void>, isPrepared = false): Promise<void> {
    const exchanged = this.exchangeNow(act, isPrepared);
    this.swapping = exchanged.catch(() => undefined);
    await exchanged;
  }

  private async exchangeNow(act: () => Promise<void>, isPrepared: boolean): Promise<void> {
    const { writer } = this.forWriting();
    this.exchanges++;
    await this.closeReaders();
    try {
      await act();
    } catch (error) {
      // Where the file could not be moved, the former slice is in use as before.
      if ((await writer.call('state', {})).hasSlice) await this.openReaders();
      throw error;
    }
    await this.openReaders(isPrepared);
  }

  /** Resolves when no search is just being completed. */
  async completed(): Promise<void> {
    await this.completing;
  }

  /** Resolves when the slice is not just being exchanged. */
  async settled(): Promise<void> {
    await this.swapping;
  }

  async setBlindKeys(sets: readonly BlindKeySet[]): Promise<void> {
    const { reader, checker } = this.forWriting();
    await Promise.all([
      reader.call('setBlindKeys', { sets }),
      checker.call('setBlindKeys', { sets }),
    ]);
  }

  /** Puts the slice under its next key. Look-ups are answered meanwhile and wait for the moment of the exchange only. */
  async rekeySlice(next: Uint8Array): Promise<StoreCalls['rekey'][1]> {
    const { writer, reader, checker } = this.forWriting();
    await this.completing;
    await this.journal.call('wordKey', { next });
    const prepared = await writer.call('rekeyPrepare', { next });
    await Promise.all([reader.call('setNextKey', { next }), checker.call('setNextKey', { next })]);
    if (!prepared.wasNeeded) return prepared;
    await this.exchange(async () => {
      await writer.call('rekeySwap', {});
    });
    // They are under the former key.
    await checker.call('columnsForget', {});
    await writer.call('rekeyErase', {});
    return prepared;
  }

  async rekeyStop(): Promise<void> {
    await Promise.all([
      this.journal.call('rekeyStop', {}),
      this.slice?.writer.call('rekeyStop', {}),
    ]);
  }

  async state(): Promise<SliceState> {
    if (this.slice === undefined) return EMPTY_STATE;
    const state = await this.slice.writer.call('state', {});
    return this.fault === undefined ? state : { ...state, fault: this.fault };
  }

  async setToday(today: number): Promise<void> {
    if (this.slice === undefined) return;
    await Promise.all([
      this.slice.reader.call('setToday', { today }),
      this.slice.checker.call('setToday', { today }),
    ]);
  }

  async setMarks(marks: readonly Mark[]): Promise<void> {
    if (this.slice === undefined) return;
    await Promise.all([
      this.slice.reader.call('setMarks', { marks }),
      this.slice.checker.call('setMarks', { marks }),
    ]);
  }

  /** Readers first, then the writers, which fold their logs into the files. */
  async close(): Promise<void> {
    try {
      if (this.slice !== undefined) {
        await Promise.all([
          this.slice.reader.call('close', {}),
          this.slice.checker.call('close', {}),
        ]);
        await this.slice.writer.call('close', {});
      }
    } finally {
      // A full disk under the one file must not keep the other from being closed.
      await this.journal.call('close', {}).finally(() => this.terminate());
    }
  }

  async terminate(): Promise<void> {
    this.saver?.end();
    const all = [
      this.journal,
      ...(this.slice === undefined
        ? []
        : [this.slice.writer, this.slice.reader, this.slice.checker]),
    ];
    await Promise.all(all.map((thread) => thread.terminate()));
  }
}
