import type { ExportTemplate } from '../../../../shared/domain/policy/export-templates';
import { AppError } from '../../../../shared/errors/app-error';
import type { SignedStatement } from '../../../../shared/protocol/signed-statement';
import {
  type ExportIntent,
  type ExportTicket,
  ExportTicketSchema,
} from '../../../../shared/protocol/ticket';
import { type TicketFault, ticketFault } from '../../../../shared/protocol/ticket-fault';
import type { ExportableGrant } from '../cross-region/exportable';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import { certificateOf, StatementChecks } from '../unlock/statement-checks';
import { type ExportWish, intentDigest } from './plan';

/** An export whose second factor was given: the one thing with which an export begins. Made in this folder alone. */
export interface Admission {
  readonly session: OpenSession;
  readonly wish: ExportWish;
  readonly intent: ExportIntent;
  /** The form that the package has, as the policy says. */
  readonly template: ExportTemplate;
  /** The grant whose rows go out; null: the office's own. */
  readonly granted: ExportableGrant | null;
  /** Certificates of the scope now; never more than the intent's. */
  readonly count: number;
  readonly ticket: ExportTicket;
  readonly envelope: SignedStatement;
}

/**
 * The ticket in an envelope, signed by the office's server and in force at `nowMs`. Throws EXPORT_TICKET_NEWER for one that the server
 * signed and that says what this program does not know: what it would leave unread may be a limit. EXPORT_TICKET_GONE for anything else.
 */
export async function readTicket(
  office: Pick<OfficeFile, 'ca' | 'statementCertificate'>,
  envelope: unknown,
  nowMs: number,
): Promise<ExportTicket> {
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const opened = await checks.open(envelope, ExportTicketSchema, nowMs);
  if (opened.ok) return opened.value;
  if (opened.error === 'payload-bad') throw new AppError('EXPORT_TICKET_NEWER');
  throw new AppError('EXPORT_TICKET_GONE', {}, opened.error);
}

/** Why a ticket does not cover an intent of this session; null: it does. */
export function faultFor(
  { view, office }: OpenSession,
  ticket: ExportTicket,
  intent: ExportIntent,
  at: {
    readonly nowMs: number;
    readonly hasReview: boolean;
    readonly template: ExportTemplate;
  },
): TicketFault | null {
  return ticketFault(ticket, {
    office: office.office.code,
    device: office.deviceId,
    userId: view.userId,
    badge: view.badge,
    regions: intent.regions,
    purposeClass: intent.purposeClass,
    count: intent.maxRows,
    intent: intentDigest(intent),
    atMs: at.nowMs,
    hasReview: at.hasReview,
    form: intent.board === undefined ? { id: at.template.id, is: at.template } : null,
    isGranted: intent.grant !== undefined,
  });
}

/** A fault as the code that a page shows. */
export function faultError(fault: TicketFault): AppError {
  if (fault === 'form') return new AppError('EXPORT_TICKET_FORM', {}, fault);
  const isOver = fault === 'expired' || fault === 'not-yet-valid';
  return new AppError(isOver ? 'EXPORT_TICKET_GONE' : 'EXPORT_TICKET_UNFIT', {}, fault);
}

/** What a manifest carries of the second factor. */
export function carriedTicket({ session, envelope }: Admission) {
  const { raw } = certificateOf(session.office.statementCertificate);
  return { statement: envelope, certificate: Buffer.from(raw).toString('base64') };
}
