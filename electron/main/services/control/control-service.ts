import { randomBytes } from 'node:crypto';
import {
  type EmergencyLevel,
  hasMeasure,
  type LevelDrill,
  type LevelStanding,
  type LevelState,
  markOfLevel,
  NO_LEVEL,
  standingOf,
  withLocal,
} from '../../../../shared/domain/emergency/levels';
import { type Mark, type MarkState, NO_MARKS } from '../../../../shared/domain/marks/marks';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import { ulid } from '../../../../shared/kernel/ids';
import type { DeviceAct } from '../../../../shared/protocol/commands';
import { type ControlReceipt, MAX_DIRECTIVES } from '../../../../shared/protocol/control';
import type {
  DirectiveRefusal,
  DirectiveStatement,
  SignedStatement,
} from '../../../../shared/protocol/signed-statement';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { HighestSeen } from '../../../platform/clock';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs, ServiceLog } from '../ports';
import { ownAddresses } from '../sync/connection-watch';
import type { Line, LineSetup } from '../sync/line';
import { lineError } from '../sync/line-errors';
import type { OfficeFile, RenewedCertificates } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { carryOut, hasTurn, isUrgent, refusalOf, refusedKey } from './apply-directives';
import { askControl, type ControlNews, postReceipts, type RefusedEnvelope } from './ask-control';
import { ControlKey } from './control-key';
import {
  type ControlState,
  FIRST_STATE,
  readControlState,
  writeControlState,
} from './control-state';
import { KEPT, NONE_FORGOTTEN, withAct, withApplied } from './kept';
import { withBackup } from './level-endpoints';
import { MachineSeal } from './machine-seal';
import { withLevel } from './marks';
import { renewControl } from './renew-control';

const EVERY_MS = 5 * 60_000;
const FIRST_RETRY_MS = 15_000;
const CONTACT_TIMEOUT_MS = 30_000;
/** How long somebody who unlocks waits for the time. */
const LEARN_TIME_MS = 10_000;
const NETWORK_LOOK_MS = 3_000;
/** Of one answer or bundle. */
const MOST_REFUSED = 5;

export interface ControlParts {
  readonly machine: MachineSecretProvider;
  readonly paths: { readonly controlKey: string; readonly controlState: string };
  readonly clock: HighestSeen;
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tellAct'>;
  /** What the device knows of its office now. */
  office(): OfficeFile;
  saveStatements(statements: readonly SignedStatement[]): Promise<void>;
  /** Puts addresses before those that are known. */
  saveEndpoints(endpoints: readonly string[]): Promise<void>;
  /** Begins a run of synchronisation; false while nobody is at the desk. */
  requireSync(): boolean;
  /** Has the open store go by these marks, those of the journal and that of an emergency level; returns all of the first two. */
  settleMarks(held: MarkState, ofLevel: Mark | null): Promise<MarkState>;
  /** The emergency level that the channel's file and the journal know of together. */
  settleLevel(held: LevelState): Promise<LevelState>;
  /** The emergency level changed: what depends on it follows. */
  onLevel(): Promise<void>;
  /** Puts a renewed certificate of the channel beside the present one. */
  saveCertificates(renewed: RenewedCertificates): Promise<void>;
  /** Ends the session; nothing while locked. */
  onLock(): Promise<void>;
  /** Wipes the device; does not come back when it succeeds before the program ends or starts anew. */
  onWipe(directive: DirectiveStatement): Promise<void>;
  readonly line?: LineSetup;
  /** Contact, time or orders changed: pages are told. */
  onChange(): void;
}

/** How the control channel stands. */
export interface ControlStatus {
  readonly hasKey: boolean;
  readonly lastContactMs: number | null;
  readonly failure: ErrorCode | null;
  readonly waitingReceipts: number;
  readonly applied: ControlState['applied'];
  readonly lockedBy: ControlState['lockedBy'];
}

/**
 * The control channel, locked or not: directives, statements and the server's time come in, receipts go
 * out. It is the only thing that talks while the desk is locked, with a key that this machine alone opens
 * and that opens no data. Asked at start, every five minutes, and when this machine comes onto a network.
 */
export class ControlService implements SessionListener {
  private seal: MachineSeal | null = null;
  private key: ControlKey | null = null;
  private state: Omit<ControlState, 'clock'> = FIRST_STATE;
  private failure: ErrorCode | null = null;
  private failures = 0;
  private timer: NodeJS.Timeout | null = null;
  private look: NodeJS.Timeout | null = null;
  private addresses = '';
  private contacting: Promise<void> | null = null;
  private abort = new AbortController();
  private writing: Promise<unknown> = Promise.resolve();
  /** Commands about refused envelopes that were made since the start; the journal knows the earlier ones. */
  private readonly told = new Set<string>();

  private settled = '';
  /** The level became another, and what depends on it has not followed yet: the same order once more makes it. */
  private owesLevel = false;

  constructor(private readonly parts: ControlParts) {}

  /** Opens key and state and takes up the highest time seen. Never rejects: without them the desk still opens. */
  async load(): Promise<void> {
    const { machine, paths, clock, log } = this.parts;
    try {
      this.seal = await MachineSeal.find(machine, this.parts.office().deviceId);
      if (this.seal === null) return;
      const { state, isAltered } = await readControlState(this.seal, paths.controlState);
      if (isAltered) log.error('control state altered');
      if (state !== null) {
        const { clock: mark, ...rest } = state;
        clock.adopt(mark);
        this.state = rest;
      }
      this.key = await ControlKey.open(this.seal, paths.controlKey);
    } catch (error) {
      log.error('control channel not opened', { detail: String(error) });
    }
  }

  start(): void {
    if (this.key === null) return;
    this.addresses = ownAddresses();
    this.look = setInterval(() => this.lookAtNetwork(), NETWORK_LOOK_MS);
    this.look.unref();
    void this.round();
  }

  /** Ends for good; what is under way is let go. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.look !== null) clearInterval(this.look);
    this.timer = null;
    this.look = null;
    this.abort.abort();
  }

  /** Takes the key out, for the receipt of a wipe; the channel is stopped and writes nothing any more. */
  async takeKey(): Promise<ControlKey | null> {
    this.stop();
    const { key, seal } = this;
    this.key = null;
    this.seal = null;
    await this.writing;
    seal?.zero();
    return key;
  }

  status(): ControlStatus {
    const { lastContactMs, receipts, applied, lockedBy } = this.state;
    const { failure, key } = this;
    const waitingReceipts = receipts.length;
    return { hasKey: key !== null, lastContactMs, failure, waitingReceipts, applied, lockedBy };
  }

  /**
   * The store has opened: nothing is looked up before it goes by what is marked as 核查中, of this channel's file and of the
   * journal. Rejects where the store does.
   */
  async settleMarks(): Promise<void> {
    const held = this.state.marks ?? NO_MARKS;
    const heldLevel = this.state.level ?? NO_LEVEL;
    const level = await this.parts.settleLevel(heldLevel);
    const marks = await this.parts.settleMarks(held, markOfLevel(standingOf(level)));
    this.settled = versionOf(marks, standingOf(level));
    const isSame = JSON.stringify([marks, level]) === JSON.stringify([held, heldLevel]);
    if (isSame) return;
    // What is not kept here is in the journal.
    await this.keep({ marks, level }).catch((error: unknown) => {
      this.parts.log.error('marks not kept', { detail: String(error) });
    });
  }

  /** What is read as 核查中 now, by marks or by an emergency level. */
  get marks(): readonly Mark[] {
    return withLevel((this.state.marks ?? NO_MARKS).marks, markOfLevel(this.level));
  }

  /** The emergency level in force. */
  get level(): LevelStanding {
    return standingOf(this.state.level ?? NO_LEVEL);
  }

  /**
   * Asked right before anything of people's data leaves the device: what was begun before the level came must not end after it.
   * Throws EMERGENCY_LEVEL.
   */
  demandLeaving(): void {
    const { level } = this.level;
    if (hasMeasure(level, 'isolate')) throw new AppError('EMERGENCY_LEVEL', { level });
  }

  /** The last drill of a level; null before the first. */
  get levelDrill(): LevelDrill | null {
    return (this.state.level ?? NO_LEVEL).drill;
  }

  /**
   * The head sets a level without the centre, lifts what was set here (0), or practises it. Throws EMERGENCY_LEVEL_REFUSED above what a
   * head may set, for a level that the centre ordered and for one that is not there.
   */
  async setLevel(level: EmergencyLevel, reason: string, isDrill: boolean): Promise<void> {
    const { sessions, clock } = this.parts;
    const { badge } = sessions.demand().view;
    const atMs = clock.highestMs();
    const isTaken = await this.changeLevel((state) => {
      const next = withLocal(state, { level, by: badge, reason, sinceMs: atMs });
      if (next === null || !isDrill) return next;
      return level === 0 ? null : { ...state, drill: { level, by: badge, reason, atMs } };
    });
    if (!isTaken) throw new AppError('EMERGENCY_LEVEL_REFUSED');
    const act = isDrill ? 'level-practised' : 'level-set';
    await this.act({ act, directive: null, persons: [badge], level, isDrill, atMs });
    this.parts.onChange();
  }

  private async changeLevel(change: (state: LevelState) => LevelState | null): Promise<boolean> {
    const former = this.level;
    const level = change(this.state.level ?? NO_LEVEL);
    if (level === null) return false;
    const kept = this.keep({ level });
    this.owesLevel ||= JSON.stringify(this.level) !== JSON.stringify(former);
    // A full disk leaves no level half in force: what is refused, shown and stopped follows it at once, and the caller hears of the rest.
    const failed = await kept.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (this.parts.sessions.current !== null) await this.settleMarks();
    if (this.owesLevel) await this.parts.onLevel();
    this.owesLevel = false;
    if (failed !== null) throw failed.error;
    return true;
  }

  /** Says when marks have changed, and nothing about them. */
  get marksVersion(): string {
    return versionOf(this.state.marks ?? NO_MARKS, this.level);
  }

  /** The same of the marks that the open store has been told to go by: what it answers after has at least these. */
  get settledMarks(): string {
    return this.settled;
  }

  /** True for a certificate that an order marked by its id, also where the slice does not have it. */
  isMarked(certificate: number): boolean {
    const { marks } = this.state.marks ?? NO_MARKS;
    return (
      this.isAllMarked ||
      marks.some(({ set }) => set.by === 'certificates' && set.ids.includes(certificate))
    );
  }

  /** True while an emergency level has no certificate read as valid, of this region or another. */
  get isAllMarked(): boolean {
    return markOfLevel(this.level) !== null;
  }

  private async changeMarks(change: (state: MarkState) => MarkState | null): Promise<boolean> {
    const marks = change(this.state.marks ?? NO_MARKS);
    if (marks === null) return false;
    await this.keep({ marks });
    if (this.parts.sessions.current !== null) await this.settleMarks();
    return true;
  }

  /** Somebody unlocked: what was done meanwhile goes into the outbox. */
  async opened(_session: OpenSession): Promise<void> {
    if (this.state.lockedBy !== null) await this.keep({ lockedBy: null });
    // An order may have come while the session was being opened.
    await this.settleMarks();
    await this.tellActs();
  }

  /** The journal is about to be shut: the time is kept here too. */
  async closing(): Promise<void> {
    await this.keep({});
  }

  /** Records an act of a person for the outbox, now or at the next unlock. */
  async act(act: DeviceAct): Promise<void> {
    const key = ulid(act.atMs, randomBytes(10));
    await this.keep({ acts: withAct(this.state.acts, { key, act }) });
    await this.tellActs();
  }

  /** Contacts the server now, or joins the contact under way. Throws codes of the line. */
  contact(): Promise<void> {
    this.contacting ??= this.tryContact().finally(() => {
      this.contacting = null;
    });
    return this.contacting;
  }

  /** Has the clock learn the server's time, for somebody who waits: done when it is known or not to be had. Never rejects. */
  async learnTime(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LEARN_TIME_MS);
    });
    // What failed is among the channel's own words.
    await Promise.race([this.contact().catch(() => undefined), limit]);
    clearTimeout(timer);
  }

  /** Applies orders that came by a stick, as if they had come over the channel. Throws CONTROL_NO_KEY. */
  async take({ directives, refused }: Pick<ControlNews, 'directives' | 'refused'>): Promise<void> {
    const { key } = this;
    if (key === null) throw new AppError('CONTROL_NO_KEY');
    await this.apply(key, directives);
    await this.noteRefused(refused);
    this.parts.onChange();
  }

  /** Receipts that the server has not confirmed. */
  get owedReceipts(): readonly ControlReceipt[] {
    return this.state.receipts;
  }

  private async tryContact(): Promise<void> {
    const { parts, key } = this;
    // Also where only sticks bring data: a lift has to find its way.
    const office = withBackup(parts.office(), this.level, true);
    const line = key?.line(office, parts.line) ?? null;
    if (key === null || line === null) throw new AppError('CONTROL_NO_KEY');
    const timer = setTimeout(() => line.close(), CONTACT_TIMEOUT_MS);
    timer.unref();
    try {
      const news = await askControl(line, office, this.abort.signal);
      parts.clock.anchor(news.serverMs);
      this.failure = null;
      await this.apply(key, news.directives);
      await this.noteRefused(news.refused);
      if (this.abort.signal.aborted) return;
      if (news.statements.length > 0) await parts.saveStatements(news.statements);
      await this.keep({ lastContactMs: news.serverMs });
      // As many as the server takes at once; the rest goes with the next contact.
      const receipts = this.state.receipts.slice(0, MAX_DIRECTIVES);
      await this.renew(key, line);
      if (receipts.length > 0 && (await postReceipts(line, receipts, this.abort.signal)))
        await this.keep({ receipts: this.state.receipts.filter((one) => !receipts.includes(one)) });
    } catch (cause) {
      const error = lineError(cause);
      this.failure = error instanceof AppError ? error.code : 'INTERNAL';
      throw error;
    } finally {
      clearTimeout(timer);
      line.close();
      parts.onChange();
    }
  }

  /** A certificate that ends soon is replaced; one that cannot be is asked for again with the next contact. */
  private async renew(key: ControlKey, line: Line): Promise<void> {
    const { parts, seal } = this;
    if (seal === null) return;
    try {
      const renewed = await renewControl({
        key,
        line,
        seal,
        office: parts.office(),
        path: parts.paths.controlKey,
        nowMs: parts.nowMs(),
        signal: this.abort.signal,
        saveCertificates: (controlCertificate, nextControlCertificate) =>
          parts.saveCertificates({ controlCertificate, nextControlCertificate }),
      });
      // A wipe took the key meanwhile: nothing is put back.
      if (renewed === null || this.key !== key) return;
      this.key = renewed;
      key.zero();
      parts.log.info('control certificate renewed');
    } catch (error) {
      parts.log.error('control certificate not renewed', { detail: String(error) });
    }
  }

  /** A wipe before everything else; each lock once. An order that came late counts as much as a new one. */
  private async apply(key: ControlKey, directives: readonly DirectiveStatement[]): Promise<void> {
    const { parts } = this;
    const wipe = directives.find(({ kind }) => kind === 'wipe');
    if (wipe !== undefined) return parts.onWipe(wipe);
    const known = new Set(this.state.applied.map(({ id }) => id));
    let isHeld = false;
    for (const directive of directives) {
      const { id, kind, seq, reason, device } = directive;
      if (known.has(id)) {
        // Its receipt was lost: it is told again, not done again.
        await this.owe(key, device, id);
        continue;
      }
      const atMs = parts.clock.highestMs();
      const last = this.state.applied.at(-1)?.seq ?? 0;
      if (seq > last + 1) parts.log.warn('directives missing', { from: last + 1, until: seq - 1 });
      if (!isUrgent(directive)) {
        if (!hasTurn(directive)) await this.applyOther(key, directive);
        else if (!isHeld) isHeld = await this.applyOther(key, directive);
        continue;
      }
      // A lock has no end: one from before those that are forgotten was carried out, or is over.
      if (seq <= (this.state.forgotten ?? NONE_FORGOTTEN).lock) {
        parts.log.warn('old order to lock left aside', { id, seq });
        await this.owe(key, device, id, { outcome: 'refused', refused: 'order' });
        continue;
      }
      const act: DeviceAct = { act: 'locked', directive: id, persons: [], atMs };
      const kept = this.keep({
        ...withApplied(this.state, { id, kind, seq, reason, atMs }),
        acts: withAct(this.state.acts, { key: id, act }),
        lockedBy: { reason, atMs },
      });
      // A full disk keeps nobody unlocked; the next thing that is kept keeps this too.
      await kept.catch((error: unknown) => {
        parts.log.error('order to lock not kept', { detail: String(error) });
      });
      await this.tellActs();
      await parts.onLock();
      await this.owe(key, device, id);
    }
  }

  /**
   * An order that is neither lock nor wipe: refused, or carried out once. True when it has to wait: what was given after it
   * waits too.
   */
  private async applyOther(key: ControlKey, directive: DirectiveStatement): Promise<boolean> {
    const { parts } = this;
    const { id, kind, seq, reason, device } = directive;
    const atMs = parts.clock.highestMs();
    const acts = {
      ...parts,
      changeMarks: this.changeMarks.bind(this),
      changeLevel: this.changeLevel.bind(this),
    };
    const refused = refusalOf(directive, this.state.applied, atMs, this.state.forgotten);
    const end =
      refused === null
        ? await carryOut(directive, acts, atMs).catch((error: unknown) => {
            // A full disk: it comes again with the next contact.
            parts.log.error('order not carried out', { id, kind, detail: String(error) });
            return { outcome: 'later' } as const;
          })
        : ({ outcome: 'refused', reason: refused } as const);
    if (end.outcome === 'later') return true;
    const { outcome } = end;
    const why = end.outcome === 'refused' ? { refused: end.reason } : {};
    if (outcome === 'refused') parts.log.warn('order refused', { id, kind, ...why });
    const acted = outcome === 'refused' ? 'order-refused' : 'order-done';
    const { level, isDrill } = directive;
    const ofLevel = level === undefined ? {} : { level, isDrill: isDrill ?? false };
    const what = { kind, ...why, ...ofLevel };
    const act: DeviceAct = { act: acted, directive: id, ...what, persons: [], atMs };
    await this.keep({
      ...withApplied(this.state, { id, kind, seq, reason, atMs, outcome, ...why }),
      acts: withAct(this.state.acts, { key: id, act }),
    });
    await this.owe(key, device, id);
    await this.tellActs();
    return false;
  }

  /** What came as an order and is none to this device is told to the centre, each once. */
  private async noteRefused(refused: readonly RefusedEnvelope[]): Promise<void> {
    const { log, clock } = this.parts;
    for (const one of refused.slice(0, MOST_REFUSED)) {
      const key = refusedKey(one);
      const { kind, reason } = one;
      if (this.told.has(key)) continue;
      this.told.add(key);
      log.warn('order refused', { kind: kind ?? 'unknown', reason });
      const atMs = clock.highestMs();
      const act: DeviceAct = {
        act: 'order-refused',
        directive: null,
        kind,
        refused: reason,
        persons: [],
        atMs,
      };
      if (this.state.acts.every((known) => known.key !== key))
        await this.keep({ acts: withAct(this.state.acts, { key, act }) });
    }
    await this.tellActs();
  }

  private async owe(
    key: ControlKey,
    device: string,
    directive: string,
    became?: Pick<ControlState['applied'][number], 'outcome' | 'refused'>,
  ): Promise<void> {
    if (this.state.receipts.some((one) => one.directive === directive)) return;
    const atMs = this.parts.clock.highestMs();
    const known = became ?? this.state.applied.find(({ id }) => id === directive);
    const outcome = known?.outcome ?? 'locked';
    const why: { readonly reason?: DirectiveRefusal } =
      known?.refused === undefined ? {} : { reason: known.refused };
    const said = { type: 'control-receipt', device, directive, outcome, ...why, atMs } as const;
    const receipt: ControlReceipt = key.sign(said);
    await this.keep({ receipts: [...this.state.receipts, receipt].slice(-KEPT) });
  }

  private async tellActs(): Promise<void> {
    const { sessions, outbox, log } = this.parts;
    for (const { key, act } of this.state.acts) {
      // A role without the signature key leaves it to the next person.
      if (!(sessions.current?.keys.has('deviceSign') ?? false)) return;
      try {
        await outbox.tellAct(act, key);
        await this.keep({ acts: this.state.acts.filter((one) => one.key !== key) });
      } catch (error) {
        log.error('act not recorded', { detail: String(error) });
        return;
      }
    }
  }

  private async keep(change: Partial<Omit<ControlState, 'clock'>>): Promise<void> {
    this.state = { ...this.state, ...change };
    const { seal } = this;
    if (seal === null) return;
    const turn = this.writing.then(() => {
      const state = { ...this.state, clock: this.parts.clock.mark() };
      return writeControlState(seal, this.parts.paths.controlState, state);
    });
    this.writing = turn.catch(() => undefined);
    await turn;
  }

  private async round(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    let waitMs = EVERY_MS;
    try {
      await this.contact();
      this.failures = 0;
    } catch {
      waitMs = Math.min(EVERY_MS, FIRST_RETRY_MS * 2 ** this.failures);
      this.failures++;
      if (!this.abort.signal.aborted) await this.keep({}).catch(() => undefined);
    }
    if (this.abort.signal.aborted) return;
    this.timer = setTimeout(() => void this.round(), waitMs);
    this.timer.unref();
  }

  private lookAtNetwork(): void {
    const addresses = ownAddresses();
    if (addresses === this.addresses) return;
    this.addresses = addresses;
    this.failures = 0;
    if (addresses !== '') void this.round();
  }
}

function versionOf({ marks, lifted }: MarkState, level: LevelStanding): string {
  const ofLevel = markOfLevel(level) === null ? '' : ' every';
  return `${marks.length} ${marks.at(-1)?.id ?? ''} ${lifted.at(-1) ?? ''}${ofLevel}`;
}
