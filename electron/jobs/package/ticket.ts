import { createHash } from 'node:crypto';
import { FULL_TEMPLATE } from '../../../shared/domain/policy/export-templates';
import { openStatement } from '../../../shared/protocol/signed-statement';
import { ExportTicketSchema, intentBytes } from '../../../shared/protocol/ticket';
import { ticketFault } from '../../../shared/protocol/ticket-fault';
import type { Manifest } from './manifest';
import { isUnderAny, statementCertificate, trustOf } from './statement-key';

/** What a package's second factor is worth. */
export interface TicketJudgement {
  /** It is there, signed by the key that it names, unaltered, and made for this export. */
  readonly isFit: boolean;
  /** And issued under one of the given authorities. */
  readonly isTrusted: boolean;
  readonly detail: string;
  /** When the authority issued it: the package, which holds it, was made after. */
  readonly issuedMs?: number;
}

const NEWER: TicketJudgement = {
  isFit: true,
  isTrusted: false,
  detail:
    'the ticket is as it was signed, and says what this program does not know: whether it covers the export is told by a newer one',
};

const refused = (detail: string): TicketJudgement => ({ isFit: false, isTrusted: false, detail });

/**
 * Checks the ticket in a manifest (server/tickets/FORMAT.md). Whether it was used for another package too is known to
 * the server alone, which is said.
 */
export async function judgeTicket(
  manifest: Manifest,
  roots: readonly Uint8Array[],
  signingTimeMs: number | undefined,
  hasReview: boolean,
): Promise<TicketJudgement> {
  const { ticket: carried, intent, purposeClass } = manifest;
  if (carried === undefined || intent === undefined || purposeClass === undefined)
    return refused('no export ticket: the second factor is missing');
  const certificate = statementCertificate(carried.certificate);
  if (certificate === undefined) return refused('the ticket’s certificate is not for statements');
  // Of a centre that is not known here: nothing about it is wrong, and nothing vouches for it, which the verdict says.
  const isTrusted = isUnderAny(certificate, roots);
  const opened = await openStatement(carried.statement, ExportTicketSchema, trustOf(certificate));
  // Nothing is wrong with it, and nothing that it says is vouched for: as of a centre that is not known here.
  if (!opened.ok && opened.error === 'payload-bad') return { ...NEWER };
  if (!opened.ok) return refused(`the ticket was altered (${opened.error})`);
  const ticket = opened.value;
  const isOfManifest =
    intent.traceId === manifest.traceId &&
    intent.purpose === manifest.purpose &&
    intent.purposeClass === purposeClass &&
    intent.scope === manifest.scope.description &&
    manifest.count <= intent.maxRows;
  if (!isOfManifest) return refused('the manifest is not what the ticket was asked for');
  const times = [manifest.createdAtMs, signingTimeMs, manifest.lastReceipt?.atMs];
  const fault = ticketFault(ticket, {
    office: manifest.office.code,
    device: intent.device,
    userId: intent.userId,
    badge: manifest.requester.badge,
    regions: intent.regions,
    purposeClass,
    count: manifest.count,
    intent: createHash('sha256').update(intentBytes(intent)).digest('hex'),
    // The latest moment that anything in the package names.
    atMs: Math.max(...times.filter((ms) => ms !== undefined)),
    hasReview,
    form: formOf(manifest),
    isGranted: intent.grant !== undefined,
  });
  if (fault !== null) return refused(`ticket ${ticket.id} does not cover this export: ${fault}`);
  const until = new Date(ticket.expiresMs).toISOString().slice(0, 10);
  const said = `ticket ${ticket.id} by ${ticket.way}, until ${until}; whether it was used once only is known to the server`;
  const { issuedMs } = ticket;
  return isTrusted
    ? { isFit: true, isTrusted, detail: said, issuedMs }
    : { isFit: true, isTrusted, detail: `${said}; its authority is not established` };
}

/** A manifest that is silent about its form says by nothing what it lets out: it counts as the full list. */
function formOf({ board, template, intent }: Manifest) {
  if (board !== undefined) return null;
  if (template !== undefined) return { id: template.id, is: template };
  return { id: intent?.template ?? FULL_TEMPLATE.id, is: FULL_TEMPLATE };
}
