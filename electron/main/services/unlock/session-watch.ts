import type { LockReason } from '../../../../shared/ipc/routes/app';
import { type Day, dayInShanghai } from '../../../../shared/kernel/day';
import type { HighestSeen } from '../../../platform/clock';
import type { OfficeFile } from './office-file';
import type { OpenSession, SessionHolder } from './session';
import { StatementChecks } from './statement-checks';
import { statementsInForce } from './statements';
import type { SessionListener } from './unlock';

const LOOK_EVERY_MS = 5_000;

export interface SessionWatchParts {
  readonly sessions: SessionHolder;
  readonly clock: HighestSeen;
  lock(reason: LockReason): void;
  /** Another day is today, by the calendar or because the server corrected the clock. */
  dayTurned(today: Day): void;
}

/**
 * What let a session open has to stay true while it is open: the lease and the role statement end it when
 * their time is over by the highest time seen, and a synchronisation that brings another role ends it at once.
 * Statuses are for the day of the same clock: the stores are told when it turns, whatever the wall clock shows.
 */
export class SessionWatch implements SessionListener {
  private timer: NodeJS.Timeout | null = null;
  private day: Day = 0;

  constructor(private readonly parts: SessionWatchParts) {}

  opened(): void {
    this.closing();
    this.day = dayInShanghai(this.parts.clock.highestMs());
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  closing(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** Follows statements that the server renewed: they lengthen the session or end it. */
  async renewed(office: OfficeFile): Promise<void> {
    const { sessions, clock, lock } = this.parts;
    const session = sessions.current;
    if (session === null) return;
    const checks = new StatementChecks(office.ca, office.statementCertificate);
    const { roles, lease } = await statementsInForce(office, checks, clock.highestMs());
    const role = roles.find(({ badge }) => badge === session.view.badge);
    if (sessions.current !== session) return;
    if (role === undefined || !isSameRole(session, role)) {
      lock('role-changed');
      return;
    }
    sessions.renew({
      roleUntilMs: role.expiresMs,
      leaseUntilMs: lease?.expiresMs ?? session.leaseUntilMs,
    });
  }

  private look(): void {
    const session = this.parts.sessions.current;
    if (session === null) return;
    const nowMs = this.parts.clock.highestMs();
    if (session.leaseUntilMs !== null && session.leaseUntilMs <= nowMs) {
      this.parts.lock('lease-ended');
    } else if (session.roleUntilMs <= nowMs) this.parts.lock('role-changed');
    const today = dayInShanghai(nowMs);
    if (today === this.day) return;
    this.day = today;
    this.parts.dayTurned(today);
  }
}

function isSameRole(
  { view }: OpenSession,
  role: { readonly userId: string; readonly role: string; readonly regions: readonly string[] },
): boolean {
  const regions = (list: readonly string[]) => [...list].sort().join(' ');
  return (
    role.userId === view.userId &&
    role.role === view.role &&
    regions(role.regions) === regions(view.regions)
  );
}
