import type { ExportPolicy, ExportWay } from '../../../../shared/domain/policy/export-policy';
import type { ExportTemplate } from '../../../../shared/domain/policy/export-templates';
import { AppError } from '../../../../shared/errors/app-error';
import { type Filter, FilterSchema } from '../../../../shared/ipc/common';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { dayInShanghai } from '../../../../shared/kernel/day';
import type { BoardState } from '../../../../shared/protocol/board-state';
import { SignedStatementSchema } from '../../../../shared/protocol/signed-statement';
import type { ExportIntent } from '../../../../shared/protocol/ticket';
import { ticketCodeSecret } from '../../../../shared/protocol/ticket-code';
import { figuresIn } from '../../../jobs/package/board/sheet';
import type { StoreCaller } from '../../clients/store-client';
import type { AgreementService } from '../agreement/agreement';
import { demandOpen, type ExportableGrant, grantedForm } from '../cross-region/exportable';
import { wishWords } from '../exports/board/board-words';
import { readBoardSheet } from '../exports/board/read-board';
import { nextTraceId } from '../exports/trace-id';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { LineSetup } from '../sync/line';
import type { Resources } from '../tables/resources';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import { type Admission, faultError, faultFor, readTicket } from './admission';
import { CodeTries } from './code-tries';
import { boardForm, templateOf } from './export-forms';
import { factorsView } from './factors-view';
import { type OfficeExports, officeExports } from './office-exports';
import { type ExportWish, exporterRole, intentOf } from './plan';
import { ExportRequests, type RequestGoing } from './requests';
import { answerServer, askServer } from './server-codes';
import { TicketLedger } from './ticket-ledger';
import { unseal } from './unseal';

export interface AdmissionParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly agreement: Pick<AgreementService, 'demand'>;
  readonly resources: Resources;
  /** Highest time seen: a clock that was set back gains nothing. */
  readonly nowMs: NowMs;
  /** What this device holds of its office now. */
  office(): OfficeFile;
  readonly line?: LineSetup;
  /** The grant with its store, for who may let its rows out. Throws GRANT_GONE, GRANT_NOT_FOR, GRANT_NOT_OPEN. */
  granted(grant: string): Promise<ExportableGrant>;
}

/** How a given factor ended. */
export type Admitted =
  | { readonly outcome: 'admitted'; readonly admission: Admission }
  | { readonly outcome: 'code-wrong'; readonly triesLeft: number }
  | { readonly outcome: 'code-ended' };

/** What is known before a factor is given, so that nothing is used up for an export that would be refused after it. */
export interface Ready {
  readonly hasRecipient: boolean;
}

interface Challenge {
  readonly id: string;
  readonly session: OpenSession;
  readonly wish: ExportWish;
  readonly intent: ExportIntent;
  readonly template: ExportTemplate;
  readonly granted: ExportableGrant | null;
}

/**
 * The second factor of exports. Each way ends in an `Admission`, and an export begins with nothing else: policy, count
 * and ticket are looked at here, by this process, whatever a page asked before or in which order.
 */
export class Admissions {
  readonly ledger: TicketLedger;
  readonly requests: ExportRequests;
  private readonly tries: CodeTries;
  private challenge: Challenge | null = null;

  constructor(private readonly parts: AdmissionParts) {
    this.ledger = new TicketLedger(parts.store);
    this.requests = new ExportRequests(parts.store, parts.outbox);
    this.tries = new CodeTries(parts.store);
  }

  /** A session's challenge ends with it. */
  forget(): void {
    this.challenge = null;
  }

  async said(session = this.parts.sessions.demand()): Promise<OfficeExports> {
    const { store, office, nowMs } = this.parts;
    return officeExports(store, office(), session.view.userId, nowMs());
  }

  /** Count and limits of a scope, of a board of it, or of granted rows, for the person at the desk. */
  async count(filter: Filter, board?: BoardState, grant?: string) {
    const session = this.parts.sessions.demand();
    const { policy } = await this.said(session);
    const count = await this.countOf({ filter, board }, await this.grantedOf({ board, grant }));
    const { maxRows, perDay, perMonth } = policy.limits[exporterRole(session)];
    const used = await this.ledger.used(session.view.userId, this.parts.nowMs());
    return {
      count,
      limit: maxRows,
      usedToday: used.today,
      quotaDay: perDay,
      usedThisMonth: used.month,
      quota: perMonth,
      reviewOver: policy.reviewOver,
    };
  }

  /** Ways, purposes, tickets and requests, for the page. */
  async view(): Promise<RouteOutput<'exports.factors'>> {
    const { userId } = this.parts.sessions.demand().view;
    const taken = await this.ledger.taken();
    const said = await this.said();
    const requests = await this.requests.listWith(said.decisions);
    const recipients = new Map<string, string>();
    for (const { request, isDone } of requests) {
      const going = isDone ? null : await this.requests.going(request);
      if (going?.recipient) recipients.set(request, going.recipient.holder);
    }
    const nowMs = this.parts.nowMs();
    return factorsView(said, { userId, taken, requests, recipients, nowMs });
  }

  /** A code that was handed out before, for a ticket that lies here. `code` is wiped. */
  async byCode(
    wish: ExportWish,
    ticketId: string,
    code: Uint8Array,
    ready?: Ready,
  ): Promise<Admitted> {
    const read = ticketCodeSecret(code);
    code.fill(0);
    if (!read.ok) throw new AppError('EXPORT_CODE_FORM', {}, read.fault);
    try {
      const { session, count, template, granted } = await this.measure(wish, 'code', ready);
      const nowMs = this.parts.nowMs();
      await this.tries.demand(nowMs);
      const { tickets } = await this.said(session);
      const sealed = tickets.find(({ id }) => id === ticketId);
      if (sealed === undefined || (await this.ledger.taken()).has(ticketId))
        throw new AppError('EXPORT_TICKET_GONE', {}, 'not held here');
      const envelope = await unseal(sealed, read.secret);
      if (envelope === undefined) return await this.wrong(session, ticketId, nowMs);
      const intent = await this.intent(session, wish, count, granted);
      return await this.admit({ session, wish, intent, count, template, granted }, envelope);
    } finally {
      read.secret.fill(0);
    }
  }

  /** Has a code sent to the person's phone for exactly this export. Throws codes of the line. */
  async askCode(wish: ExportWish): Promise<RouteOutput<'exports.ask-code'>> {
    const { session, count, template, granted } = await this.measure(wish, 'sms');
    this.challenge = null;
    const intent = await this.intent(session, wish, count, granted);
    const answer = await askServer(session, intent, this.parts.line);
    if (answer.outcome !== 'sent') return answer;
    this.challenge = { id: answer.challenge, session, wish, intent, template, granted };
    const { challenge, to, expiresMs, tries } = answer;
    return { outcome: 'sent', challenge, to, expiresMs, tries };
  }

  /**
   * The code that came, for the export that it was asked for: no other, whatever the page shows by now. What would refuse the
   * export is looked at before the code is sent. Until the export has begun (`begun`) the same code may be given again: the
   * server answers it with the same ticket, so that neither a lost answer nor a closed dialog costs it.
   */
  async byAnswer(challenge: string, code: Uint8Array, ready?: Ready): Promise<Admitted> {
    const digits = Buffer.from(code).toString('latin1').replaceAll(' ', '');
    code.fill(0);
    const asked = this.challenge;
    const session = this.parts.sessions.demand();
    if (asked === null || asked.id !== challenge || asked.session.view !== session.view)
      return { outcome: 'code-ended' };
    if (!/^\d{6}$/.test(digits)) throw new AppError('EXPORT_CODE_FORM', {}, 'six digits');
    const { wish, intent, template, granted } = asked;
    const now = await this.measure(wish, 'sms', ready);
    if (now.count > intent.maxRows)
      throw new AppError('EXPORT_TICKET_UNFIT', {}, 'grown meanwhile');
    const answer = await answerServer(session, challenge, digits, this.parts.line);
    if (answer.outcome === 'wrong') return { outcome: 'code-wrong', triesLeft: answer.triesLeft };
    if (answer.outcome === 'ended') {
      this.challenge = null;
      return { outcome: 'code-ended' };
    }
    demandOpen(granted);
    const count = intent.maxRows;
    return this.admit({ session, wish, intent, count, template, granted }, answer.ticket);
  }

  /** The export holds its ticket: the code that led to it is used up. */
  begun({ intent }: Admission): void {
    if (this.challenge?.intent === intent) this.challenge = null;
  }

  /** Queues a request for somebody's consent. */
  async request(wish: ExportWish, going?: RequestGoing): Promise<{ readonly request: string }> {
    const ready = { hasRecipient: (going?.recipient ?? null) !== null };
    const { session, count, granted } = await this.measure(wish, 'approval', going && ready);
    const intent = await this.intent(session, wish, count, granted);
    return { request: await this.requests.ask(intent, this.parts.nowMs(), going) };
  }

  /** Goes on with what was consented to: scope and purpose are those of the request. Throws EXPORT_NOT_APPROVED. */
  async byDecision(request: string, ready?: Ready): Promise<Admitted> {
    const session = this.parts.sessions.demand();
    const kept = (await this.requests.list()).find((one) => one.request === request);
    const { decisions } = await this.said(session);
    const decision = decisions.find((one) => one.request === request);
    const isOwn = kept?.intent.userId === session.view.userId;
    if (kept === undefined || !isOwn || decision?.decision !== 'approved')
      throw new AppError('EXPORT_NOT_APPROVED');
    const { intent } = kept;
    const filter = FilterSchema.parse(JSON.parse(intent.filter));
    const { purposeClass, purpose, template: asked } = intent;
    const { board, grant } = intent;
    const wish = { filter, purposeClass, purpose, template: asked, board, grant };
    // More certificates by now than were consented to: the ticket does not cover them.
    const { count, template, granted } = await this.measure(wish, 'approval', ready);
    if (count > intent.maxRows) throw new AppError('EXPORT_TICKET_UNFIT', {}, 'grown meanwhile');
    return this.admit({ session, wish, intent, count, template, granted }, decision.ticket);
  }

  /** The last look before the signature: same session, ticket and grant in force. Throws LOCKED, GRANT_GONE and codes of tickets. */
  demand(admission: Admission, hasReview: boolean): void {
    const { sessions, nowMs } = this.parts;
    if (sessions.view === null || sessions.current?.view !== admission.session.view)
      throw new AppError('LOCKED');
    const { session, ticket, intent, granted, template } = admission;
    demandOpen(granted);
    const fault = faultFor(session, ticket, intent, { nowMs: nowMs(), hasReview, template });
    if (fault !== null) throw faultError(fault);
  }

  /** Uses the ticket up, once and for the export that holds it. Throws EXPORT_TICKET_GONE and as `demand`. */
  async spend(admission: Admission, hasReview: boolean): Promise<void> {
    this.demand(admission, hasReview);
    if (!(await this.ledger.spend(admission)))
      throw new AppError('EXPORT_TICKET_GONE', {}, 'not held for this export');
  }

  /**
   * What the office's policy says of this wish, and how many certificates it is. Throws what would refuse the export after the
   * factor too, but where `ready` is absent not for a missing recipient.
   */
  private async measure(wish: ExportWish, way: ExportWay, ready?: Ready) {
    const session = this.parts.sessions.demand();
    await this.parts.agreement.demand('export');
    const { policy } = await this.said(session);
    const limits = this.limits(session, policy);
    if (!policy.ways.includes(way)) throw new AppError('EXPORT_NOT_ALLOWED', {}, way);
    if (!policy.purposes.includes(wish.purposeClass))
      throw new AppError('EXPORT_NOT_ALLOWED', {}, wish.purposeClass);
    const template =
      wish.board === undefined ? templateOf(policy, wish.template) : boardForm(policy);
    if (template === undefined) throw new AppError('EXPORT_NOT_ALLOWED', {}, 'template');
    if (template.needsRecipient && ready?.hasRecipient === false)
      throw new AppError('EXPORT_NEEDS_RECIPIENT');
    const granted = await this.grantedOf(wish);
    const count = await this.countOf(wish, granted);
    if (count === 0) throw new AppError('EXPORT_EMPTY');
    const limit = Math.min(limits.maxRows, template.maxRows);
    if (count > limit) throw new AppError('EXPORT_TOO_LARGE', { count, limit });
    await this.ledger.demandQuota(session.view.userId, count, limits, this.parts.nowMs());
    return { session, count, granted, template: granted ? grantedForm(template) : template };
  }

  /** The grant that a wish names, where it lets its rows out. Throws INPUT_INVALID for a board of one, and codes of grants. */
  private async grantedOf({ grant, board }: Pick<ExportWish, 'grant' | 'board'>) {
    if (grant === undefined) return null;
    if (board !== undefined) throw new AppError('INPUT_INVALID', { field: 'board' });
    return this.parts.granted(grant);
  }

  /** Certificates of a list, numbers of a board. Throws INPUT_INVALID for a board of a day to come. */
  private async countOf(
    { filter, board }: Pick<ExportWish, 'filter' | 'board'>,
    granted: ExportableGrant | null,
  ): Promise<number> {
    const store = granted?.store ?? this.parts.store;
    if (board === undefined) return (await store.call('countFilter', { filter })).count;
    if (board.day > dayInShanghai(this.parts.nowMs()))
      throw new AppError('INPUT_INVALID', { field: 'board.day' });
    const { sheet, facts } = await readBoardSheet(this.parts, filter, board);
    return facts.certificates === 0 ? 0 : figuresIn(sheet);
  }

  limits(session: OpenSession, policy: ExportPolicy) {
    return policy.limits[exporterRole(session)];
  }

  private async intent(
    session: OpenSession,
    wish: ExportWish,
    count: number,
    granted: ExportableGrant | null,
  ) {
    const traceId = await nextTraceId(this.parts.store, this.parts.nowMs());
    const { description: scope } = wishWords(wish, this.parts.resources);
    // Of a grant all of its regions, however few of them a filter leaves: the permit is about the grant.
    const regions = granted?.is.scope.regions;
    return intentOf(session, wish, { traceId, scope, count, regions });
  }

  private async admit(
    asked: Omit<Admission, 'ticket' | 'envelope'>,
    carried: unknown,
  ): Promise<Admitted> {
    const { session, intent, template } = asked;
    const nowMs = this.parts.nowMs();
    const envelope = SignedStatementSchema.safeParse(carried);
    if (!envelope.success) throw new AppError('EXPORT_TICKET_GONE', {}, 'no statement');
    const ticket = await readTicket(session.office, envelope.data, nowMs);
    // Whether a second person signs is known later; it is demanded when the ticket is spent.
    const fault = faultFor(session, ticket, intent, { nowMs, hasReview: true, template });
    if (fault !== null) throw faultError(fault);
    return { outcome: 'admitted', admission: { ...asked, ticket, envelope: envelope.data } };
  }

  private async wrong(session: OpenSession, ticket: string, nowMs: number): Promise<Admitted> {
    const triesLeft = await this.tries.count(nowMs);
    await this.parts.store.call('auditAppend', {
      kind: 'export-code-wrong',
      actor: session.view.userId,
      payload: { ticket },
    });
    return { outcome: 'code-wrong', triesLeft };
  }
}
