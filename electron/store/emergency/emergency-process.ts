import { REVEAL_LIMITS, type RevealLimits } from '../../../shared/domain/policy/reveal-limits';
import { AppError } from '../../../shared/errors/app-error';
import type { Answer } from '../../../shared/ipc/define';
import { HandoverEnd } from '../../crypto/handover';
import { TransportRing } from '../../crypto/transport-ring';
import { queryAudit } from '../journal/query-audit';
import type { OutboxState } from '../outbox-protocol';
import { pageAnswer, servePage } from '../page-port';
import type { ParentChannel } from '../parent-channel';
import type {
  QueryEntry,
  StoreAnswer,
  StoreCallName,
  StoreCalls,
  StoreEvent,
  StorePagePort,
  StoreRequest,
  StoreSession,
  SyncRunEntry,
} from '../protocol';
import { openFields } from '../sealed-fields';
import { putMoves, readMoves } from '../slice/moves';
import { wireError } from '../threads/rpc';
import { Today } from '../today';
import { EmergencyLog } from './log-file';
import type { EmergencyRecord } from './log-record';
import { MemorySlice } from './memory-slice';
import { RevealQuota } from './reveal-quota';

type Handlers = {
  readonly [C in StoreCallName]?: (
    input: StoreCalls[C][0],
  ) => Promise<StoreCalls[C][1]> | StoreCalls[C][1];
};

/** Roles that may read certificate data; nobody else has anything to do here. */
const READING_ROLES: readonly StoreSession['role'][] = ['inspector', 'head', 'approver'];
/** Facts that survive this process: a clock set back must not stretch a lease. */
const KEPT_FACTS: ReadonlySet<string> = new Set(['clock.highest']);

/** The outbox lies in the journal: here nothing of it is known, and nothing can be added. */
const NO_OUTBOX: OutboxState = {
  pending: 0,
  rejected: 0,
  underReview: 0,
  last: null,
  mirror: 'none',
  alarm: null,
  receipt: null,
};

interface Open {
  readonly session: StoreSession;
  readonly slice: MemorySlice;
  readonly log: EmergencyLog;
  readonly facts: Map<string, string>;
  readonly quota: RevealQuota;
  readonly limits: RevealLimits;
  readonly runs: SyncRunEntry[];
}

/**
 * Stands in for the store process where the encrypted engine does not load: the same messages, the
 * slice in memory only, every act in the sealed log before its answer. What would write anything else
 * is refused with EMERGENCY_READ_ONLY.
 */
export class EmergencyProcess {
  private current: Open | undefined;
  private readonly today = new Today(Date.now);
  private readonly handover = new HandoverEnd();

  constructor(private readonly channel: ParentChannel) {}

  start(): void {
    this.channel.onMessage((message, ports) => {
      if (typeof message !== 'object' || message === null) return;
      if ('pagePort' in (message as StorePagePort | StoreRequest)) {
        for (const port of ports) servePage(port, (route, data) => this.answerPage(route, data));
      } else void this.answer(message as StoreRequest);
    });
    this.channel.onEnd(() => process.exit(0));
    this.tell({ event: 'started', point: this.handover.point });
  }

  private tell(event: StoreEvent): void {
    this.channel.postMessage(event);
  }

  private async answer({ id, call, input, sealed }: StoreRequest): Promise<void> {
    let message: StoreAnswer;
    try {
      const handler = this.handlers[call] as ((input: unknown) => unknown) | undefined;
      if (handler === undefined) throw new AppError('EMERGENCY_READ_ONLY', {}, call);
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
        const { slice, session } = this.need();
        if (this.today.turns()) slice.setToday(this.today.day);
        const { answer, log: entry } = await slice.port(route, input);
        // An act that cannot be logged is not answered.
        if (entry !== null) {
          const { userId } = session;
          if (entry.tag !== null) {
            const what = entry.kind === 'reveal' ? 'fragments' : 'numbers';
            this.demandQuota(what, [entry.tag]);
          }
          this.log({ audit: queryAudit(entry, userId), log: { userId, entries: [entry] } });
        }
        return answer;
      },
      (event) => this.tell(event),
    );
  }

  private need(): Open {
    if (this.current === undefined) throw new AppError('LOCKED');
    return this.current;
  }

  private open({
    officeDir,
    keys,
    session,
    rulePack,
    blindKeys,
    blindKeysBefore,
    revealLimits,
  }: StoreCalls['open'][0]): StoreCalls['open'][1] {
    if (this.current !== undefined) throw new AppError('BUSY');
    // Of no use here, and held no longer than it takes to say so.
    for (const key of [keys.journal, keys.journalNext, keys.slice, keys.sliceNext]) key?.fill(0);
    const { emergencyLog, transportPublic } = keys;
    const mayRead = READING_ROLES.includes(session.role);
    if (!mayRead || emergencyLog === undefined || transportPublic === undefined)
      throw new AppError('EMERGENCY_READ_ONLY', {}, `role ${session.role}`);
    const facts = new Map<string, string>();
    const quota = new RevealQuota();
    const log = new EmergencyLog(officeDir, emergencyLog, ({ atMs, fact, log: shown }) => {
      if (fact !== undefined) facts.set(fact.name, fact.value);
      if (shown !== undefined) quota.note(atMs, shown.userId, shown.entries);
    });
    log.open(session.deviceId);
    const slice = new MemorySlice(
      {
        session,
        rulePack,
        blindKeys: [blindKeys, blindKeysBefore].filter((set) => set !== undefined),
        transport: new TransportRing(transportPublic),
        today: this.today.day,
      },
      (phase, done, total) => this.tell({ event: 'load-progressed', phase, done, total }),
    );
    const limits = revealLimits ?? REVEAL_LIMITS;
    this.current = { session, slice, log, facts, quota, limits, runs: [] };
    return slice.state();
  }

  /** Durable when it returns. */
  private log(record: Omit<EmergencyRecord, 'atMs' | 'device'>, atMs = Date.now()): void {
    const { log, session } = this.need();
    log.append({ atMs, device: session.deviceId, ...record });
  }

  /** The hour's measure of what masks hide holds here too. Fails with REVEAL_LIMIT. */
  private demandQuota(what: keyof RevealLimits, wanted: readonly number[]): void {
    const { quota, session, limits } = this.need();
    const over = quota.overdrawn(what, session.userId, limits[what], wanted);
    if (over === null) return;
    const { limit, minutes } = over;
    const { userId: actor } = session;
    this.log({ audit: { kind: 'reveal-refused', actor, payload: { what, limit } } });
    throw new AppError('REVEAL_LIMIT', { limit, minutes });
  }

  private reveal({
    certificateIds,
    isBatch,
    audit,
  }: StoreCalls['revealFetch'][0]): StoreCalls['revealFetch'][1] {
    const { slice, session } = this.need();
    this.demandQuota(isBatch ? 'batch' : 'values', certificateIds);
    const kind: QueryEntry['kind'] = isBatch ? 'reveal-batch' : 'reveal';
    const none = { kind, text: null, tag: null, filter: null, count: 1 };
    const entries = certificateIds.map((subject) => ({ ...none, subject }));
    this.log({ audit, log: { userId: session.userId, entries } });
    return certificateIds.map((id) => slice.sealedOf(id));
  }

  /** Takes what a load or a page left for the journal over into the log. */
  private auditLoads(): void {
    for (const { atMs, kind, actor, payload } of this.need().slice.takePendingAudit()) {
      const audit = { kind, actor, payload: JSON.parse(payload) as Record<string, unknown> };
      this.log({ audit }, atMs);
    }
  }

  private setFact({ name, value }: StoreCalls['factSet'][0]): void {
    if (KEPT_FACTS.has(name)) this.log({ fact: { name, value } });
    else this.need().facts.set(name, value);
  }

  private close(): void {
    this.current?.slice.close();
    this.current?.log.close();
    this.current = undefined;
  }

  private readonly handlers: Handlers = {
    open: (input) => this.open(input),
    close: () => {
      this.close();
      return {};
    },
    state: () => this.need().slice.state(),
    setToday: ({ today }) => {
      this.today.set(today);
      this.current?.slice.setToday(today);
      return {};
    },
    setMarks: async ({ marks }) => {
      await this.current?.slice.setMarks(marks);
      return {};
    },
    setTransport: ({ keys }) => {
      this.need().slice.setTransport(keys.transportPublic);
      return {};
    },
    loadBegin: (input) => this.need().slice.loadBegin(input),
    loadSegment: (input) => this.need().slice.loadSegment(input),
    loadFinish: async (input) => {
      const result = await this.need().slice.loadFinish(input);
      if (!result.isEqual) return result;
      this.auditLoads();
      const rows = Object.values(input.checkpoint.counts).reduce((sum, count) => sum + count, 0);
      this.tell({ event: 'slice-swapped', rows });
      this.tell({ event: 'search-completed' });
      return result;
    },
    loadAbort: () => {
      this.need().slice.loadAbort();
      return {};
    },
    lateSegment: (input) => this.need().slice.lateSegment(input),
    lateFinish: () => this.need().slice.lateFinish(),
    applyPage: async (input) => {
      const answer = await this.need().slice.applyPage(input);
      this.auditLoads();
      return answer;
    },
    repairBegin: () => this.need().slice.repairBegin(),
    repairNodes: (input) => this.need().slice.repair().nodes(input),
    repairLeaves: (input) => this.need().slice.repair().leaves(input),
    repairApply: async (input) => {
      const answer = await this.need().slice.repairApply(input);
      this.auditLoads();
      return answer;
    },
    namesPut: (input) => {
      this.need().slice.namesPut(input);
      this.auditLoads();
      return {};
    },
    movesRead: () => readMoves(this.need().slice.db()),
    movesPut: ({ list }) => {
      putMoves(this.need().slice.db(), list, Date.now());
      this.auditLoads();
      return {};
    },
    namesRead: () => this.need().slice.namesRead(),
    repairEnd: () => {
      this.need().slice.repairEnd();
      return {};
    },
    verify: () => this.need().slice.verify(),
    syncRunAdd: (run) => {
      this.log({ run });
      this.need().runs.unshift(run);
      return {};
    },
    syncRuns: ({ limit }) => this.need().runs.slice(0, limit),
    factGet: ({ name }) => this.need().facts.get(name) ?? null,
    factSet: (input) => {
      this.setFact(input);
      return {};
    },
    outboxOpen: () => NO_OUTBOX,
    outboxState: () => NO_OUTBOX,
    outboxItems: () => [],
    outboxPlainWords: () => [],
    auditAppend: (audit) => {
      this.log({ audit });
      return { seq: 0, hash: '' };
    },
    attachmentsOf: ({ certificateId }) => this.need().slice.attachmentsOf(certificateId),
    revealFetch: (input) => this.reveal(input),
    countFilter: async (input) => ({ count: await this.need().slice.countFilter(input) }),
    portRequest: ({ route, input }) => this.answerPage(route, input),
  };
}
