import { createHash, randomBytes } from 'node:crypto';
import type { Mark } from '../../../../shared/domain/marks/marks';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import type { Day } from '../../../../shared/kernel/day';
import { ulid } from '../../../../shared/kernel/ids';
import { GrantScopeSchema } from '../../../../shared/protocol/cross-region';
import { packTransport } from '../../../crypto/transport-ring';
import { askStore } from '../../clients/ask-store';
import type { StartProcess } from '../../clients/process-link';
import type { StartedStore, StoreCaller } from '../../clients/store-client';
import { type CounterSource, startIngest } from '../../workers/ingest-client';
import type { OutboxService } from '../outbox/outbox';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import type { GrantedReveal } from '../reveal/granted-reveal';
import { signerOf } from '../signing/signer-of';
import type { SigningService } from '../signing/signing';
import type { Line } from '../sync/line';
import { ingestKeys, zeroIngestKeys } from '../unlock/key-copies';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import type { ExportableGrant } from './exportable';
import { ageOfRows, type GrantAge, NOT_HERE } from './grant-age';
import { GrantFolders, type HeldGrant, zeroGrant } from './grant-folder';
import { fetchPackage, loadGrant, openContent } from './grant-load';
import { type GrantSource, sourceOf } from './grant-source';
import { GrantStores } from './grant-stores';
import { decidedBy, OwnWord } from './own-word';
import { shownScope } from './shown-scope';
import { type KnownRequest, Standings } from './standings';
import { subjectOf } from './subject';

const LOADS = 'loads';
/** How often grants are looked at whose time may be over. */
const WATCH_MS = 30_000;

export interface CrossRegionParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly signing: Pick<SigningService, 'sign'>;
  readonly reveal: GrantedReveal;
  readonly events: EventSink;
  readonly log: ServiceLog;
  /** Highest time seen: a clock that was set back prolongs nothing. */
  readonly nowMs: NowMs;
  readonly rulePack: RulePack;
  readonly folder: string;
  readonly counters: CounterSource;
  readonly startStore: () => StartedStore;
  readonly startIngest: StartProcess;
  isEmergency(): boolean;
  marks(): readonly Mark[];
  office(): OfficeFile;
  line(): Line | null;
  regionName(code: string): string;
  /** What is marked among granted rows is another: pages that show them ask again. */
  onMarks(): void;
  /** The rows of a grant are about to go from here: whoever makes something of them stops. */
  going(grant: string): Promise<void>;
}

interface Loading {
  readonly grant: string;
  readonly abort: AbortController;
  done: number;
  total: number;
}

/**
 * Requests to see certificates of other regions, their decision, and the rows that a grant brings. Those lie in a store of
 * their own beside the office's, never in it, and are destroyed with their key when the grant ends.
 */
export class CrossRegionService implements SessionListener {
  readonly standings: Standings;
  private readonly folders: GrantFolders;
  private readonly stores: GrantStores;
  private readonly own: OwnWord;
  private loading: Loading | null = null;
  private watch: NodeJS.Timeout | null = null;
  /** One thing at a time in a grant's folder, and one load at a time: the end of a grant waits for no other's rows. */
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly parts: CrossRegionParts) {
    this.standings = new Standings(parts);
    this.own = new OwnWord(parts.store);
    this.folders = new GrantFolders(parts.folder);
    this.stores = new GrantStores({
      ...parts,
      highestMs: () => parts.nowMs(),
      marksOf: (grant) => this.standings.marksOf(grant),
    });
  }

  async opened(): Promise<void> {
    if (this.parts.isEmergency()) return;
    this.standings.forget();
    await this.endOver();
    this.watch = setInterval(() => void this.endOver(), WATCH_MS);
    this.watch.unref();
  }

  async closing(): Promise<void> {
    if (this.watch !== null) clearInterval(this.watch);
    this.watch = null;
    this.loading?.abort.abort();
    await Promise.all(this.turns.values());
    await this.stores.stopAll();
  }

  /** What is marked as 核查中 is so in granted rows too. */
  async setToday(today: Day): Promise<void> {
    await this.stores.setToday(today);
  }

  async setMarks(marks: readonly Mark[]): Promise<void> {
    await this.stores.setMarks(marks);
  }

  /** Differs whenever what is under verification in the region of granted rows does. */
  get marksVersion(): number {
    return this.stores.marksVersion;
  }

  /** The same of the rows of one grant. */
  marksVersionOf(grant: string): number {
    return this.stores.marksVersionOf(grant);
  }

  /** Takes what the centre says; destroys what it took back. Throws codes of the line. */
  async pull(line: Line, signal: AbortSignal): Promise<void> {
    if (this.parts.isEmergency()) return;
    if (await this.standings.pull(line, signal)) await this.heard();
  }

  /** What the centre said last, and before it what the person at the desk said since and the centre does not know. */
  async list(): Promise<RouteOutput<'cross-region.list'>> {
    const session = this.parts.sessions.demand();
    const { view } = session;
    const here = new Set(await this.folders.list());
    const requests = await this.standings.list();
    const told = await this.own.requests(session, new Set(requests.map(({ is }) => is.request)));
    const isRevokable = (one: KnownRequest) =>
      view.role === 'approver' && this.stateOf(one) === 'granted';
    const decided = await this.own.decided(
      view.userId,
      requests
        .filter((one) => this.todoOf(one) !== null || isRevokable(one))
        .map(({ is }) => is.request),
    );
    const ages = new Map<string, GrantAge>();
    for (const request of here) ages.set(request, await this.ageOf(request));
    return {
      requests: [
        ...told,
        ...requests.map((one) => {
          const isDecided = decided.has(one.is.request);
          return {
            request: one.is.request,
            isOwn: one.is.userId === view.userId,
            state: this.stateOf(one),
            waiting: isDecided ? ('decision' as const) : null,
            notTaken: null,
            // The centre says what the office has to do; whether this person may is the role's question.
            todo: isDecided ? null : this.todoOf(one),
            mayRevoke: isRevokable(one) && !isDecided,
            office: one.is.officeName,
            name: one.is.name,
            badge: one.is.badge,
            askedMs: one.is.askedMs,
            purpose: one.is.purpose,
            basis: one.is.basis,
            asked: shownScope(one.is.scope),
            scope: shownScope(one.scope),
            steps: one.steps.map((step) => ({ ...step })),
            needed: one.needed,
            reach: one.reach,
            before: one.before === null ? null : { ...one.before },
            untilMs: one.grant?.expiresMs ?? null,
            isHere: here.has(one.is.request),
            ...(ages.get(one.is.request) ?? NOT_HERE),
          };
        }),
      ],
      loading:
        this.loading === null
          ? null
          : {
              request: this.loading.grant,
              done: this.loading.done,
              total: this.loading.total,
            },
    };
  }

  /** Asks the centre, by the outbox. Throws INPUT_INVALID for the own region, and codes of the outbox. */
  async ask({ purpose, basis, scope }: ParsedInput<'cross-region.ask'>): Promise<string> {
    const { outbox, nowMs, sessions } = this.parts;
    const { view, office } = sessions.demand();
    if (scope.regions.some((region) => region.startsWith(office.office.region)))
      throw new AppError('INPUT_INVALID', { field: 'regions' });
    const request = ulid(nowMs(), randomBytes(10));
    const payload = {
      request,
      regions: scope.regions,
      days: scope.days,
      people: scope.people.length,
    };
    await outbox.tell(
      'cross-region-request',
      { request, purpose, basis, scope },
      { audit: { kind: 'cross-region-asked', actor: view.userId, payload } },
    );
    return request;
  }

  /**
   * Has a decision signed by the person at the desk and sends it; a refusal says why. Throws GRANT_REQUEST_GONE, FORBIDDEN,
   * INPUT_INVALID, CANCELLED, a token's codes, and codes of the outbox.
   */
  async decide(input: ParsedInput<'cross-region.decide'>): Promise<void> {
    const { sessions, signing, outbox, nowMs, regionName } = this.parts;
    const session = sessions.demand();
    const one = await this.demandRequest(input.request);
    const { decision, note } = input;
    if (decision === 'refused' && note === '')
      throw new AppError('INPUT_INVALID', {}, 'a refusal without a reason');
    const isRevoking = one.state === 'granted' && session.view.role === 'approver';
    const todo = this.todoOf(one);
    if (todo === null && !(isRevoking && decision === 'refused')) throw new AppError('FORBIDDEN');
    const scope =
      todo === 'approve' && decision === 'approved'
        ? GrantScopeSchema.parse({ ...one.scope, ...input.narrowed, people: one.scope.people })
        : undefined;
    const signed = await signing.sign({
      type: 'approval-intent',
      ...signerOf(session, nowMs()),
      request: one.is.request,
      requestSha256: createHash('sha256').update(one.asked, 'utf8').digest('hex'),
      subject: subjectOf(one.is, regionName),
      decision,
      note,
      ...(scope === undefined ? {} : { scope }),
    });
    const payload = { request: one.is.request, decision };
    const { userId } = session.view;
    const key = ulid(nowMs(), randomBytes(10));
    await outbox.tell(
      'approval',
      { request: one.is.request, decision, note, signed },
      {
        key,
        fact: decidedBy(userId, one.is.request, key),
        audit: { kind: 'cross-region-decided', actor: userId, payload },
      },
    );
    this.standings.forget();
  }

  /** Takes what a stick says of the requests, where it is not older than what is known; destroys what was taken back. */
  async takeStandings(box: Uint8Array, atMs: number): Promise<boolean> {
    if (!(await this.standings.takeFrom(box, atMs))) return false;
    await this.heard();
    return true;
  }

  /** Goes by what the centre said: what it took back is destroyed, what it has under verification is read so. */
  private async heard(): Promise<void> {
    await this.endOver();
    const before = this.stores.marksVersion;
    await this.stores.grantMarksChanged();
    if (this.stores.marksVersion !== before) this.parts.onMarks();
    this.parts.events.emit('cross-region.changed', {});
  }

  /** Grants of which something lies here. */
  held(): Promise<readonly string[]> {
    return this.folders.list();
  }

  /** When the centre signed the rows of a grant that lie here; null where none do. */
  rowsOf(request: string): Promise<number | null> {
    return this.folders.asOf(this.parts.sessions.demand(), request);
  }

  /** Brings a grant's rows here over the line. Throws SYNC_UNREACHABLE, and as `bringFrom`. */
  bring(request: string): Promise<void> {
    return this.bringFrom(request, () => {
      const line = this.parts.line();
      if (line === null) throw new AppError('SYNC_UNREACHABLE');
      return sourceOf(line);
    });
  }

  /** Brings a grant's rows here. Throws GRANT_GONE, CANCELLED, codes of source and store. */
  bringFrom(request: string, source: () => GrantSource): Promise<void> {
    return this.queue(LOADS, () => this.queue(request, () => this.load(request, source)));
  }

  private async load(request: string, sourceNow: () => GrantSource): Promise<void> {
    const { grant, session } = await this.demandGrant(request);
    const source = sourceNow();
    const loading: Loading = { grant: request, abort: new AbortController(), done: 0, total: 0 };
    this.loading = loading;
    let held: HeldGrant | null = null;
    let isBegun = false;
    try {
      const { signal } = loading.abort;
      const { keys, envelope } = await fetchPackage(source, session, request, signal);
      const content = await openContent(this.parts.office(), request, envelope);
      isBegun = true;
      await this.parts.going(request);
      await this.stores.stop(request);
      held = await this.folders.make(session, request, keys, content.issuedMs);
      const folder = this.folders.of(request);
      const store = await this.stores.start(session, grant, folder, held, true);
      const ingest = await this.startIngest(session, held);
      try {
        const onProgress = (done: number, total: number) => Object.assign(loading, { done, total });
        await loadGrant({ source, store, ingest, signal, onProgress }, content, envelope);
      } finally {
        await ingest.end();
      }
      await this.note('cross-region-loaded', { request, rows: loading.done });
    } catch (error) {
      // Half of it is nothing: the centre has it, and packs it again. What was here before stays until then.
      if (isBegun) await this.destroy(request, 'unfinished');
      throw loading.abort.signal.aborted ? new AppError('CANCELLED') : error;
    } finally {
      zeroGrant(held);
      this.loading = null;
      this.parts.events.emit('cross-region.changed', {});
    }
  }

  /** Stops what `bring` does. */
  cancel(): void {
    this.loading?.abort.abort();
  }

  /** Destroys what a grant brought here; while it lasts it can be fetched again. */
  drop(request: string): Promise<void> {
    return this.queue(request, async () => {
      await this.destroy(request, 'dropped');
      this.parts.events.emit('cross-region.changed', {});
    });
  }

  /** A look-up in a grant's rows, in the log before it is answered. Throws GRANT_GONE, GRANT_NOT_OPEN. */
  async search({ request, text, filter = {}, offset, limit }: ParsedInput<'cross-region.search'>) {
    const store = await this.storeOf(request);
    // Digits that somebody typed, of any width, may be of an ID number or a phone: the log has none of them in plain.
    const hasDigits = /\d/.test(text.normalize('NFKC'));
    await this.note('cross-region-query', { request, text: hasDigits ? null : text });
    return askStore(store, 'search.query', { text, filter, offset, limit });
  }

  /** One certificate out of a grant's rows; null where it is not among them. */
  async record({ request, id }: ParsedInput<'cross-region.record'>) {
    const store = await this.storeOf(request);
    await this.note('cross-region-view', { request, certificate: id });
    return askStore(store, 'records.certificate', { id });
  }

  /**
   * Shows sealed values of a granted certificate, for a reason. Throws GRANT_GONE, also where the grant ends meanwhile, and
   * as `GrantedReveal`.
   */
  async reveal({ request, ...asked }: ParsedInput<'cross-region.reveal'>) {
    const { grant } = await this.demandGrant(request);
    const store = await this.storeOf(request);
    const { fields } = grant.scope;
    const values = await this.parts.reveal.reveal({ request, fields, store }, asked);
    await this.demandGrant(request);
    return values;
  }

  /**
   * A grant whose rows may leave, for the person that it names. Throws GRANT_GONE, GRANT_NOT_FOR where export was not
   * granted, GRANT_NOT_OPEN.
   */
  async exportable(request: string): Promise<ExportableGrant> {
    const { grant, session } = await this.demandGrant(request);
    if (!grant.scope.mayExport) throw new AppError('GRANT_NOT_FOR');
    const store = await this.storeOf(request);
    const isOpen = () =>
      this.stores.find(request) === store &&
      grant.expiresMs > this.parts.nowMs() &&
      this.parts.sessions.current?.view === session.view;
    return { is: grant, store, isOpen };
  }

  /** How old the rows of a grant are: they are of the moment at which the centre signed them, whatever was synchronised since. */
  private async ageOf(request: string): Promise<GrantAge> {
    const session = this.parts.sessions.demand();
    const asOfMs = session.keys.has('deviceBox') ? await this.folders.asOf(session, request) : null;
    return ageOfRows(asOfMs, this.parts.nowMs(), this.parts.rulePack.freshnessDays);
  }

  private stateOf(one: KnownRequest): KnownRequest['state'] {
    return one.state === 'granted' && one.grant !== null && this.isOver(one) ? 'ended' : one.state;
  }

  private todoOf({ todo, is, steps }: KnownRequest): KnownRequest['todo'] {
    const { view } = this.parts.sessions.demand();
    const wanted = { endorse: 'head', approve: 'approver' } as const;
    if (todo === null || wanted[todo] !== view.role || is.userId === view.userId) return null;
    const hasDecided = steps.some(({ name }) => name.endsWith(` ${view.badge}`));
    return todo === 'approve' && hasDecided ? null : todo;
  }

  private isOver({ grant, isEnded, state }: KnownRequest): boolean {
    return isEnded || state === 'ended' || grant === null || grant.expiresMs <= this.parts.nowMs();
  }

  private async demandRequest(request: string): Promise<KnownRequest> {
    const one = (await this.standings.list()).find(({ is }) => is.request === request);
    if (one === undefined) throw new AppError('GRANT_REQUEST_GONE');
    return one;
  }

  /** A grant of the person at the desk that lasts. Throws GRANT_GONE. */
  private async demandGrant(request: string) {
    const session = this.parts.sessions.demand();
    const one = await this.demandRequest(request);
    const { grant } = one;
    if (grant === null || this.isOver(one) || grant.userId !== session.view.userId)
      throw new AppError('GRANT_GONE');
    return { grant, session };
  }

  /** The store of a grant, started where it is not. */
  private async storeOf(request: string): Promise<StoreCaller> {
    const { grant, session } = await this.demandGrant(request);
    const running = this.stores.find(request);
    if (running !== null) return running;
    return this.queue(request, async () => {
      const again = this.stores.find(request);
      if (again !== null) return again;
      const held = await this.folders.read(session, request);
      if (held === null) throw new AppError('GRANT_NOT_OPEN');
      const folder = this.folders.of(request);
      return this.stores.start(session, grant, folder, held, false).finally(() => zeroGrant(held));
    });
  }

  /**
   * Whatever lies here and belongs to no grant that lasts is destroyed. Never throws: what a disk does not let go of is
   * logged and tried again by the watch, and keeps nobody out of the office.
   */
  private async endOver(): Promise<void> {
    // Who cannot open what the centre said cannot tell what is over; nor does anything here open to him.
    if (this.parts.sessions.current?.keys.has('deviceBox') !== true) return;
    const here = await this.folders.list();
    if (here.length === 0) return;
    const known = await this.standings.list().catch((error: unknown) => {
      this.parts.log.error('grants not looked at', { detail: String(error) });
      return null;
    });
    for (const request of known === null ? [] : here) {
      const one = known?.find(({ is }) => is.request === request);
      if (one !== undefined && one.grant !== null && !this.isOver(one)) continue;
      if (this.loading?.grant === request) this.loading.abort.abort();
      try {
        await this.queue(request, () => this.destroy(request, 'over'));
      } catch (error) {
        this.parts.log.error('grant not destroyed', { request, detail: String(error) });
      }
      this.parts.events.emit('cross-region.changed', {});
    }
  }

  private async destroy(request: string, why: 'over' | 'dropped' | 'unfinished'): Promise<void> {
    await this.parts.going(request);
    await this.stores.stop(request);
    await this.folders.destroy(request);
    await this.note('cross-region-destroyed', { request, why });
  }

  private async startIngest(session: OpenSession, held: HeldGrant) {
    const { startIngest: startProcess, counters } = this.parts;
    const own = ingestKeys(session.keys);
    const transportPrivate = packTransport([{ ...held, keyEpoch: 1 }], 'transportPrivate');
    const all = { ...own, region: held.digestTag, transportPrivate };
    try {
      return await startIngest(startProcess, all, counters);
    } finally {
      zeroIngestKeys(own);
      transportPrivate.fill(0);
    }
  }

  private async note(kind: string, payload: Record<string, unknown>): Promise<void> {
    const actor = this.parts.sessions.current?.view.userId;
    if (actor === undefined) return;
    await this.parts.store.call('auditAppend', { kind, actor, payload: payload as never });
  }

  /** After everything of the same name: a request, or `LOADS`. */
  private queue<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(name) ?? Promise.resolve()).then(act);
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(name, over);
    void over.then(() => {
      if (this.turns.get(name) === over) this.turns.delete(name);
    });
    return turn;
  }
}
