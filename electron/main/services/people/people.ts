import type { Role } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { PeopleList, PersonRow } from '../../../../shared/ipc/routes/people';
import type { RoleStatement } from '../../../../shared/protocol/signed-statement';
import type { Argon2Parameters } from '../../../crypto/kdf';
import { KEY_SET_OF, KEYS_OF } from '../../../crypto/key-ring';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { OpenFault, SlotSummary } from '../../../crypto/slot-summary';
import type { HighestSeen } from '../../../platform/clock';
import type { DeviceCaller } from '../../clients/device-client';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';
import {
  demandTokenSecret,
  openTokenSecret,
  type PinnedKey,
  type TokenSecret,
} from '../tokens/token-secret';
import { type TokenFailed, tokenFailed } from '../tokens/tokens';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import { demandStrength, withNewSlot } from '../unlock/slot-person';
import { StatementChecks } from '../unlock/statement-checks';
import { type InForce, statementsInForce } from '../unlock/statements';
import { ringWithAudit, type TypedParts } from './former-recovery';
import type { RecoveryCustody } from './recovery-custody';
import type { RemovedPeople } from './removed-people';

export interface PeopleParts {
  readonly sessions: SessionHolder;
  readonly store: StoreCaller;
  readonly machine: MachineSecretProvider;
  readonly device: DeviceCaller;
  readonly kdf: () => Promise<Argon2Parameters>;
  readonly clock: HighestSeen;
  readonly nowMs: NowMs;
  readonly custody: RecoveryCustody;
  readonly removed: RemovedPeople;
  /** The office's file with the newest statements. */
  office(): OfficeFile;
  /** Somebody came or went: the unlock page lists others. */
  onChanged(): Promise<void>;
  /** Opens the window in which the parts are handed out; `onClosed`: the person closed it. */
  openWindow(onClosed: () => void): Promise<void>;
  /** Prints that window; nothing is kept. */
  print(): Promise<'printed' | 'cancelled' | 'no-printer'>;
  /** The page shows the list anew. */
  tell(): void;
}

/** Roles that may take a person's way in, or make a new recovery key. */
const REMOVERS: readonly Role[] = ['security-admin', 'head'];

/**
 * Who can unlock this device. Nobody hands out a key that his session does not hold, and nobody comes in without a
 * role statement that the server signed. Every act is in the audit log before it is done.
 */
export class PeopleService {
  /** One confirmation at a time: a key that is pressed twice confirms no part that nobody has seen. */
  private confirming: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: PeopleParts) {}

  /** Everybody who has a way in, and who could get one. */
  async list(): Promise<PeopleList> {
    const { sessions, custody, removed } = this.parts;
    const session = sessions.demand();
    const { roles, office } = await this.inForce();
    const slots = session.keyslots.slots();
    const candidates = roles.filter(({ badge }) => !slots.some((slot) => slot.badge === badge));
    return {
      people: slots.map((slot) => this.row(session, slot, roles)),
      candidates: candidates
        .map(({ badge, name, role }) => ({
          badge,
          name,
          role,
          isGivable: holdsKeysOf(session, role),
        }))
        .sort((a, b) => (a.badge < b.badge ? -1 : 1)),
      minPasswordLength: office?.minPasswordLength ?? 0,
      asksToken: office?.factors.includes('token') ?? false,
      isRotationAdvised: await removed.isRotationAdvised(),
      recovery: recoveryOf(session, custody.isHolding),
    };
  }

  /**
   * Gives a person a way in, by that person's own secrets, which are zeroed. Throws PERSON_UNKNOWN, PERSON_EXISTS,
   * PERSON_KEYS_MISSING, PASSWORD_WEAK, ENROL_NO_KEY_STORE, ENROL_TOKEN_NEEDED and the token's codes.
   */
  async add(badge: string, password: Uint8Array, key?: PinnedKey): Promise<void> {
    const { sessions, machine, kdf, nowMs } = this.parts;
    let token: TokenSecret | undefined;
    try {
      const session = sessions.demand();
      const { roles, office } = await this.inForce();
      const role = roles.find((one) => one.badge === badge);
      if (role === undefined || office === null) throw new AppError('PERSON_UNKNOWN', { badge });
      if (this.slotOf(session, badge) !== undefined) throw new AppError('PERSON_EXISTS', { badge });
      if (!holdsKeysOf(session, role.role)) throw new AppError('PERSON_KEYS_MISSING', { badge });
      demandStrength(password, office.minPasswordLength);
      if (office.factors.includes('token') && key === undefined)
        throw new AppError('ENROL_TOKEN_NEEDED');
      token = key && (await demandTokenSecret(this.parts.device, key));
      const keys = session.keys;
      const person = { role, office, password, token, keys, kdf: await kdf(), nowMs: nowMs() };
      await withNewSlot(
        person,
        machine,
        () => machine.load(),
        async (slot) => {
          await this.audit('person-added', { badge, role: role.role, statement: role.serial });
          await session.keyslots.createSlot(slot);
        },
      );
    } finally {
      password.fill(0);
      key?.pin.fill(0);
      token?.secret.fill(0);
    }
    await this.parts.onChanged();
  }

  /** Takes a person's way in. Throws PERSON_UNKNOWN, PERSON_LAST when no one could read certificates any more. */
  async remove(badge: string): Promise<void> {
    const session = this.parts.sessions.demand();
    demandRole(session, REMOVERS);
    const slot = this.slotOf(session, badge);
    if (slot === undefined) throw new AppError('PERSON_UNKNOWN', { badge });
    if (isLast(session, slot)) throw new AppError('PERSON_LAST', { badge });
    await this.audit('person-removed', { badge });
    await this.parts.removed.remember(slot.slotId);
    await session.keyslots.removeSlot(badge);
    await this.parts.onChanged();
  }

  /** Lets a badge try again. Throws PERSON_UNKNOWN. */
  async release(badge: string): Promise<void> {
    const session = this.parts.sessions.demand();
    demandRole(session, ['security-admin']);
    if (this.slotOf(session, badge) === undefined) throw new AppError('PERSON_UNKNOWN', { badge });
    await this.audit('badge-released', { badge });
    await session.keyslots.resetAttempts(badge);
  }

  /** Sets the session's own password, with the cost that this machine bears now. The secrets are zeroed. */
  async changePassword(
    old: Uint8Array,
    next: Uint8Array,
    pin?: Uint8Array,
  ): Promise<OpenFault | TokenFailed | null> {
    const { sessions, machine, kdf, device } = this.parts;
    try {
      const session = sessions.demand();
      const { badge } = session.view;
      const { office } = await this.inForce();
      if (office === null) throw new AppError('STATEMENT_INVALID');
      demandStrength(next, office.minPasswordLength);
      const slot = this.slotOf(session, badge);
      // A PIN is not spent at the key while no try at the password would be taken.
      const gate = session.keyslots.gate(badge);
      if (gate.kind !== 'open') return gate;
      const token = slot?.token && pin ? await openTokenSecret(device, slot.token, pin) : undefined;
      if (token !== undefined && !token.ok) return tokenFailed(token.error);
      const secret = slot?.factors.includes('machine') ? await machine.load() : undefined;
      const attempt = {
        badge,
        password: old,
        ...(secret ? { machine: secret } : {}),
        ...(token ? { token: token.value } : {}),
      };
      const changed = await session.keyslots
        .changePassword(attempt, next, await kdf())
        .finally(() => {
          secret?.fill(0);
          token?.value.fill(0);
        });
      if (!changed.ok) {
        await this.audit('password-change-refused', { badge, reason: changed.error.kind });
        return changed.error;
      }
      await this.audit('password-changed', { badge });
      return null;
    } finally {
      for (const typed of [old, next, pin]) typed?.fill(0);
    }
  }

  /**
   * Makes a recovery key of the keys that the session holds and, where the parts of the former one are given (zeroed),
   * of the first audit key that it held. The former one opens until both parts are handed out, and nothing after it.
   */
  async makeRecovery(former?: TypedParts): Promise<RouteOutput<'people.make-recovery'>> {
    const { sessions, custody, nowMs } = this.parts;
    try {
      const session = sessions.demand();
      demandRole(session, ['head']);
      const full = former && (await ringWithAudit(session, former));
      if (full?.ok === false) return full.error;
      const holdsAudit = full?.value.has('audit') ?? false;
      await this.audit('recovery-made', { holdsAudit });
      const parts = await session.keyslots
        .createRecovery(full?.value ?? session.keys, nowMs())
        .finally(() => full?.value.zero());
      custody.hold(parts);
      return { outcome: 'made', holdsAudit };
    } finally {
      former?.a.fill(0);
      former?.b.fill(0);
    }
  }

  /** Opens the window that shows the next part. Throws RECOVERY_PARTS_GONE. */
  async handOut(): Promise<void> {
    await this.auditShown();
    await this.parts.openWindow(() => this.parts.tell());
  }

  /** What the window shows. Throws RECOVERY_PARTS_GONE. */
  shown(): Omit<RouteOutput<'handout.shown'>, 'locale' | 'theme'> {
    const { custody, sessions, office } = this.parts;
    const { part, groups, askedGroup } = custody.show();
    const file = office();
    return {
      part,
      groups: [...groups],
      askedGroup,
      office: file.office.name,
      isPractice: file.isPractice,
      madeMs: sessions.demand().keyslots.recovery?.madeMs ?? 0,
    };
  }

  private async auditShown(): Promise<void> {
    const { part } = this.parts.custody.show();
    await this.audit('recovery-shown', { part });
  }

  /** Prints the part that is shown; that it may be on paper is in the log before. Throws RECOVERY_PARTS_GONE. */
  async printShown(): Promise<'printed' | 'cancelled' | 'no-printer'> {
    const { part } = this.parts.custody.show();
    await this.audit('recovery-print-begun', { part });
    const outcome = await this.parts.print();
    if (outcome === 'printed') await this.audit('recovery-printed', { part });
    return outcome;
  }

  /**
   * Confirms the part that is shown; `done` when it was the last one. Where log or file cannot be written the part stays and can be
   * confirmed again: it is in its keeper's hands, and no other copy of it could be made.
   */
  confirmRecovery(typed: string): Promise<'wrong' | 'next' | 'done'> {
    const turn = this.confirming.then(() => this.confirmNow(typed));
    this.confirming = turn.catch(() => undefined);
    return turn;
  }

  private async confirmNow(typed: string): Promise<'wrong' | 'next' | 'done'> {
    const { custody, sessions } = this.parts;
    const session = sessions.demand();
    const { part } = custody.show();
    const { following } = custody;
    if (!custody.isTyped(typed)) return 'wrong';
    await this.audit('recovery-handed-out', { part });
    if (following === null) await session.keyslots.confirmRecovery();
    else await this.audit('recovery-shown', { part: following });
    custody.forget(part);
    if (following !== null) return 'next';
    this.parts.tell();
    return 'done';
  }

  private row(
    { keyslots, view }: OpenSession,
    slot: SlotSummary,
    roles: readonly RoleStatement[],
  ): PersonRow {
    const { badge, displayName, factors, sinceMs } = slot;
    const statement = roles.find((one) => one.badge === badge);
    const gate = keyslots.gate(badge);
    const isSelf = badge === view.badge;
    const common = {
      badge,
      name: statement?.name ?? displayName,
      role: statement?.role ?? null,
      factors,
      sinceMs: sinceMs === 0 ? null : sinceMs,
      isSelf,
      waitUntilMs: null,
    };
    if (statement === undefined) return { ...common, state: 'no-statement' };
    if (KEY_SET_OF[statement.role] !== slot.keySet) return { ...common, state: 'other-role' };
    if (gate.kind === 'administrator-needed') return { ...common, state: 'locked' };
    if (gate.kind === 'wait')
      return { ...common, state: 'waiting', waitUntilMs: Date.now() + gate.remainingMs };
    return { ...common, state: 'ready' };
  }

  private slotOf({ keyslots }: OpenSession, badge: string): SlotSummary | undefined {
    return keyslots.slots().find((slot) => slot.badge === badge);
  }

  private inForce(): Promise<InForce> {
    const file = this.parts.office();
    const checks = new StatementChecks(file.ca, file.statementCertificate);
    return statementsInForce(file, checks, this.parts.clock.highestMs());
  }

  private async audit(kind: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const actor = this.parts.sessions.demand().view.userId;
    await this.parts.store.call('auditAppend', { kind, actor, payload });
  }
}

function holdsKeysOf({ keys }: OpenSession, role: Role): boolean {
  return KEYS_OF[KEY_SET_OF[role]].every((name) => keys.has(name));
}

/** The last slot, or the last one that reads certificates where no recovery key could make another. */
function isLast({ keyslots }: OpenSession, slot: SlotSummary): boolean {
  const others = keyslots.slots().filter(({ slotId }) => slotId !== slot.slotId);
  if (others.length === 0) return true;
  const isReader = slot.keySet === 'reading' && others.every(({ keySet }) => keySet !== 'reading');
  return isReader && keyslots.recoveryInHand === null;
}

/** The newest recovery key, and the former one where the newest was never handed out. */
function recoveryOf({ keyslots }: OpenSession, isHeld: boolean): PeopleList['recovery'] {
  const { recovery, recoveryInHand } = keyslots;
  if (recovery === null) return { state: 'none', madeMs: null };
  if (isHeld) return { state: 'held', madeMs: recovery.madeMs };
  if (recovery.isHandedOut) return { state: 'handed-out', madeMs: recovery.madeMs };
  return recoveryInHand === null
    ? { state: 'lost', madeMs: recovery.madeMs }
    : { state: 'former', madeMs: recoveryInHand.madeMs };
}

/** The route demands it too; an act of this weight does not rely on one gate. */
function demandRole({ view }: OpenSession, roles: readonly Role[]): void {
  if (!roles.includes(view.role)) throw new AppError('FORBIDDEN', {}, `as ${view.role}`);
}
