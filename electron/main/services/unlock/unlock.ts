import { AppError } from '../../../../shared/errors/app-error';
import type { LockReason } from '../../../../shared/ipc/routes/app';
import { dayInShanghai } from '../../../../shared/kernel/day';
import { err, type Result } from '../../../../shared/kernel/result';
import { KEY_SET_OF, type KeyRing } from '../../../crypto/key-ring';
import type { SlotToken } from '../../../crypto/keyslot-parts';
import type { Keyslots } from '../../../crypto/keyslots';
import { sealedLogKey } from '../../../crypto/sealed-log';
import { collectGarbage } from '../../../platform/collect-garbage';
import type { StoreKeys } from '../../../store/protocol';
import type { SliceFault } from '../../../store/recovery/calls';
import type { StoreCaller } from '../../clients/store-client';
import { ownAddress } from '../desk/own-address';
import { openTokenSecret, tokenIdOf } from '../tokens/token-secret';
import { tokenFailed } from '../tokens/tokens';
import { keepTime, learnStoredTime } from './clock-fact';
import { endSession, letGo } from './end-session';
import { blindKeysOf, storeKeysOf } from './key-copies';
import type { OfficeFile } from './office-file';
import { openKeyslots } from './office-keyslots';
import { type RecoverInput, type RecoverOutcome, type RecoverParts, recover } from './recover';
import type { OpenSession, SessionHolder, SessionView } from './session';
import { sessionStatements } from './session-statements';
import { slotOutcome } from './slot-outcome';
import { roleOf } from './statements';
import type { Opened, UnlockOutcome } from './unlock-outcome';

/** The session goes on as one that waits for a person's choice. */
class KeptForRecovery extends Error {}

const STORE_GRACE_MS = 5_000;

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
  /** The store runs. */
  hasStore(): boolean;
  /** Ends store, device and jobs; the store gets this long to close its files. */
  stopAll(graceMs: number): Promise<void>;
}

/** Told when a session begins (before it is answered) and ends (while the store still runs). */
export interface SessionListener {
  opened(session: OpenSession): Promise<void> | void;
  closing(): Promise<void> | void;
}

/** Who takes over when a file of the office does not open. */
export interface RecoveryKeeper {
  /** A session is kept without its journal. */
  readonly isHeld: boolean;
  readonly isSliceDamaged: boolean;
  /** Throws what was found in the journal before. */
  demandJournal(): void;
  storeOpened(fault: SliceFault | null): void;
  /** Damage met while the store was being opened is noted: the next opening leads to its mending. */
  metAtOpening(error: unknown): Promise<void>;
  /** Keeps the session and its keys; false where that does not help. */
  hold(session: OpenSession, error: unknown): Promise<boolean>;
  end(): void;
}

export interface UnlockParts extends RecoverParts {
  readonly officeDir: string;
  readonly store: StoreCaller;
  readonly processes: SessionProcesses;
  readonly sessions: SessionHolder;
  readonly listeners: readonly SessionListener[];
  /** The emergency reader stands in for the store: there is no journal. */
  isEmergency(): boolean;
  /** The audit ratchet's first key where this run enrolled the office; the receiver zeroes it. */
  takeFirstAuditKey(): Uint8Array | null;
  /** When the server signed the newest data in the cache of received objects, UTC ms; 0 without. */
  cachedTime(keys: KeyRing): Promise<number>;
  /** Keeps the key of a login open until the session has begun, or drops it. */
  readonly checkpoints: {
    /** Zeroes the PIN. */
    keepOpen(tokenId: string, pin: Uint8Array): Promise<void>;
    drop(): Promise<void>;
  };
  /** Has the store that was opened go by what the centre has marked. */
  settleMarks(): Promise<void>;
  /** Rule pack in force, as JSON. */
  readonly rulePack: unknown;
  /** Fills the ring with the keys of the region that are in force. */
  readonly regionKeys: { fill(session: OpenSession): Promise<void> };
  /** Keeps the office's file. */
  saveOffice(office: OfficeFile): Promise<void>;
  readonly opensRealOffices: boolean;
  readonly recovery: RecoveryKeeper;
  /** A session counts as ended; its keys go as soon as what is under way is put away. */
  onEnding(reason: LockReason): void;
}

/**
 * Opens and ends sessions. The password opens the slot; the role, the regions and the lease come from
 * statements that the server signed, checked here every time: an edited file promotes nobody.
 */
export class UnlockService {
  private turn: Promise<unknown> = Promise.resolve();
  /** The attempt under way. */
  private opening: AbortController | null = null;
  /** A store ended by itself during that attempt: its own, or that of the session before. */
  private hasCrashed = false;

  constructor(private readonly parts: UnlockParts) {}

  /** Opens a session. `password` and `pin` are zeroed. */
  open(office: OfficeFile, input: UnlockInput): Promise<UnlockOutcome> {
    return this.attempt([input.password, input.pin], (signal) =>
      this.tryOpen(office, input, signal).finally(() => this.parts.checkpoints.drop()),
    );
  }

  /**
   * Makes a new way in by the recovery key's two parts and opens the session with it, so that the act is in the
   * audit log at once. Typed parts and password are zeroed.
   */
  recover(office: OfficeFile, input: RecoverInput): Promise<RecoverOutcome | Opened> {
    return this.attempt([input.a, input.b, input.password, input.token?.pin], async (signal) => {
      await this.demandOpenable(office);
      const recovered = await recover(this.parts, office, input);
      if ('outcome' in recovered) return recovered;
      const { keys, keyslots } = recovered;
      const begun = await this.tryBegin(office, input.badge, keys, keyslots, signal);
      // The way in is made; the recovery page takes over by itself.
      if (begun.outcome === 'damaged') throw new AppError('STORE_CORRUPT', { file: 'journal.db' });
      return begun;
    });
  }

  /** Opens a session that was kept for recovery again. */
  resume({ office, view, keys, keyslots }: OpenSession): Promise<UnlockOutcome> {
    return this.attempt([], async (signal) => {
      await this.parts.processes.stopAll(STORE_GRACE_MS);
      return this.tryBegin(office, view.badge, keys, keyslots, signal);
    });
  }

  /** One attempt at a time; a lock ends it. The secrets are zeroed. */
  private attempt<T>(
    secrets: readonly (Uint8Array | undefined)[],
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.queue(async () => {
      const opening = new AbortController();
      this.opening = opening;
      this.hasCrashed = false;
      try {
        return await act(opening.signal);
      } catch (error) {
        if (opening.signal.aborted) throw new AppError('CANCELLED');
        throw this.hasCrashed && isLocked(error) ? new AppError('STORE_CRASHED') : error;
      } finally {
        this.opening = null;
        for (const secret of secrets) secret?.fill(0);
      }
    });
  }

  private async demandOpenable(office: OfficeFile): Promise<void> {
    const { sessions, recovery } = this.parts;
    if (sessions.current !== null || recovery.isHeld) await this.tryLock('person');
    if (!this.parts.opensRealOffices && !office.isPractice)
      throw new AppError('FALLBACK_RESTRICTED');
  }

  /**
   * Ends the session, or the attempt to open one: files closed, processes ended, keys zeroed. Bounded in time
   * whatever hangs (end-session.ts).
   */
  lock(reason: LockReason): Promise<void> {
    if (reason === 'store-crashed') {
      this.hasCrashed = true;
      // An attempt under way meets the end of its store by itself, and one that came after has a store of its own.
      return this.queue(async () => {
        if (!this.parts.processes.hasStore()) await this.tryLock(reason);
      });
    }
    if (this.opening !== null) {
      this.opening.abort();
      // Whatever the attempt waits for in the store, it must not hold the lock up.
      void this.parts.processes.stopAll(0);
    }
    return this.queue(() => this.tryLock(reason));
  }

  /** Whether there is anything that a lock would end. */
  get isActive(): boolean {
    const { sessions, recovery } = this.parts;
    return this.opening !== null || sessions.current !== null || recovery.isHeld;
  }

  private async tryOpen(
    office: OfficeFile,
    { badge, password, pin }: UnlockInput,
    signal: AbortSignal,
  ): Promise<UnlockOutcome> {
    const { machine } = this.parts;
    await this.demandOpenable(office);
    const keyslots = await openKeyslots(this.parts.keyslots, office);
    const slot = keyslots.slots().find((one) => one.badge === badge);
    if (slot === undefined) throw new AppError('USER_UNKNOWN');
    // A PIN is not spent at the key while no try at the password would be taken.
    const gate = keyslots.gate(badge);
    if (gate.kind !== 'open') return slotOutcome(gate);
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
    if (!opened.ok) return slotOutcome(opened.error);
    return this.tryBegin(office, badge, opened.value, keyslots, signal);
  }

  /** Zeroes the keys when no session comes of them. */
  private async tryBegin(
    office: OfficeFile,
    badge: string,
    keys: KeyRing,
    keyslots: Keyslots,
    signal: AbortSignal,
  ): Promise<Opened | { readonly outcome: 'damaged' }> {
    const told: SessionListener[] = [];
    try {
      const session = await this.begin(office, badge, keys, keyslots, signal, told);
      return { outcome: 'opened', session: session.view };
    } catch (error) {
      if (error instanceof KeptForRecovery) return { outcome: 'damaged' };
      this.parts.sessions.beginEnd();
      await letGo(told);
      this.parts.sessions.close();
      keys.zero();
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
    const again = pin.slice();
    const opened = await openTokenSecret(this.parts.device, token, pin);
    // Only a PIN that was right a moment ago is given a second time.
    if (opened.ok) await this.parts.checkpoints.keepOpen(tokenIdOf(token), again);
    again.fill(0);
    return opened.ok ? opened : err(tokenFailed(opened.error));
  }

  private async begin(
    stored: OfficeFile,
    badge: string,
    keys: KeyRing,
    keyslots: Keyslots,
    signal: AbortSignal,
    told: SessionListener[],
  ): Promise<OpenSession> {
    signal.throwIfAborted();
    const { office, inForce } = await sessionStatements(this.parts, stored, badge, keys);
    signal.throwIfAborted();
    const role = roleOf(inForce, badge);
    // The signed role decides, whatever the slot was made for.
    if (!keys.restrict(KEY_SET_OF[role.role])) throw new AppError('ROLE_KEYS_MISSING');
    const { userId, name, regions } = role;
    const view: SessionView = { userId, badge, name, role: role.role, regions };
    const leaseUntilMs = inForce.lease?.expiresMs ?? null;
    const roleUntilMs = role.expiresMs;
    const session: OpenSession = { view, keys, office, leaseUntilMs, roleUntilMs, keyslots };
    await this.parts.regionKeys.fill(session);
    await this.openStore(session).catch(async (error: unknown) => {
      const { recovery } = this.parts;
      if (!signal.aborted && (await recovery.hold(session, error))) throw new KeptForRecovery();
      throw error;
    });
    if (!office.hasJournal && !this.parts.isEmergency())
      await this.parts.saveOffice({ ...office, hasJournal: true });
    await this.demandTime(leaseUntilMs, keys);
    signal.throwIfAborted();
    this.parts.sessions.open(session);
    const { untold } = keyslots;
    const payload = {
      role: role.role,
      statement: role.serial,
      failedTries: untold.find((one) => one.badge === badge)?.tries ?? 0,
      address: ownAddress(),
    };
    await this.parts.store.call('auditAppend', { kind: 'login', actor: userId, payload });
    for (const { badge: tried, tries: failedTries } of untold) {
      if (tried === badge) continue;
      // Whose badge was tried, not who comes in now: nobody knows who tried.
      const actor = inForce.roles.find((one) => one.badge === tried)?.userId ?? '';
      const entry = { kind: 'login-failed', actor, payload: { badge: tried, failedTries } };
      await this.parts.store.call('auditAppend', entry);
    }
    await keyslots.forgetUntold(untold);
    await this.tellRecovered(session);
    for (const listener of this.parts.listeners) {
      // One that fails half-way has something to let go of too.
      told.push(listener);
      await this.tell(listener, session);
      signal.throwIfAborted();
    }
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

  /** Ways in that the recovery key made are in the log from the next opening of the journal on. */
  private async tellRecovered({ keyslots, view }: OpenSession): Promise<void> {
    if (keyslots.recovered.length === 0) return;
    for (const payload of keyslots.recovered) {
      const entry = { kind: 'recovery-used', actor: view.userId, payload };
      await this.parts.store.call('auditAppend', entry);
    }
    await keyslots.forgetRecovered();
  }

  /**
   * The highest time that the office has seen counts, not the machine's clock: set back, it would
   * stretch a lease that has ended.
   */
  private async demandTime(leaseUntilMs: number | null, keys: KeyRing): Promise<void> {
    const { store, clock } = this.parts;
    await learnStoredTime(store, clock);
    // The journal's highest time is out of reach then; what the server signed last is not.
    if (this.parts.isEmergency()) clock.learn(await this.parts.cachedTime(keys));
    const hasEnded = () => leaseUntilMs === null || leaseUntilMs <= clock.highestMs();
    if (hasEnded()) await this.parts.learnTime();
    if (hasEnded()) throw new AppError('LEASE_ENDED');
  }

  private async openStore(session: OpenSession): Promise<void> {
    const { store, processes, clock, officeDir, rulePack } = this.parts;
    const { view, keys, office } = session;
    processes.startStore();
    const isNew = !office.hasJournal && !this.parts.isEmergency();
    const firstAuditKey = isNew ? this.parts.takeFirstAuditKey() : null;
    const region = this.parts.isEmergency() ? keys.peek('region') : undefined;
    const storeKeys: StoreKeys = {
      ...storeKeysOf(keys),
      ...(region === undefined ? {} : { emergencyLog: sealedLogKey(region) }),
      ...(firstAuditKey === null ? {} : { firstAuditKey }),
    };
    const [blindKeys, blindKeysBefore] = blindKeysOf(keys);
    try {
      if (!this.parts.isEmergency()) this.parts.recovery.demandJournal();
      const { fault } = await store.call('open', {
        officeDir,
        keys: storeKeys,
        session: { ...view, deviceId: office.deviceId },
        rulePack,
        ...(blindKeys === undefined ? {} : { blindKeys }),
        ...(blindKeysBefore === undefined ? {} : { blindKeysBefore }),
        create: !office.hasJournal,
        isSliceDamaged: this.parts.recovery.isSliceDamaged,
      });
      this.parts.recovery.storeOpened(fault ?? null);
    } finally {
      for (const set of [storeKeys, blindKeys, blindKeysBefore])
        for (const key of Object.values(set ?? {})) key.fill(0);
    }
    await store.call('setToday', { today: dayInShanghai(clock.highestMs()) });
    await this.parts.settleMarks().catch(async (error: unknown) => {
      await this.parts.recovery.metAtOpening(error);
      throw error;
    });
  }

  private async tryLock(reason: LockReason): Promise<void> {
    const { sessions, listeners, processes, onEnding } = this.parts;
    const session = sessions.current;
    if (session === null) {
      if (!this.parts.recovery.isHeld) return;
      onEnding(reason);
      this.parts.recovery.end();
      await processes.stopAll(STORE_GRACE_MS);
      return;
    }
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

/** Calls to a store that is not there any more. */
function isLocked(error: unknown): boolean {
  return error instanceof AppError && error.code === 'LOCKED';
}
