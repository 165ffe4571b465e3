import { actsOf } from '../../../../shared/domain/audit/acts';
import { AUDIT_EXPORTERS } from '../../../../shared/domain/audit/content';
import type { Role } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import type { AuditVerdict } from '../../../../shared/ipc/routes/audit';
import type { RoleStatement } from '../../../../shared/protocol/signed-statement';
import type { HighestSeen } from '../../../platform/clock';
import type { AuditPlace, AuditRow } from '../../../store/audit-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink } from '../ports';
import type { SigningService } from '../signing/signing';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';
import { statementsInForce } from '../unlock/statements';
import type { SessionListener } from '../unlock/unlock';
import { walkLog } from './walk-log';
import { writeLog } from './write-log';

/** Rows of one page, and calls of the store that one page may take: a rare act is looked for in pieces. */
const PAGE_ROWS = 60;
const MOST_CALLS = 25;

export interface AuditLogParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly clock: HighestSeen;
  readonly signing: Pick<SigningService, 'sign'>;
  office(): OfficeFile;
  chooseFolder(): Promise<string | null>;
}

/**
 * The log as its readers see it: pages of it, a verification to the last entry, and a signed file of it. Reading it is an
 * entry of its own, once a session.
 */
export class AuditLog implements SessionListener {
  private isViewed = false;
  private verdict: AuditVerdict | null = null;
  private running: { isStopped: boolean } | null = null;

  constructor(private readonly parts: AuditLogParts) {}

  opened(): void {
    this.forget();
  }

  closing(): void {
    this.forget();
  }

  async state(): Promise<RouteOutput<'audit.state'>> {
    const { view, office } = this.parts.sessions.demand();
    const people = await this.people();
    const exporters: readonly Role[] = AUDIT_EXPORTERS;
    return {
      people: people.map(({ userId, badge, name }) => ({ userId, badge, name })),
      device: office.deviceId,
      verdict: this.verdict,
      isVerifying: this.running !== null,
      mayExport: exporters.includes(view.role),
    };
  }

  /** A page before an entry. Where little is found, it answers with what it has and from where to ask again. */
  async entries({
    before,
    filter,
  }: ParsedInput<'audit.entries'>): Promise<RouteOutput<'audit.entries'>> {
    const { store, sessions } = this.parts;
    if (!this.isViewed) {
      this.isViewed = true;
      await this.note('audit-viewed', {});
    }
    const { group, ...rest } = filter;
    const narrowed = { ...rest, ...(group === undefined ? {} : { kinds: actsOf(group) }) };
    const rows: AuditRow[] = [];
    let next = before;
    for (let call = 0; call < MOST_CALLS && rows.length < PAGE_ROWS; call++) {
      sessions.demand();
      const limit = PAGE_ROWS - rows.length;
      const page = await store.call('auditPage', { before: next, limit, filter: narrowed });
      rows.push(...page.rows);
      next = page.next;
      if (next === null) break;
    }
    const names = await this.names();
    const entries = rows.map(({ fields, ...row }) => ({
      ...row,
      name: names.get(row.actor) ?? null,
      fields: fields.map((field) => ({ ...field })),
    }));
    return { entries, next };
  }

  /** Verifies the whole log. Throws BUSY, CANCELLED, LOCKED. */
  async verify(): Promise<AuditVerdict> {
    const { store, sessions, events, clock } = this.parts;
    const { keys } = sessions.demand();
    if (this.running !== null) throw new AppError('BUSY');
    const run = { isStopped: false };
    this.running = run;
    try {
      const firstKey = keys.has('audit') ? keys.copy('audit') : undefined;
      const isKeyed = firstKey !== undefined;
      const outcome = await walkLog(
        store,
        firstKey,
        (done, total) => events.emit('audit.progressed', { done, total }),
        () => run.isStopped,
      );
      if (outcome === null) throw new AppError('CANCELLED');
      const names = await this.names();
      const named = (place: AuditPlace | null) =>
        place === null ? null : { ...place, name: names.get(place.actor) ?? null };
      const { broken, head, signatures } = outcome;
      const verdict: AuditVerdict = {
        atMs: clock.highestMs(),
        entries: head.seq,
        head: head.hash,
        isKeyed,
        signatures,
        broken:
          broken === null
            ? null
            : { ...broken, before: named(broken.before), at: named(broken.at) },
      };
      await this.note('audit-verified', {
        entries: head.seq,
        ...(broken === null ? {} : { firstFault: broken.seq, reason: broken.fault }),
      });
      if (!run.isStopped) this.verdict = verdict;
      return verdict;
    } finally {
      if (this.running === run) this.running = null;
    }
  }

  cancel(): void {
    if (this.running !== null) this.running.isStopped = true;
  }

  /** Writes the log, its end signed by the person's U-Key. Throws BUSY, CANCELLED, a token's codes, a disk's. */
  async export(): Promise<RouteOutput<'audit.export'>> {
    const { store, sessions, signing, clock, chooseFolder } = this.parts;
    const session = sessions.demand();
    const folder = await chooseFolder();
    if (folder === null) return { file: null };
    // The file ends with the entry that says it was made.
    const end = await this.note('audit-exported', {});
    const file = await writeLog(store, signing, session, end, folder, clock.highestMs());
    return { file };
  }

  private forget(): void {
    this.cancel();
    this.isViewed = false;
    this.verdict = null;
    this.running = null;
  }

  private note(kind: string, payload: Readonly<Record<string, unknown>>) {
    const { store, sessions } = this.parts;
    const actor = sessions.demand().view.userId;
    return store.call('auditAppend', { kind, actor, payload });
  }

  private async people(): Promise<readonly RoleStatement[]> {
    const file = this.parts.office();
    const checks = new StatementChecks(file.ca, file.statementCertificate);
    const { roles } = await statementsInForce(file, checks, this.parts.clock.highestMs());
    return [...roles].sort((a, b) => (a.badge < b.badge ? -1 : 1));
  }

  /** By user and, as some entries have it, by badge. */
  async names(): Promise<ReadonlyMap<string, string>> {
    const people = await this.people();
    return new Map(
      people.flatMap(({ userId, badge, name }) => [
        [badge, name],
        [userId, name],
      ]),
    );
  }
}
