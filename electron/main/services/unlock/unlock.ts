import { AppError } from '../../../../shared/errors/app-error';
import type { LockReason } from '../../../../shared/ipc/routes/app';
import { dayInShanghai } from '../../../../shared/kernel/day';
import { err, type Result } from '../../../../shared/kernel/result';
import type { KeyRing } from '../../../crypto/key-ring';
import type { SlotToken } from '../../../crypto/keyslot-parts';
import { Keyslots } from '../../../crypto/keyslots';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import { sealedLogKey } from '../../../crypto/sealed-log';
import type { HighestSeen } from '../../../platform/clock';
import { collectGarbage } from '../../../platform/collect-garbage';
import type { StoreKeys } from '../../../store/protocol';
import type { DeviceCaller } from '../../clients/device-client';
import type { StoreCaller } from '../../clients/store-client';
import { openTokenSecret } from '../tokens/token-secret';
import { tokenFailed } from '../tokens/tokens';
import { keepTime, learnStoredTime } from './clock-fact';
import { endSession } from './end-session';
import { blindKeysOf, storeKeysOf } from './key-copies';
import type { OfficeFile } from './office-file';
import type { OpenSession, SessionHolder, SessionView } from './session';
import { slotOffice } from './slot-office';
import { StatementChecks } from './statement-checks';
import { demandSameOffice, type InForce, roleOf, statementsInForce } from './statements';
import { outcomeOf, type UnlockOutcome } from './unlock-outcome';

/** What a person gives to open the desk; the service zeroes the secrets. */
export interface UnlockInput {
  readonly badge: string;
  readonly password: Uint8Array;
  /** Of the U-Key, where the slot has one. */
  readonly pin?: Uint8Array | undefined;
}

/** The processes that exist only while unlocked. */
export interface SessionProcesses {
  startStore(): void;
  /** Ends store, device and jobs; the store gets this long to close its files. */
  stopAll(graceMs: number): Promise<void>;
}

/** Told when a session begins (before it is answered) and ends (while the store still runs). */
export interface SessionListener {
  opened(session: OpenSession): Promise<void> | void;
  closing(): Promise<void> | void;
}

export interface UnlockParts {
  readonly officeDir: string;
  readonly keyslots: string;
  readonly store: StoreCaller;
  readonly device: DeviceCaller;
  readonly processes: SessionProcesses;
  readonly sessions: SessionHolder;
  readonly listeners: readonly SessionListener[];
  readonly machine: MachineSecretProvider;
  readonly clock: HighestSeen;
  /** The emergency reader stands in for the store: there is no journal. */
  isEmergency(): boolean;
  /** Rule pack in force, as JSON. */
  readonly rulePack: unknown;
  /** Fetches statements with the device's key where the stored ones have run out; null when offline. */
  refreshStatements(office: OfficeFile, keys: KeyRing): Promise<OfficeFile | null>;
  /** Keeps the office's file. */
  saveOffice(office: OfficeFile): Promise<void>;
  readonly opensRealOffices: boolean;
  /** A session counts as ended; its keys go as soon as what is under way is put away. */
  onEnding(reason: LockReason): void;
}

/**
 * Opens and ends sessions. The password opens the slot; the role, the regions and the lease come from
 * statements that the server signed, checked here every time: an edited file promotes nobody.
 */
export class UnlockService {
  private turn: Promise<unknown> = Promise.resolve();
  /** Wrong passwords since the last session, for its login entry: the journal is shut meanwhile. */
  private failedTries = 0;
  /** The attempt under way. */
  private opening: AbortController | null = null;

  constructor(private readonly parts: UnlockParts) {}

  /** Opens a session. `password` and `pin` are zeroed. */
  open(office: OfficeFile, input: UnlockInput): Promise<UnlockOutcome> {
    return this.queue(async () => {
      const opening = new AbortController();
      this.opening = opening;
      try {
        return await this.tryOpen(office, input, opening.signal);
      } catch (error) {
        throw opening.signal.aborted ? new AppError('CANCELLED') : error;
      } finally {
        this.opening = null;
        input.password.fill(0);
        input.pin?.fill(0);
      }
    });
  }

  /**
   * Ends the session, or the attempt to open one: files closed, processes ended, keys zeroed. Bounded in time
   * whatever hangs (end-session.ts).
   */
  lock(reason: LockReason): Promise<void> {
    if (this.opening !== null) {
      this.opening.abort();
      // Whatever the attempt waits for in the store, it must not hold the lock up.
      void this.parts.processes.stopAll(0);
    }
    return this.queue(() => this.tryLock(reason));
  }

  /** Whether there is anything that a lock would end. */
  get isActive(): boolean {
    return this.opening !== null || this.parts.sessions.current !== null;
  }

  private async tryOpen(
    office: OfficeFile,
    { badge, password, pin }: UnlockInput,
    signal: AbortSignal,
  ): Promise<UnlockOutcome> {
    const { sessions, machine } = this.parts;
    if (sessions.current !== null) await this.tryLock('person');
    if (!this.parts.opensRealOffices && !office.isPractice)
      throw new AppError('FALLBACK_RESTRICTED');
    const keyslots = await Keyslots.open(this.parts.keyslots);
    if (keyslots === undefined) throw new AppError('STORE_MISSING', { file: 'keyslots.json' });
    if (keyslots.office !== slotOffice(office.office.code, office.ca)) {
      throw new AppError('KEYSLOTS_DAMAGED', {}, 'office.json names another authority');
    }
    const slot = keyslots.slots().find((one) => one.badge === badge);
    if (slot === undefined) throw new AppError('USER_UNKNOWN');
    // A PIN is not spent at the key while no try at the password would be taken.
    const gate = keyslots.gate(badge);
    if (gate.kind !== 'open') return outcomeOf(gate);
    const token = await this.tokenSecret(slot.token, pin);
    if (token !== undefined && !token.ok) return token.error;
    const secret = slot.factors.includes('machine') ? await machine.load() : undefined;
    const opened = await keyslots.openSlot({
      badge,
      password,
      ...(secret === undefined ? {} : { machine: secret }),
      ...(token === undefined ? {} : { token: token.value }),
    });
    secret?.fill(0);
    token?.value.fill(0);
    if (!opened.ok) {
      if (opened.error.kind === 'wrong-password') this.failedTries++;
      return outcomeOf(opened.error);
    }
    try {
      const session = await this.begin(office, badge, opened.value, signal);
      return { outcome: 'opened', session: session.view };
    } catch (error) {
      sessions.close();
      opened.value.zero();
      await this.parts.processes.stopAll(signal.aborted ? 0 : 5_000);
      collectGarbage();
      throw error;
    }
  }

  /** The U-Key's part of the slot; undefined where the slot has none. */
  private async tokenSecret(
    token: SlotToken | undefined,
    pin: Uint8Array | undefined,
  ): Promise<Result<Uint8Array, UnlockOutcome> | undefined> {
    if (token === undefined) return undefined;
    if (pin === undefined) return err({ outcome: 'token-needed' });
    const opened = await openTokenSecret(this.parts.device, token, pin);
    return opened.ok ? opened : err(tokenFailed(opened.error));
  }

  private async begin(
    stored: OfficeFile,
    badge: string,
    keys: KeyRing,
    signal: AbortSignal,
  ): Promise<OpenSession> {
    signal.throwIfAborted();
    const { office, inForce } = await this.statements(stored, badge, keys);
    signal.throwIfAborted();
    demandSameOffice(office, inForce);
    const role = roleOf(inForce, badge);
    const { userId, name, regions } = role;
    const view: SessionView = { userId, badge, name, role: role.role, regions };
    const leaseUntilMs = inForce.lease?.expiresMs ?? null;
    const session: OpenSession = { view, keys, office, leaseUntilMs, roleUntilMs: role.expiresMs };
    await this.openStore(session);
    if (!office.hasJournal && !this.parts.isEmergency())
      await this.parts.saveOffice({ ...office, hasJournal: true });
    await this.demandTime(leaseUntilMs);
    signal.throwIfAborted();
    this.parts.sessions.open(session);
    const payload = { role: role.role, statement: role.serial, failedTries: this.failedTries };
    this.failedTries = 0;
    await this.parts.store.call('auditAppend', { kind: 'login', actor: userId, payload });
    for (const listener of this.parts.listeners) await this.tell(listener, session);
    signal.throwIfAborted();
    return session;
  }

  /** In an emergency what a listener would write is refused; the session opens for looking up all the same. */
  private async tell(listener: SessionListener, session: OpenSession): Promise<void> {
    try {
      await listener.opened(session);
    } catch (error) {
      const isRefused = error instanceof AppError && error.code === 'EMERGENCY_READ_ONLY';
      if (!isRefused) throw error;
    }
  }

  /** Statements in force, fetched anew where the stored ones do not suffice and the server answers. */
  private async statements(
    stored: OfficeFile,
    badge: string,
    keys: KeyRing,
  ): Promise<{ office: OfficeFile; inForce: InForce }> {
    const nowMs = this.parts.clock.highestMs();
    const checks = new StatementChecks(stored.ca, stored.statementCertificate);
    const inForce = await statementsInForce(stored, checks, nowMs);
    const isEnough =
      inForce.lease !== null &&
      inForce.office !== null &&
      inForce.roles.some((one) => one.badge === badge);
    if (isEnough) return { office: stored, inForce };
    const office = await this.parts.refreshStatements(stored, keys);
    const renewed = office === null ? inForce : await statementsInForce(office, checks, nowMs);
    if (renewed.lease === null) throw new AppError('LEASE_ENDED');
    return { office: office ?? stored, inForce: renewed };
  }

  /**
   * The highest time that the office has seen counts, not the machine's clock: set back, it would
   * stretch a lease that has ended.
   */
  private async demandTime(leaseUntilMs: number | null): Promise<void> {
    const { store, clock } = this.parts;
    await learnStoredTime(store, clock);
    if (leaseUntilMs === null || leaseUntilMs <= clock.highestMs())
      throw new AppError('LEASE_ENDED');
  }

  private async openStore(session: OpenSession): Promise<void> {
    const { store, processes, clock, officeDir, rulePack } = this.parts;
    const { view, keys, office } = session;
    processes.startStore();
    const region = this.parts.isEmergency() ? keys.peek('region') : undefined;
    const storeKeys: StoreKeys = {
      ...storeKeysOf(keys),
      ...(region === undefined ? {} : { emergencyLog: sealedLogKey(region) }),
    };
    const [blindKeys, blindKeysBefore] = blindKeysOf(keys);
    try {
      await store.call('open', {
        officeDir,
        keys: storeKeys,
        session: { ...view, deviceId: office.deviceId },
        rulePack,
        ...(blindKeys === undefined ? {} : { blindKeys }),
        ...(blindKeysBefore === undefined ? {} : { blindKeysBefore }),
        create: !office.hasJournal,
      });
    } finally {
      for (const set of [storeKeys, blindKeys, blindKeysBefore])
        for (const key of Object.values(set ?? {})) key.fill(0);
    }
    await store.call('setToday', { today: dayInShanghai(clock.highestMs()) });
  }

  private async tryLock(reason: LockReason): Promise<void> {
    const { sessions, listeners, processes, onEnding } = this.parts;
    const session = sessions.current;
    if (session === null) return;
    const stopAll = processes.stopAll.bind(processes);
    const note = this.note.bind(this);
    await endSession({ sessions, listeners, note, stopAll, onEnding }, session, reason);
  }

  private async note({ view }: OpenSession, reason: LockReason): Promise<void> {
    const { store, clock } = this.parts;
    await keepTime(store, clock).catch(() => undefined);
    const entry = { kind: 'lock', actor: view.userId, payload: { reason } };
    await store.call('auditAppend', entry).catch(() => undefined);
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}
