import { EMPTY_MARKS, type Mark, MarkIndex } from '../../../shared/domain/marks/marks';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import { AppError } from '../../../shared/errors/app-error';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import type { TransportRing } from '../../crypto/transport-ring';
import type { AttachmentsOf } from '../attachment-calls';
import { WritableDb } from '../database';
import { migrate } from '../migrations/run';
import type {
  BlindKeySet,
  SealedRecord,
  SliceState,
  StoreCalls,
  StoreSession,
  VerifyResult,
} from '../protocol';
import { readAttachments } from '../queries/attachments';
import type { Desk } from '../queries/desk';
import type { Rules } from '../queries/items';
import { answerPort, type PortOutcome } from '../queries/port-routes';
import { readSealed } from '../queries/reveal';
import { Search } from '../queries/search';
import { digestEntities, verifySlice } from '../queries/verify';
import { Warm } from '../queries/warm';
import { checkBasis } from '../slice/check-basis';
import { EMPTY_STATE } from '../slice/empty-state';
import { SliceFill } from '../slice/fill';
import { LiveSlice } from '../slice/live-slice';
import { readReference } from '../slice/reference-names';
import type { SliceRepair } from '../slice/repair';
import { FACTS, writeFact } from '../slice/state';
import { WasmConnection } from './wasm-connection';

type Tell = (phase: 'indexing' | 'verifying', done: number, total: number) => void;

interface Open {
  readonly live: LiveSlice;
  readonly warm: Warm;
}

export interface MemorySliceSetup {
  readonly session: StoreSession;
  readonly rulePack: unknown;
  /** Newest first. */
  readonly blindKeys: readonly BlindKeySet[];
  readonly transport: TransportRing;
  readonly today: number;
}

/**
 * The slice in memory: filled, proven and brought up to date by the same code as the encrypted file,
 * asked by the same queries. One connection and one thread, so its acts take turns.
 */
export class MemorySlice {
  private readonly setup: MemorySliceSetup;
  private readonly tell: Tell;
  private readonly search: Search;
  private rules: Rules;
  private fill: SliceFill | undefined;
  private slice: Open | undefined;
  private repairing: SliceRepair | undefined;
  private version = 0;
  private turn: Promise<unknown> = Promise.resolve();

  /** Fails with RULE_PACK_REFUSED when the rule pack does not parse. */
  constructor(setup: MemorySliceSetup, tell: Tell) {
    const pack = parseRulePack(setup.rulePack);
    if (!pack.ok) throw new AppError('RULE_PACK_REFUSED', { pack: '' });
    this.setup = setup;
    this.tell = tell;
    const cutoffs = statusCutoffs(pack.value, setup.today);
    this.rules = { pack: pack.value, cutoffs, marks: EMPTY_MARKS };
    const own = this;
    // A live view: rules, slice and version change under the search.
    this.search = new Search({
      get db() {
        return own.need().live.db;
      },
      get warm() {
        return own.need().warm;
      },
      session: setup.session,
      scopes: setup.session.regions,
      get rules() {
        return own.rules;
      },
      blindKeys: setup.blindKeys,
      get version() {
        return own.version;
      },
    });
  }

  private need(): Open {
    if (this.slice === undefined) throw new AppError('SLICE_EMPTY');
    return this.slice;
  }

  private needFill(): SliceFill {
    if (this.fill === undefined) throw new AppError('INTERNAL', {}, 'no load has begun');
    return this.fill;
  }

  private desk(): Desk {
    const { live, warm } = this.need();
    const { session, blindKeys } = this.setup;
    const { rules, version } = this;
    return { db: live.db, warm, session, scopes: session.regions, rules, blindKeys, version };
  }

  private inTurn<T>(act: () => Promise<T> | T): Promise<T> {
    const done = this.turn.then(act);
    this.turn = done.catch(() => undefined);
    return done;
  }

  state(): SliceState {
    return this.slice?.live.state() ?? EMPTY_STATE;
  }

  namesPut(input: StoreCalls['namesPut'][0]): void {
    this.need().live.namesPut(input);
    this.version++;
  }

  /** The open slice. Fails with SLICE_EMPTY. */
  db(): WritableDb {
    return this.need().live.db;
  }

  namesRead(): StoreCalls['namesRead'][1] {
    return this.slice === undefined ? null : readReference(this.slice.live.db);
  }

  setToday(today: number): void {
    this.rules = { ...this.rules, cutoffs: statusCutoffs(this.rules.pack, today) };
    this.version++;
  }

  async setMarks(marks: readonly Mark[]): Promise<void> {
    this.rules = { ...this.rules, marks: new MarkIndex(marks) };
    this.version++;
    await this.slice?.warm.setMarks(this.rules.marks);
    this.version++;
  }

  setTransport(packed: Uint8Array): void {
    this.setup.transport.replace(packed);
  }

  loadBegin(identity: StoreCalls['loadBegin'][0]): StoreCalls['loadBegin'][1] {
    this.fill?.db.close();
    const db = new WritableDb(new WasmConnection(), ':memory:');
    migrate(db, 'slice', true);
    writeFact(db, FACTS.load, identity);
    this.fill = new SliceFill(db, this.setup.transport, identity);
    return { appliedSegments: [] };
  }

  loadSegment(input: StoreCalls['loadSegment'][0]): StoreCalls['loadSegment'][1] {
    const { rows } = this.needFill().addSegment(input.object, input.sha256, input.sealed);
    return { rows };
  }

  /** Indexes, digest of every row from its own columns, comparison with the signed roots, then search. */
  loadFinish(input: StoreCalls['loadFinish'][0]): Promise<StoreCalls['loadFinish'][1]> {
    return this.inTurn(async () => {
      const fill = this.needFill();
      const { db } = fill;
      fill.makeIndexes(input.withLate, (done, total) => this.tell('indexing', done, total));
      const tell = (done: number) => this.tell('verifying', done, 0);
      const digests = await digestEntities(db, ENTITY_ORDER, tell);
      const { isEqual, root } = fill.seal({ ...input, digests });
      if (!isEqual) return { isEqual, root };
      const live = new LiveSlice(db);
      await live.completeSearch();
      const { marks } = this.rules;
      const warm = new Warm(db, marks);
      await warm.ready();
      // Marks that came while the columns were made.
      for (let known = marks; known !== this.rules.marks; ) {
        known = this.rules.marks;
        await warm.setMarks(known);
      }
      const former = this.slice;
      this.slice = { live, warm };
      this.repairing = undefined;
      this.fill = undefined;
      this.version++;
      former?.live.db.close();
      return { isEqual, root };
    });
  }

  loadAbort(): void {
    this.fill?.db.close();
    this.fill = undefined;
  }

  lateSegment(input: StoreCalls['lateSegment'][0]): Promise<StoreCalls['lateSegment'][1]> {
    const { transport } = this.setup;
    return this.inTurn(async () => ({
      rows: await this.need().live.lateSegment(input.sha256, input.object, transport),
    }));
  }

  lateFinish(): Promise<StoreCalls['lateFinish'][1]> {
    return this.inTurn(async () => {
      const { live, warm } = this.need();
      await live.lateIndex((done, total) => this.tell('indexing', done, total));
      const late = ENTITY_ORDER.filter((entity) => ENTITIES[entity].isLate);
      const digests = await digestEntities(live.db, late, () => undefined);
      const result = live.lateSeal(digests);
      warm.forgetPeriods();
      this.version++;
      return result;
    });
  }

  applyPage(input: StoreCalls['applyPage'][0]): Promise<StoreCalls['applyPage'][1]> {
    return this.inTurn(async () => {
      const { live, warm } = this.need();
      const { touched, ...answer } = live.applyPage(input, this.setup.transport);
      await warm.refresh(touched);
      this.version++;
      return answer;
    });
  }

  repairBegin(): Promise<StoreCalls['repairBegin'][1]> {
    return this.inTurn(async () => {
      const { live } = this.need();
      this.repairing = live.repair(await digestEntities(live.db, ENTITY_ORDER, () => undefined));
      return this.repairing.begin();
    });
  }

  /** The repair that has begun. */
  repair(): SliceRepair {
    if (this.repairing === undefined) throw new AppError('INTERNAL', {}, 'no repair has begun');
    return this.repairing;
  }

  repairApply(input: StoreCalls['repairApply'][0]): Promise<StoreCalls['repairApply'][1]> {
    return this.inTurn(async () => {
      const { touched, rows } = this.repair().apply(input, this.setup.transport);
      await this.need().warm.refresh(touched);
      this.version++;
      return { rows };
    });
  }

  repairEnd(): void {
    this.repairing = undefined;
  }

  verify(): Promise<VerifyResult> {
    return this.inTurn(async () => {
      const { live } = this.need();
      const basis = checkBasis(live.db);
      const result = await verifySlice(live.db, (done) => this.tell('verifying', done, 0));
      live.verified({ result, basis });
      return result;
    });
  }

  /** Acts of loads and pages that the audit log has to hold; each is handed out once. */
  takePendingAudit(): ReturnType<LiveSlice['pendingAudit']> {
    const live = this.slice?.live;
    const rows = live?.pendingAudit() ?? [];
    live?.forgetPending(rows.map(({ source }) => source));
    return rows;
  }

  port(route: string, input: unknown): Promise<PortOutcome> {
    return answerPort(this.desk(), this.search, route, input);
  }

  countFilter({ filter }: StoreCalls['countFilter'][0]): Promise<number> {
    this.need();
    return this.search.count(filter);
  }

  sealedOf(certificateId: number): SealedRecord | null {
    return readSealed(this.need().live.db, this.setup.session.regions, certificateId);
  }

  attachmentsOf(certificateId: number): AttachmentsOf | null {
    return readAttachments(this.need().live.db, this.setup.session.regions, certificateId);
  }

  close(): void {
    this.loadAbort();
    this.slice?.live.db.close();
    this.slice = undefined;
    this.setup.transport.zero();
    for (const set of this.setup.blindKeys) for (const key of Object.values(set)) key.fill(0);
  }
}
