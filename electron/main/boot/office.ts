import { X509Certificate } from 'node:crypto';
import { basename, join } from 'node:path';
import type { EmergencyLevel } from '../../../shared/domain/emergency/levels';
import type { Role } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { DeskState, LockReason, Settings } from '../../../shared/ipc/routes/app';
import type { PageName } from '../../../shared/ipc/routes/last-page';
import { dayInShanghai } from '../../../shared/kernel/day';
import type { SignedStatement } from '../../../shared/protocol/signed-statement';
import { Keyslots } from '../../crypto/keyslots';
import { sweepTemporary } from '../../platform/atomic-write';
import { type DataPaths, dataPaths } from '../../platform/paths';
import type { DeviceClient } from '../clients/device-client';
import { deskState, levelView } from '../services/desk/desk-state';
import { LastPage } from '../services/desk/last-page';
import { ownAddress } from '../services/desk/own-address';
import { watermarkOf } from '../services/desk/watermark';
import { PRACTICE_PASSWORD, PRACTICE_PIN } from '../services/practice/practice-facts';
import type { PracticeServer } from '../services/practice/practice-server';
import { withNewestKeys } from '../services/region-keys/keys-statement';
import { RestoreGate } from '../services/restore/restore-gate';
import type { KeyLibrary } from '../services/tokens/diagnose';
import { demandTokenSecret } from '../services/tokens/token-secret';
import { type EnrolInput, type EnrolKeys, enrol } from '../services/unlock/enrol';
import { EnrolKeysFile } from '../services/unlock/enrol-keys-file';
import { KeptAnswer } from '../services/unlock/kept-answer';
import { type OfficeFile, readOffice } from '../services/unlock/office-file';
import type { RecoverInput, RecoverOutcome } from '../services/unlock/recover';
import type { SessionView } from '../services/unlock/session';
import { slotOffice } from '../services/unlock/slot-office';
import { StatementChecks } from '../services/unlock/statement-checks';
import { statementsInForce } from '../services/unlock/statements';
import type { UnlockInput } from '../services/unlock/unlock';
import type { Opened, UnlockOutcome } from '../services/unlock/unlock-outcome';
import { WIPE_RECORD } from '../services/wipe/wipe-record';
import { type ActingOffice, clockWrongByMs, DeviceActs, officeFileIn } from './device-acts';
import { firstDevice } from './first-device';
import { OfficePeople } from './office-people';
import { type OfficeKind, OfficeRecord } from './office-record';
import { composeOffice } from './services/compose';
import type { OfficeServices } from './services/office-services';
import type { Surroundings } from './services/surroundings';
import { WipedOffice } from './wiped-office';

const IDLE_LOCK_MS = 5 * 60_000;
/** A practice server that has data is up within a second or two; without it the desk works offline. */
const PRACTICE_WAIT_MS = 20_000;

export interface OfficeParts {
  readonly userData: string;
  readonly version: string;
  readonly electron: string;
  readonly around: Surroundings;
  readonly practiceServer: PracticeServer;
  settings(): Settings;
  /** The session ended: the page is replaced by a fresh one. */
  onLocked(reason: LockReason): Promise<void>;
}

const PAGE_REST_MS = 50;
const MAX_ENDPOINTS = 10;

/**
 * The office of this installation: the real one, or the practice one in a folder of its own. They
 * never mix: the real one wins once it exists.
 */
export class Office {
  private services: OfficeServices | null = null;
  private users: DeskState['users'] = [];
  private fault: AppError | null = null;
  /** Of the office that the fault keeps shut. */
  private shutKind: OfficeKind | null = null;
  private lockReason: LockReason | null = null;
  private first: DeviceClient | null = null;
  private readonly kept: KeptAnswer<EnrolKeys>;
  private readonly lastPage = new LastPage();
  private readonly record = new OfficeRecord(() => !this.acts.isWiping);
  private readonly wiped: WipedOffice;
  private readonly people: OfficePeople;
  /** Shut while a restore runs. */
  readonly restoreGate = new RestoreGate();
  /** What is done to this device itself. */
  readonly acts: DeviceActs;

  constructor(private readonly parts: OfficeParts) {
    this.wiped = new WipedOffice(parts.userData);
    const { machine, nowMs } = parts.around;
    this.kept = new KeptAnswer(
      new EnrolKeysFile(dataPaths(parts.userData).enrolling, machine, nowMs),
    );
    this.people = new OfficePeople(() => parts.around.clock.highestMs());
    this.acts = new DeviceActs(parts.userData, parts.around, this.acting());
  }

  /** Finds the office on the disk. A file that cannot be read is told on the recovery page. */
  async load(): Promise<void> {
    try {
      const record = await this.acts.resume();
      if (record !== null) {
        await this.wiped.show(record);
        return;
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Whether something was wiped is not known: a person decides, and nothing is opened meanwhile.
      this.fault = new AppError(error.code, { ...error.params, file: WIPE_RECORD }, error.detail);
      return;
    }
    await this.kept.sweep();
    // Nobody writes yet: what killed writes left is theirs alone.
    await sweepTemporary(this.parts.userData);
    for (const kind of ['office', 'practice'] as const) {
      let name = 'office.json';
      try {
        await sweepTemporary(this.paths(kind).officeDir);
        const file = await readOffice(this.officeFile(kind));
        if (file === null) continue;
        slotOffice(file.office.code, file.ca);
        name = 'keyslots.json';
        if ((await Keyslots.open(this.paths(kind).keyslots)) === undefined)
          throw new AppError('STORE_MISSING');
        await this.adopt(kind, file);
        // Of an enrolment that was cut behind its last step.
        if (kind === 'office') await this.kept.done();
        this.parts.around.kdf.prepare();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // Statements are office.json's.
        const file = error.code === 'STATEMENT_INVALID' ? 'office.json' : name;
        this.shutKind = kind;
        this.fault = new AppError(error.code, { ...error.params, file }, error.detail);
      }
      return;
    }
  }

  /** Reads the office from the disk again, after its folder or a file was replaced; false when it stays shut. */
  async reload(): Promise<boolean> {
    // What still runs of the former office must not write into the one that comes.
    const key = await this.services?.control.takeKey();
    key?.zero();
    this.record.release();
    this.services = null;
    this.users = [];
    this.fault = null;
    this.shutKind = null;
    await this.load();
    await this.announce();
    return this.fault === null;
  }

  /** Code of the office of this device; null where there is none or its file cannot be read. */
  get code(): string | null {
    return this.file?.office.code ?? null;
  }

  /** The file that keeps the office shut, for the evidence: no key is there that could read more. */
  get shutFile(): string | null {
    if (this.fault === null) return null;
    const file = String(this.fault.params.file ?? '');
    if (file === WIPE_RECORD) return join(this.parts.userData, file);
    return this.kind === null ? null : join(this.paths(this.kind).officeDir, file);
  }

  private get kind(): OfficeKind | null {
    return this.record.kind ?? this.shutKind;
  }

  private get file(): OfficeFile | null {
    return this.record.file;
  }

  get isPractice(): boolean {
    return this.kind === 'practice';
  }

  /** The emergency level of the office; 0 where there is none. */
  get level(): EmergencyLevel {
    return this.services?.control.level.level ?? 0;
  }

  role(): Role | null {
    return this.services?.sessions.role ?? null;
  }

  /** The office's services. Throws LOCKED where there is no office yet. */
  demandServices(): OfficeServices {
    if (this.services === null) throw new AppError('LOCKED');
    return this.services;
  }

  async state(): Promise<DeskState> {
    const { parts, file, services } = this;
    const { around } = parts;
    const region = file?.office.region ?? '';
    const [user] = this.users;
    return deskState({
      runtime: { electron: parts.electron, isFallback: around.isFallback, version: parts.version },
      isPracticeAvailable: parts.practiceServer.isAvailable,
      office: file,
      regionName: around.resources.regions.fullName(region) ?? region,
      users: this.users,
      session: services?.sessions.view ?? null,
      resumePage: this.resumePage(),
      lockReason: this.lockReason,
      isOnline: services?.sync.isOnline ?? false,
      rulePack: { id: around.rulePack.id, version: around.rulePack.version },
      freshnessDays: around.rulePack.freshnessDays,
      practiceHint:
        user === undefined
          ? null
          : { badge: user.badge, password: PRACTICE_PASSWORD, pin: PRACTICE_PIN },
      recovery: this.recoveryState(),
      emergency: {
        isActive: around.engine.isEmergency,
        logFaultAt: services?.emergencyImport.fault?.seq ?? null,
        level: levelView(services?.control.level),
      },
      lockedBy: services?.control.status().lockedBy ?? null,
      marks: services?.control.marksVersion ?? '',
      grantedMarks: services?.crossRegion.marksVersion ?? 0,
      day: dayInShanghai(around.clock.highestMs()),
      clockWrongByMs: clockWrongByMs(around.clock),
      wiped: this.wiped.state,
      programFault: around.programFault?.() ?? null,
      idleLockMs: IDLE_LOCK_MS,
      settings: parts.settings(),
    });
  }

  private recoveryState(): DeskState['recovery'] {
    const { fault } = this;
    if (fault !== null)
      return { code: fault.code, file: String(fault.params.file ?? ''), isOpen: false };
    const view = this.services?.recovery.view ?? null;
    return view === null ? null : { ...view, isOpen: true };
  }

  async announce(): Promise<void> {
    this.parts.around.events.emit('app.state-changed', await this.state());
  }

  /** Opens a session. Secrets are zeroed. */
  async open(input: UnlockInput): Promise<UnlockOutcome> {
    if (this.file === null) throw new AppError('USER_UNKNOWN');
    if (this.acts.isWiping) throw new AppError('LOCKED', {}, 'wiping');
    const { engine } = this.parts.around;
    await engine.ready();
    if (this.kind === 'practice') await this.reachPracticeServer();
    // Only now: a restore may have begun meanwhile, or have brought other services.
    this.restoreGate.demandOpen();
    const services = this.demandServices();
    const outcome = await services.unlock.open(this.file, input).catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'STORE_CRASHED') await engine.doubt();
      throw error;
    });
    if (outcome.outcome === 'opened' || outcome.outcome === 'damaged') await this.announce();
    else this.parts.around.kdf.prepare();
    return outcome;
  }

  /** Whether a recovery key was handed out, for whom it can make a new way in, and how long passwords must be. */
  async recovery(): Promise<RouteOutput<'unlock.recovery'>> {
    const { file, kind } = this;
    if (file === null || kind === null)
      return { isPossible: false, people: [], minPasswordLength: 0, asksToken: false };
    return this.people.recovery(file, this.paths(kind).keyslots);
  }

  /** Makes a person a new way in by both parts of the recovery key. All secrets are zeroed. */
  async recover(input: RecoverInput): Promise<RecoverOutcome | Opened> {
    if (this.file === null || this.kind === null) throw new AppError('USER_UNKNOWN');
    await this.parts.around.engine.ready();
    if (this.kind === 'practice') await this.reachPracticeServer();
    this.restoreGate.demandOpen();
    const outcome = await this.demandServices().unlock.recover(this.file, input);
    return outcome.outcome === 'opened' ? this.slotsChanged(outcome) : outcome;
  }

  async lock(reason: LockReason): Promise<void> {
    const { services } = this;
    if (services === null) return;
    const { isActive } = services.unlock;
    await services.unlock.lock(reason);
    if (isActive) await this.announce();
  }

  /** The program ends: nothing of this office runs on. */
  stop(): void {
    this.services?.control.stop();
    this.acts.stop();
  }

  /** Copies the sealed outbox of a wiped device to where the person says. */
  async saveOutbox(): Promise<boolean> {
    const { record } = this.wiped;
    if (record === null) throw new AppError('FORBIDDEN', {}, 'nothing was wiped');
    return this.acts.saveOutbox(record);
  }

  /** Pages are emptied and replaced at once, while files are closed and processes ended behind them. */
  private ending(reason: LockReason): void {
    this.lockReason = reason;
    const { log } = this.parts.around;
    this.parts.around.kdf.prepare();
    this.announce().catch((error: unknown) => {
      log.error('lock not announced', { detail: String(error) });
    });
    // Most answers to the page that asked have gone by then.
    setTimeout(() => {
      this.parts.onLocked(reason).catch((error: unknown) => {
        log.error('page not replaced', { detail: String(error) });
      });
    }, PAGE_REST_MS).unref();
  }

  /** Libraries of U-Key vendors that the program found on this device. */
  get keyLibraries(): readonly KeyLibrary[] {
    const { skfProfiles, pkcs11Libraries } = this.parts.around;
    return [
      ...skfProfiles.map(({ name, libraryPath }) => ({ kind: 'skf' as const, name, libraryPath })),
      ...pkcs11Libraries.map((libraryPath) => ({
        kind: 'pkcs11' as const,
        name: basename(libraryPath),
        libraryPath,
      })),
    ];
  }

  /** The U-Key process; before there is an office, one of its own. */
  get device(): DeviceClient {
    if (this.services !== null) return this.services.device;
    this.first ??= firstDevice(this.parts.around);
    return this.first;
  }

  /** Enrols the real office and opens the session of the slip's user. Secrets are zeroed. */
  async enrol(input: EnrolInput): Promise<SessionView> {
    this.restoreGate.demandOpen();
    if (this.kind === 'office') throw new AppError('ENROL_ALREADY');
    this.demandNoWipe();
    await this.lock('person');
    const pin = input.token?.pin;
    try {
      const password = input.password.slice();
      // Used twice, at making the slot and at opening it; each use zeroes its own.
      const token = input.token && { ...input.token, pin: input.token.pin.slice() };
      const badge = await this.enrolAs('office', { ...input, password, token }).finally(() => {
        password.fill(0);
        token?.pin.fill(0);
      });
      await this.wiped.leave();
      const outcome = await this.open({ badge, password: input.password, pin });
      if (outcome.outcome !== 'opened')
        throw new AppError('STATEMENT_INVALID', {}, outcome.outcome);
      return outcome.session;
    } finally {
      input.password.fill(0);
      pin?.fill(0);
    }
  }

  /** Makes the practice office where there is none, and answers who may open it. */
  async practice(): Promise<{ badge: string }> {
    const { practiceServer } = this.parts;
    if (!practiceServer.isAvailable || this.kind === 'office') {
      throw new AppError('FORBIDDEN', {}, 'no practice office here');
    }
    this.demandNoWipe();
    this.restoreGate.demandOpen();
    const { url, code } = await practiceServer.ensure();
    if (this.kind === null) {
      const password = new TextEncoder().encode(PRACTICE_PASSWORD);
      await this.enrolAs('practice', { address: url, code, password });
      password.fill(0);
      await this.announce();
    }
    const [user] = this.users;
    if (user === undefined) throw new AppError('STATEMENT_INVALID');
    return { badge: user.badge };
  }

  get isWiping(): boolean {
    return this.acts.isWiping;
  }

  /** What is put here while a wipe goes on would be wiped with the rest. Throws BUSY, or what its record says. */
  demandNoWipe(): void {
    if (this.fault?.params.file === WIPE_RECORD) throw this.fault;
    if (this.acts.isWiping) throw new AppError('BUSY', {}, 'wiping');
  }

  private lockSoon(reason: LockReason): void {
    this.lock(reason).catch((error: unknown) => {
      this.parts.around.log.error('lock failed', { reason, detail: String(error) });
    });
  }

  /** Remembers which page the person has open. */
  notePage(page: PageName): void {
    const userId = this.services?.sessions.view?.userId;
    if (userId !== undefined) this.lastPage.note(userId, page);
  }

  private resumePage(): PageName | null {
    const userId = this.services?.sessions.view?.userId;
    return userId === undefined ? null : this.lastPage.of(userId);
  }

  /** Name, badge, place and time, as pages show them too. */
  private watermark(): string {
    const view = this.services?.sessions.current?.view;
    const isOnline = this.services?.sync.isOnline ?? false;
    const place = isOnline ? ownAddress() : null;
    return watermarkOf(view ?? null, place, this.file?.deviceId ?? '', this.parts.around.nowMs());
  }

  private async enrolAs(kind: OfficeKind, input: EnrolInput): Promise<string> {
    const { around, userData, version } = this.parts;
    const { officeDir, keyslots, controlKey } = dataPaths(userData, kind);
    const officeFile = this.officeFile(kind);
    const place = { officeDir, officeFile, keyslots, controlKey };
    const { office, badge, firstSecrets } = await enrol(place, input, {
      nowMs: around.nowMs,
      machine: around.machine,
      kdf: () => around.kdf.measure(),
      program: `fieldcert-desk ${version}`,
      isFallback: around.isFallback,
      opensRealOffices: around.opensRealOffices,
      line: around.line,
      findWays: around.findWays,
      ...(kind === 'office' && around.policy !== undefined ? { managed: around.policy } : {}),
      kept: this.kept,
      tokenSecret: (token) => demandTokenSecret(this.device, token),
    });
    this.first?.stop();
    this.first = null;
    if (office.isPractice !== (kind === 'practice')) {
      // The two never mix: a practice server may be enrolled as a test's office, not the reverse.
      if (kind === 'practice') throw new AppError('STATEMENT_INVALID', {}, 'no practice office');
    }
    this.fault = null;
    this.shutKind = null;
    await this.adopt(kind, office);
    this.demandServices().holdFirstSecrets(firstSecrets);
    return badge;
  }

  private acting(): ActingOffice {
    const office = this;
    return {
      get kind() {
        return office.kind;
      },
      get file() {
        return office.file;
      },
      get users() {
        return office.users;
      },
      demandServices: () => office.demandServices(),
      saveStatements: (statements) => office.saveStatements(statements),
      endSession: async (reason) => {
        await office.services?.unlock.lock(reason);
        await office.record.settled();
      },
      wiped: async (record) => {
        office.record.release();
        office.shutKind = null;
        office.services = null;
        office.users = [];
        await office.wiped.show(record);
        await office.announce();
      },
      announce: () => office.announce(),
    };
  }

  /** DER of the authority whose server this device is enrolled with; none before. */
  authorities(): readonly Uint8Array[] {
    return this.file === null ? [] : [new Uint8Array(new X509Certificate(this.file.ca).raw)];
  }

  private async saveStatements(statements: readonly SignedStatement[]): Promise<void> {
    const { kind } = this.record;
    if (kind !== null) await this.save(kind, { statements: [...statements] });
  }

  private async adopt(kind: OfficeKind, file: OfficeFile): Promise<void> {
    this.stop();
    const { record } = this;
    record.hold(kind, this.officeFile(kind), file);
    const services = composeOffice(this.paths(kind), this.parts.around, {
      onStoreCrashed: () => this.lockSoon('store-crashed'),
      lock: (reason) => this.lockSoon(reason),
      onEnding: (reason) => this.ending(reason),
      saveOffice: (office) => this.save(kind, office),
      onPeopleChanged: () => this.slotsChanged(undefined),
      isPractice: () => this.file?.isPractice ?? false,
      watermark: () => this.watermark(),
      announce: () => this.announce(),
      onConnection: () => void this.announce(),
      office: () => this.file ?? file,
      saveStatements: (statements) => this.saveStatements(statements),
      // Those that the server signed for this device before those of before; used from the next unlock on.
      saveEndpoints: async (coming) => {
        await record.change(kind, (held) => {
          const endpoints = [...new Set([...coming, ...held.endpoints])].slice(0, MAX_ENDPOINTS);
          return { ...held, endpoints };
        });
      },
      saveCertificates: (renewed) => record.demandChange(kind, (held) => ({ ...held, ...renewed })),
      // Which epoch of the region's keys the slots' pair is of.
      saveKeyEpoch: (keyEpoch) => record.demandChange(kind, (held) => ({ ...held, keyEpoch })),
      onLockOrder: () => this.lock('directive'),
      onWipeOrder: (directive) => this.acts.wipeByDirective(directive),
      onControl: () => void this.announce(),
    });
    await services.recovery.load();
    this.services = services;
    await this.services.control.load();
    await this.readUsers(kind, file);
    this.services.control.start();
  }

  /** Passes on the outcome of a change to the keyslots, and tells pages who can open the device now. */
  async slotsChanged<T>(outcome: T): Promise<T> {
    if (this.kind !== null && this.file !== null) await this.readUsers(this.kind, this.file);
    await this.announce();
    return outcome;
  }

  private async readUsers(kind: OfficeKind, file: OfficeFile): Promise<void> {
    this.users = await this.people.users(file, this.paths(kind).keyslots);
  }

  /** A renewal carries the statements only: everything else was fixed at enrolment, but for the name that they sign. */
  private async save(
    kind: OfficeKind,
    { statements, hasJournal = false }: Pick<OfficeFile, 'statements'> & Partial<OfficeFile>,
  ): Promise<void> {
    const next = await this.record.change(kind, async (current) => {
      const held = {
        ...current,
        statements: await withNewestKeys(current, current.statements, statements),
        hasJournal: current.hasJournal || hasJournal,
      };
      const checks = new StatementChecks(current.ca, current.statementCertificate);
      const signed = await statementsInForce(held, checks, this.parts.around.nowMs());
      const name = signed.office?.name ?? current.office.name;
      return { ...held, office: { ...current.office, name } };
    });
    if (next !== null) await this.readUsers(kind, next);
  }

  /** The practice server takes a free port at each start; its certificate stays the same authority's. */
  private async reachPracticeServer(): Promise<void> {
    const { practiceServer, around } = this.parts;
    if (!practiceServer.isAvailable || this.file === null) return;
    try {
      const address = await Promise.race([
        practiceServer.ensure(),
        new Promise<null>((resolve) => setTimeout(resolve, PRACTICE_WAIT_MS, null).unref()),
      ]);
      if (address !== null)
        await this.record.note((file) => ({ ...file, endpoints: [address.url] }));
    } catch (error) {
      around.log.warn('practice server not reached', { detail: String(error) });
    }
  }

  private paths(kind: OfficeKind): DataPaths {
    return dataPaths(this.parts.userData, kind);
  }

  private officeFile(kind: OfficeKind): string {
    return officeFileIn(this.paths(kind).officeDir);
  }
}
