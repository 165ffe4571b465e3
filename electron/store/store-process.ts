import { ENTITIES, ENTITY_ORDER } from '../../shared/domain/model';
import { AppError } from '../../shared/errors/app-error';
import type { Answer } from '../../shared/ipc/define';
import { boardMakingRoutes } from '../../shared/ipc/routes/board-making';
import { HandoverEnd } from '../crypto/handover';
import { BackupRunner } from './backup/runner';
import { batchStep } from './batch-step';
import { ChangesInFlight } from './changes-in-flight';
import { FirstLoad } from './first-load';
import { pageAnswer, servePage } from './page-port';
import type { ParentChannel } from './parent-channel';
import type {
  StoreAnswer,
  StoreCallName,
  StoreCalls,
  StoreEvent,
  StoreKeys,
  StorePagePort,
  StoreRequest,
  StoreSession,
} from './protocol';
import type { PortOutcome } from './queries/port-routes';
import { rescueHandlers } from './recovery/rescue';
import { openFields } from './sealed-fields';
import type { ThreadProgress } from './threads/calls';
import { wireError } from './threads/rpc';
import { Threads } from './threads/threads';
import { Today } from './today';
import type { WatchAnswer } from './watch-calls';

type StoreHandlers = {
  readonly [C in StoreCallName]: (input: StoreCalls[C][0]) => Promise<StoreCalls[C][1]>;
};

const FORECASTS: ReadonlySet<string> = new Set(['boards.forecast', 'boards.lapse-list']);
/** What a press on a board asks: whatever is done beside it stands still until its figures are drawn. */
const PRESSED = 'boards.query';
const STOP = 'boards.stop';
const STOP_INPUT = boardMakingRoutes[STOP].input;

/** Roles that may read certificate data at all; the three administrators never do, whatever keys came along. */
const READING_ROLES: readonly StoreSession['role'][] = ['inspector', 'head', 'approver'];

/** The store process's main thread: routes calls to the threads and keeps their order; touches no file. */
export class StoreProcess {
  private readonly channel: ParentChannel;
  private readonly threadDir: string;
  private threads: Threads | undefined;
  private readonly changes = new ChangesInFlight();
  private firstLoad: FirstLoad | undefined;
  private checking: Promise<unknown> = Promise.resolve();
  private learning: Promise<void> | undefined;
  private readonly today = new Today(Date.now);
  private readonly backup: BackupRunner;
  private readonly handover = new HandoverEnd();

  constructor(channel: ParentChannel, threadDir: string) {
    this.channel = channel;
    this.threadDir = threadDir;
    this.backup = new BackupRunner(threadDir, {
      onProgress: (progress) => this.tell({ event: 'backup-progressed', ...progress }),
      onEnd: () => process.exit(70),
    });
  }

  start(): void {
    this.channel.onMessage((message, ports) => {
      if (typeof message !== 'object' || message === null) return;
      if ('pagePort' in (message as StorePagePort | StoreRequest)) {
        for (const port of ports) servePage(port, (route, data) => this.answerPage(route, data));
      } else void this.answer(message as StoreRequest);
    });
    this.channel.onEnd(() => void this.end());
    this.tell({ event: 'started', point: this.handover.point });
  }

  private async end(): Promise<void> {
    await this.close().catch(() => undefined);
    process.exit(0);
  }

  private tell(event: StoreEvent): void {
    this.channel.postMessage(event);
  }

  private async answer({ id, call, input, sealed }: StoreRequest): Promise<void> {
    let message: StoreAnswer;
    try {
      const handler = this.handlers[call] as ((input: unknown) => Promise<unknown>) | undefined;
      if (handler === undefined) throw new AppError('INTERNAL', {}, `no call ${call}`);
      const whole = sealed === undefined ? input : openFields(input, sealed, this.handover);
      message = { id, ok: true, data: await handler(whole) };
    } catch (error) {
      message = { id, ok: false, error: wireError(error) };
    }
    this.channel.postMessage(message, call === 'close' ? () => process.exit(0) : undefined);
  }

  private answerPage(route: string, input: unknown): Promise<Answer<unknown>> {
    return pageAnswer(
      async () => {
        const { answer, log } = await this.askReader(route, input);
        const { journal, checker } = this.need().forWriting();
        // The reader has parsed it: what is learned elsewhere ends too.
        if (route === STOP && STOP_INPUT.parse(input).what === 'forecast')
          await checker.call('lapseStop', {});
        // An act must not succeed unlogged: the answer waits for the journal's commit.
        if (log !== null) await journal.call('logQuery', log);
        return answer;
      },
      (event) => this.tell(event),
    );
  }

  private async askReader(route: string, input: unknown): Promise<PortOutcome> {
    const threads = await this.onToday();
    const { exchanges } = threads;
    try {
      // A forecast is learned in the other reader, so that no look-up waits for it.
      if (FORECASTS.has(route)) await this.learnForecast();
      if (route === PRESSED) threads.presses.note();
      const outcome = await threads.forReading().reader.call('port', { route, input });
      if (route === PRESSED) threads.presses.note();
      return outcome;
    } catch (error) {
      if (threads.exchanges === exchanges) throw error;
      // The slice was exchanged under the question: the one that is here now answers it.
      return this.askReader(route, input);
    }
  }

  /** One at a time: whoever asks meanwhile waits for it, and is told where it was called off. */
  private async learnForecast(): Promise<void> {
    while (this.learning !== undefined)
      await this.learning.catch((error: unknown) => {
        // Any other failure is of that one's own state: who waits tries for himself.
        if (error instanceof AppError && error.code === 'CANCELLED') throw error;
      });
    this.learning = this.learnOnce().finally(() => {
      this.learning = undefined;
    });
    await this.learning;
  }

  private async learnOnce(): Promise<void> {
    const { reader, checker } = this.need().forReading();
    const lesson = await reader.call('lapseLesson', {});
    if (lesson === null) return;
    const { key, examples } = lesson;
    const model = await checker.call('lapseLearn', { examples }).catch(async (error: unknown) => {
      await reader.call('lapseTake', { key, model: null });
      throw error;
    });
    await reader.call('lapseTake', { key, model });
  }

  /** New answers about digits are logged one by one before they are told, and withheld beyond the hour's measure. */
  private async watch(input: StoreCalls['watchRead'][0]): Promise<WatchAnswer[]> {
    const { reader, journal } = (await this.onToday()).forReading();
    const answers: WatchAnswer[] = [];
    for (const { standing, log } of await reader.call('watchRead', input)) {
      const isTold =
        log === null ||
        (await journal.call('logQuery', log).then(
          () => true,
          (error: unknown) => {
            if (error instanceof AppError && error.code === 'REVEAL_LIMIT') return false;
            throw error;
          },
        ));
      answers.push(isTold ? standing : 'withheld');
    }
    return answers;
  }

  private need(): Threads {
    if (this.threads === undefined) throw new AppError('LOCKED');
    return this.threads;
  }

  /** The threads with the rules of the present day, whatever day the store was opened on. */
  private async onToday(): Promise<Threads> {
    const threads = this.need();
    await threads.settled();
    if (this.today.turns()) await threads.setToday(this.today.day);
    return threads;
  }

  private needLoad(): FirstLoad {
    if (this.firstLoad === undefined) throw new AppError('INTERNAL', {}, 'no load has begun');
    return this.firstLoad;
  }

  private async open(input: StoreCalls['open'][0]): Promise<StoreCalls['open'][1]> {
    if (this.threads !== undefined) throw new AppError('BUSY');
    const { keys, session } = input;
    const mayRead = READING_ROLES.includes(session.role);
    this.threads = new Threads(this.threadDir, mayRead && keys.slice !== undefined, {
      onProgress: (progress) => this.tell(eventOf(progress)),
      // A thread that died took unknown state with it: the whole process goes, and the parent says so.
      onEnd: () => process.exit(70),
    });
    try {
      const state = await this.threads.open(input, this.today.day, (event) => this.tell(event));
      const { journal, slice } = filesKeys(keys, this.threads.underNext);
      this.backup.learn(journal, mayRead ? slice : null);
      return state;
    } catch (error) {
      await this.threads.terminate();
      this.threads = undefined;
      throw error;
    } finally {
      for (const key of Object.values(keys)) key?.fill(0);
      for (const set of [input.blindKeys, input.blindKeysBefore])
        for (const key of Object.values(set ?? {})) key.fill(0);
    }
  }

  private async lateFinish(): Promise<StoreCalls['lateFinish'][1]> {
    const { writer, checker, reader } = this.need().forWriting();
    await writer.call('lateIndex', {});
    const entities = ENTITY_ORDER.filter((entity) => ENTITIES[entity].isLate);
    const digests = await checker.call('digest', { file: 'live', entities });
    const result = await writer.call('lateSeal', { digests });
    await reader.call('rebuildPeriods', {});
    this.need().rowsChanged();
    return result;
  }

  /** Checks take turns: of two that ran beside each other, the one that began first would speak last. */
  private verify(): Promise<StoreCalls['verify'][1]> {
    const check = async () => {
      const { writer, checker } = this.need().forWriting();
      const checked = await checker.call('verify', {});
      await writer.call('verified', checked);
      return checked.result;
    };
    const checking = this.checking.then(check, check);
    this.checking = checking;
    return checking;
  }

  private async applyPage(input: StoreCalls['applyPage'][0]): Promise<StoreCalls['applyPage'][1]> {
    const threads = this.need();
    const { writer, reader } = threads.forWriting();
    return this.changes.during(async () => {
      const { touched, ...answer } = await writer.call(
        'applyPage',
        input,
        transferable(input.page),
      );
      await Promise.all([threads.copyPendingAudit(), reader.call('refresh', touched)]);
      threads.rowsChanged();
      return answer;
    });
  }

  private async close(): Promise<Record<string, never>> {
    await this.backup.close();
    await this.threads?.close();
    this.threads = undefined;
    return {};
  }

  private readonly handlers: StoreHandlers = {
    ...rescueHandlers(
      () => this.threadDir,
      () => this.threads,
    ),
    open: (input) => this.open(input),
    close: () => this.close(),
    state: () => this.need().state(),
    settledState: async () => {
      const changes = await this.changes.settled();
      return { state: await this.need().state(), changes };
    },
    setToday: async ({ today }) => {
      this.today.set(today);
      await this.threads?.setToday(today);
      return {};
    },
    setMarks: ({ marks }) =>
      this.changes.during(async () => {
        await this.need().setMarks(marks);
        return {};
      }),
    loadBegin: async (input) => {
      this.firstLoad = new FirstLoad(this.need(), (event) => this.tell(event));
      return this.firstLoad.begin(input);
    },
    loadSegment: (input) => {
      const { object, sealed } = input;
      const packed = sealed instanceof Uint8Array ? transferable(sealed) : [];
      return this.needLoad().segment(input, [...transferable(object), ...packed]);
    },
    loadFinish: async (input) => {
      // The file that a backup may be reading is replaced at the end of it.
      const result = await this.needLoad().finish(input, () => this.backup.hold());
      this.firstLoad = undefined;
      return result;
    },
    loadAbort: async () => {
      const load = this.firstLoad ?? new FirstLoad(this.need(), (event) => this.tell(event));
      this.firstLoad = undefined;
      return load.abort();
    },
    lateSegment: (input) =>
      this.need().forWriting().writer.call('lateSegment', input, transferable(input.object)),
    lateFinish: () => this.lateFinish(),
    applyPage: (input) => this.applyPage(input),
    repairBegin: async () => {
      const { writer, checker } = this.need().forReading();
      const digests = await checker.call('digest', { file: 'live', entities: ENTITY_ORDER });
      return writer.call('repairBegin', { digests });
    },
    repairNodes: (input) => this.need().forReading().writer.call('repairNodes', input),
    repairLeaves: (input) => this.need().forReading().writer.call('repairLeaves', input),
    repairApply: async (input) => {
      const threads = this.need();
      const { writer, reader } = threads.forReading();
      return this.changes.during(async () => {
        const { touched, rows } = await writer.call('repairApply', input);
        await Promise.all([threads.copyPendingAudit(), reader.call('refresh', touched)]);
        threads.rowsChanged();
        return { rows };
      });
    },
    deepRead: (input) => this.need().forReading().checker.call('deepRead', input),
    deepWrite: (input) =>
      this.changes.during(async () => {
        const { writer, reader } = this.need().forReading();
        const answer = await writer.call('deepWrite', input);
        // Answers that were kept were made with other tags.
        await reader.call('refresh', { certificates: [], companies: [], names: [] });
        return answer;
      }),
    deepNames: (input) => this.need().forReading().checker.call('deepNames', input),
    deepNamesWrite: (input) =>
      this.changes.during(async () => {
        const { writer, reader } = this.need().forReading();
        const { written, certificates } = await writer.call('deepNamesWrite', input);
        await reader.call('rebuildNames', {});
        await reader.call('refresh', { certificates, companies: [], names: [] });
        return { written };
      }),
    deepStructure: () => this.need().forReading().checker.call('deepStructure', {}),
    deepStructureWrite: (input) =>
      this.changes.during(async () => {
        const { writer, reader } = this.need().forReading();
        await writer.call('deepStructureWrite', input);
        // Answers that were kept were found by other indexes, and a name may have another number.
        await reader.call('rebuildNames', {});
        await reader.call('refresh', { certificates: [], companies: [], names: [] });
        if (input.falseColumns > 0) await this.need().rebuildColumns();
        return {};
      }),
    deepFound: (input) => this.need().forReading().writer.call('deepFound', input),
    namesPut: async (input) => {
      const threads = this.need();
      const { writer, reader } = threads.forReading();
      return this.changes.during(async () => {
        await writer.call('namesPut', input);
        // Answers that were kept have the former names.
        const nothing = { certificates: [], companies: [], names: [] };
        await Promise.all([threads.copyPendingAudit(), reader.call('refresh', nothing)]);
        return {};
      });
    },
    movesRead: () => this.need().forReading().writer.call('movesRead', {}),
    movesPut: async (input) => {
      const threads = this.need();
      const { writer, reader } = threads.forReading();
      await writer.call('movesPut', input);
      const nothing = { certificates: [], companies: [], names: [] };
      await Promise.all([threads.copyPendingAudit(), reader.call('refresh', nothing)]);
      return {};
    },
    namesRead: () => this.need().forReading().writer.call('namesRead', {}),
    repairEnd: () => this.need().forWriting().writer.call('repairEnd', {}),
    verify: () => this.verify(),
    syncRunAdd: (input) => this.need().journal.call('syncRunAdd', input),
    syncRuns: (input) => this.need().journal.call('syncRuns', input),
    factGet: (input) => this.need().journal.call('factGet', input),
    factSet: (input) => this.need().journal.call('factSet', input),
    outboxOpen: (input) => this.need().journal.call('outboxOpen', input),
    batchJudge: async (input) =>
      (await this.onToday()).forReading().checker.call('batchJudge', input),
    scanJudge: async (input) => (await this.onToday()).forReading().reader.call('scanJudge', input),
    batchStanding: async (input) =>
      (await this.onToday()).forReading().checker.call('batchStanding', input),
    batchStep: async (input) => batchStep((await this.onToday()).forReading(), input),
    batchKeep: (input) => this.need().journal.call('batchKeep', input),
    batchEnd: (input) => this.need().journal.call('batchEnd', input),
    batchList: (input) => this.need().journal.call('batchList', input),
    batchRows: (input) => this.need().journal.call('batchRows', input),
    batchStatuses: (input) => this.need().journal.call('batchStatuses', input),
    batchRemove: (input) => this.need().journal.call('batchRemove', input),
    retentionPurge: (input) => this.need().forWriting().journal.call('retentionPurge', input),
    retentionPreview: (input) => this.need().forWriting().journal.call('retentionPreview', input),
    outboxState: () => this.need().journal.call('outboxState', {}),
    outboxAppend: (input) => this.need().journal.call('outboxAppend', input),
    outboxAdopt: (input) => this.need().journal.call('outboxAdopt', input),
    outboxItems: (input) => this.need().journal.call('outboxItems', input),
    outboxPlainWords: (input) => this.need().journal.call('outboxPlainWords', input),
    outboxSealWords: (input) => this.need().journal.call('outboxSealWords', input),
    outboxUnderReview: (input) => this.need().journal.call('outboxUnderReview', input),
    outboxDecided: (input) => this.need().journal.call('outboxDecided', input),
    outboxSent: (input) => this.need().journal.call('outboxSent', input),
    historyList: (input) => this.need().journal.call('historyList', input),
    historyClear: (input) => this.need().journal.call('historyClear', input),
    watchRead: (input) => this.watch(input),
    savedList: (input) => this.need().journal.call('savedList', input),
    savedTake: (input) => this.need().journal.call('savedTake', input),
    auditUplink: () => this.need().journal.call('auditUplink', {}),
    auditHeaders: (input) => this.need().journal.call('auditHeaders', input),
    outboxDismiss: (input) => this.need().journal.call('outboxDismiss', input),
    outboxPending: (input) => this.need().journal.call('outboxPending', input),
    outboxVerdicts: (input) => this.need().journal.call('outboxVerdicts', input),
    auditAppend: (input) => this.need().journal.call('append', input),
    auditImport: (input) => this.need().journal.call('importActs', input),
    auditPage: (input) => this.need().journal.call('auditPage', input),
    auditWalk: async (input) =>
      this.need()
        .journal.call('auditWalk', input)
        .finally(() => input.key?.fill(0)),
    auditLines: (input) => this.need().journal.call('auditLines', input),
    alertScan: (input) => this.need().journal.call('alertScan', input),
    auditVerify: () => this.need().journal.call('verifyAudit', {}),
    revealFetch: async (input) => {
      const { journal, checker } = (await this.onToday()).forReading();
      await journal.call('admitReveal', input);
      return checker.call('revealFetch', { certificateIds: input.certificateIds });
    },
    revealAdmit: (input) => this.need().journal.call('admitReveal', input),
    attachmentsOf: async (input) =>
      (await this.onToday()).forReading().reader.call('attachmentsOf', input),
    attachmentsNamed: (input) => this.need().forReading().checker.call('attachmentsNamed', input),
    attachmentsWanted: async (input) => {
      const { journal, checker } = (await this.onToday()).forReading();
      const first = await journal.call('interests', { limit: input.limit });
      return checker.call('attachmentsWanted', { ...input, first });
    },
    resealRead: async (input) =>
      (await this.onToday()).forReading().checker.call('resealRead', input),
    resealWrite: (input) => this.need().forReading().writer.call('resealWrite', input),
    setBlindKeys: async ({ blindKeys, blindKeysBefore }) => {
      const sets = [blindKeys, blindKeysBefore].filter((set) => set !== undefined);
      await this.need().setBlindKeys(sets);
      for (const set of sets) for (const key of Object.values(set)) key.fill(0);
      return {};
    },
    rekey: async ({ file, nextKey: next }) => {
      const threads = this.need();
      // A backup's connection moves pages of its own accord, and holds the file.
      const release = await this.backup.hold();
      try {
        const done =
          file === 'slice'
            ? await threads.rekeySlice(next)
            : await threads.journal.call('rekey', { next });
        this.backup.relearn({ [file]: next });
        return done;
      } finally {
        release();
        next.fill(0);
      }
    },
    rekeyStop: async () => {
      await this.need().rekeyStop();
      return {};
    },
    setTransport: async ({ keys: { transportPublic } }) => {
      await this.need().forWriting().writer.call('setTransport', { transportPublic });
      transportPublic.fill(0);
      return {};
    },
    countFilter: async (input) =>
      (await this.onToday()).forReading().reader.call('countFilter', input),
    statisticsCount: async (input) =>
      (await this.onToday()).forReading().reader.call('statisticsCount', input),
    statisticsLedger: () => this.need().journal.call('statisticsLedger', {}),
    statisticsCharge: (input) => this.need().journal.call('statisticsCharge', input),
    exportOpen: async (input) =>
      (await this.onToday()).forReading().checker.call('exportOpen', input),
    exportRows: (input) => this.need().forReading().checker.call('exportRows', input),
    exportClose: (input) => this.need().forReading().checker.call('exportClose', input),
    ledgerAdd: (input) => this.need().journal.call('ledgerAdd', input),
    ticketHold: (input) => this.need().journal.call('ticketHold', input),
    ticketSettle: (input) => this.need().journal.call('ticketSettle', input),
    ticketUses: () => this.need().journal.call('ticketUses', {}),
    ledgerList: (input) => this.need().journal.call('ledgerList', input),
    ledgerMonthCount: (input) => this.need().journal.call('ledgerMonthCount', input),
    portRequest: ({ route, input }) => this.answerPage(route, input),
    backupRun: (input) => this.backup.run(input),
    backupVerify: (input) => this.backup.verify(input),
    backupPrune: (input) => this.backup.prune(input),
    checkPages: (input) => this.backup.check(input),
    backupCancel: () => this.backup.cancel(),
    restoreCompare: (input) => this.backup.compare(input),
    restoreFill: (input) => this.backup.fill(input),
  };
}

/** The keys that the files are under at this moment of a rotation, not copied. */
function filesKeys(
  { journal, journalNext, slice, sliceNext }: StoreKeys,
  underNext: Threads['underNext'],
): { readonly journal: Uint8Array; readonly slice: Uint8Array | null } {
  return {
    journal: underNext.journal ? (journalNext ?? journal) : journal,
    slice: (underNext.slice ? sliceNext : slice) ?? null,
  };
}

/** What a thread's progress is to the parent. */
function eventOf({ phase, done, total }: ThreadProgress['progress']): StoreEvent {
  if (phase === 'rekey-journal') return { event: 'rekey-progressed', file: 'journal', done, total };
  if (phase === 'rekey-slice') return { event: 'rekey-progressed', file: 'slice', done, total };
  if (phase === 'upgrading') return { event: 'upgrade-progressed', done, total };
  return { event: 'load-progressed', phase, done, total };
}

/** The buffer behind bytes that fill it whole: moved to the thread instead of copied. */
function transferable(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}
