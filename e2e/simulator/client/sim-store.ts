import type { TransportRing } from '../../../electron/crypto/transport-ring';
import type { StoreCaller } from '../../../electron/main/clients/store-client';
import { appendAudit, headersAfter } from '../../../electron/store/journal/audit';
import { auditUplink } from '../../../electron/store/journal/audit-uplink';
import { underReview } from '../../../electron/store/journal/decided';
import { Outbox } from '../../../electron/store/journal/outbox';
import { plainWords, sealPlainWords } from '../../../electron/store/journal/plain-words';
import type {
  StoreCallName,
  StoreCalls,
  StoreEvent,
  SyncRunEntry,
} from '../../../electron/store/protocol';
import { digestEntities, verifySlice } from '../../../electron/store/queries/verify';
import { checkBasis } from '../../../electron/store/slice/check-basis';
import { EMPTY_STATE } from '../../../electron/store/slice/empty-state';
import { SliceFill } from '../../../electron/store/slice/fill';
import { LiveSlice } from '../../../electron/store/slice/live-slice';
import type { SliceRepair } from '../../../electron/store/slice/repair';
import { FACTS, writeFact } from '../../../electron/store/slice/state';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { world } from '../world/world';
import { newFile, type SimDisk } from './sim-disk';

type Handlers = {
  readonly [C in StoreCallName]?: (
    input: StoreCalls[C][0],
  ) => Promise<StoreCalls[C][1]> | StoreCalls[C][1];
};

const MOST_MS = 25;
const ASKING: ReadonlySet<StoreCallName> = new Set<StoreCallName>([
  'state',
  'syncRuns',
  'factGet',
  'outboxState',
  'outboxPending',
  'auditUplink',
]);

/**
 * The store of a simulated machine: the real code of slice and outbox over files in memory, one call after
 * another. A program that ends leaves what was committed on its disk.
 */
export class SimStore implements StoreCaller {
  private live: LiveSlice | null;
  private fill: SliceFill | null = null;
  private repairing: SliceRepair | null = null;
  private readonly outbox: Outbox;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly runs: SyncRunEntry[] = [];
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  /** Grows with everything that may have changed the slice. */
  version = 0;
  /** How often a writing call finds no room, from 0 to 1. */
  diskFull = 0;

  constructor(
    private readonly disk: SimDisk,
    private readonly device: string,
    private readonly transport: TransportRing,
  ) {
    this.live = disk.slice === null ? null : new LiveSlice(disk.slice);
    this.outbox = new Outbox(() => disk.journal, device);
  }

  async call<C extends StoreCallName>(call: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]> {
    const handler = this.handlers[call] as
      | ((input: StoreCalls[C][0]) => Promise<StoreCalls[C][1]> | StoreCalls[C][1])
      | undefined;
    if (handler === undefined)
      throw new AppError('INTERNAL', {}, `the simulated store knows no ${call}`);
    // What only asks is asked at once: that its answer comes late disturbs as much.
    if (!ASKING.has(call)) await world().sleep(world().chance.between(0, MOST_MS));
    const done = this.turn.then(() => handler(input));
    this.turn = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      await world().sleep(world().chance.between(0, MOST_MS));
    }
  }

  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** What the slice says of itself now, for the oracle: no call, no time. */
  stateNow(): StoreCalls['state'][1] {
    return this.live?.state() ?? EMPTY_STATE;
  }

  /** The slice's rows, for the oracle. */
  get sliceFile() {
    return this.disk.slice;
  }

  private needLive(): LiveSlice {
    if (this.live === null) throw new AppError('SLICE_EMPTY');
    return this.live;
  }

  private needFill(): SliceFill {
    if (this.fill === null) throw new AppError('INTERNAL', {}, 'no load has begun');
    return this.fill;
  }

  private needRepair(): SliceRepair {
    if (this.repairing === null) throw new AppError('INTERNAL', {}, 'no repair has begun');
    return this.repairing;
  }

  private demandRoom(): void {
    if (world().chance.isHit(this.diskFull)) throw new AppError('DISK_FULL', { neededMb: 1 });
  }

  private loadBegin(identity: StoreCalls['loadBegin'][0]): StoreCalls['loadBegin'][1] {
    const { disk } = this;
    if (disk.loading === null || canonicalJson(disk.loading.identity) !== canonicalJson(identity)) {
      disk.loading?.db.close();
      const db = newFile('slice');
      writeFact(db, FACTS.load, identity);
      disk.loading = { db, identity };
    }
    this.fill = new SliceFill(disk.loading.db, this.transport, identity);
    return { appliedSegments: this.fill.appliedSegments() };
  }

  private async loadFinish(
    input: StoreCalls['loadFinish'][0],
  ): Promise<StoreCalls['loadFinish'][1]> {
    const fill = this.needFill();
    const { db } = fill;
    fill.makeIndexes(input.withLate, () => undefined);
    const digests = await digestEntities(db, ENTITY_ORDER, () => undefined);
    const { isEqual, root } = fill.seal({ ...input, digests });
    if (!isEqual) return { isEqual, root };
    const former = this.disk.slice;
    this.disk.slice = db;
    this.disk.loading = null;
    this.fill = null;
    this.repairing = null;
    this.live = new LiveSlice(db);
    this.version++;
    former?.close();
    this.copyAudit();
    await this.live.completeSearch();
    return { isEqual, root };
  }

  /** Acts of loads and pages go into the journal's chain, each once. */
  private copyAudit(): void {
    const live = this.needLive();
    const rows = live.pendingAudit();
    for (const { source, atMs, kind, actor, payload } of rows) {
      const input = { kind, actor, payload: JSON.parse(payload) as Record<string, unknown> };
      appendAudit(this.disk.journal, this.device, input, atMs, source);
    }
    live.forgetPending(rows.map(({ source }) => source));
  }

  private readonly handlers: Handlers = {
    state: () => this.stateNow(),
    loadBegin: (input) => this.loadBegin(input),
    loadSegment: ({ object, sha256, sealed }) => {
      this.demandRoom();
      return { rows: this.needFill().addSegment(object, sha256, sealed).rows };
    },
    loadFinish: (input) => this.loadFinish(input),
    loadAbort: () => {
      this.disk.loading?.db.close();
      this.disk.loading = null;
      this.fill = null;
      return {};
    },
    lateSegment: async ({ sha256, object }) => {
      this.demandRoom();
      this.version++;
      const rows = await this.needLive().lateSegment(sha256, object, this.transport);
      this.version++;
      return { rows };
    },
    lateFinish: async () => {
      const live = this.needLive();
      await live.lateIndex(() => undefined);
      const late = ENTITY_ORDER.filter((entity) => ENTITIES[entity].isLate);
      const digests = await digestEntities(live.db, late, () => undefined);
      this.version++;
      return live.lateSeal(digests);
    },
    applyPage: (input) => {
      this.demandRoom();
      this.version++;
      const { touched: _touched, ...answer } = this.needLive().applyPage(input, this.transport);
      this.copyAudit();
      return answer;
    },
    verify: async () => {
      const live = this.needLive();
      const basis = checkBasis(live.db);
      const result = await verifySlice(live.db, () => undefined);
      live.verified({ result, basis });
      this.version++;
      return result;
    },
    repairBegin: async () => {
      const live = this.needLive();
      this.repairing = live.repair(await digestEntities(live.db, ENTITY_ORDER, () => undefined));
      return this.repairing.begin();
    },
    repairNodes: (input) => this.needRepair().nodes(input),
    repairLeaves: (input) => this.needRepair().leaves(input),
    repairApply: (input) => {
      this.demandRoom();
      this.version++;
      const { rows } = this.needRepair().apply(input, this.transport);
      this.copyAudit();
      return { rows };
    },
    repairEnd: () => {
      this.repairing = null;
      return {};
    },
    syncRunAdd: (run) => {
      this.runs.unshift(run);
      return {};
    },
    syncRuns: ({ limit }) => this.runs.slice(0, limit),
    // Where the outbox keeps its own too: a fact becomes true with the command that it is about.
    factGet: ({ name }) => {
      const query = { text: 'select value from fact where name = ?', values: [name] };
      const value = this.disk.journal.value(query);
      return value === undefined ? null : String(value);
    },
    factSet: ({ name, value }) => {
      const text = 'insert or replace into fact (name, value) values (?, ?)';
      this.disk.journal.run({ text, values: [name, value] });
      return {};
    },
    outboxOpen: ({ mirrorPath, signKey }) => this.outbox.open(mirrorPath, signKey),
    outboxState: () => this.outbox.state(),
    outboxAppend: (input) => {
      this.demandRoom();
      return this.outbox.append(input);
    },
    outboxAdopt: (input) => this.outbox.takeBack(input),
    outboxPlainWords: () => plainWords(this.disk.journal),
    outboxSealWords: ({ rows }) => {
      sealPlainWords(this.disk.journal, rows);
      return {};
    },
    outboxUnderReview: ({ limit }) => underReview(this.disk.journal, limit),
    outboxDecided: ({ verdicts }) => this.outbox.takeDecisions(verdicts),
    auditUplink: () => auditUplink(this.disk.journal),
    auditHeaders: ({ after, limit }) => headersAfter(this.disk.journal, after, limit),
    outboxPending: ({ from, limit }) => this.outbox.pending(from, limit),
    outboxVerdicts: ({ verdicts, receipt }) => this.outbox.keepVerdicts(verdicts, receipt),
  };
}
