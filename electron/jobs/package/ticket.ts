import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { openStatement, type StatementTrust } from '../../../shared/protocol/signed-statement';
import { ExportTicketSchema, intentBytes } from '../../../shared/protocol/ticket';
import { ticketFault } from '../../../shared/protocol/ticket-fault';
import type { Manifest } from './manifest';

/** What a package's second factor is worth. */
export interface TicketJudgement {
  /** It is there, signed by the key that it names, unaltered, and made for this export. */
  readonly isFit: boolean;
  /** And issued under one of the given authorities. */
  readonly isTrusted: boolean;
  readonly detail: string;
}

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
  const issuer = roots.flatMap(parsed).find((root) => isUnder(certificate, root));
  if (roots.length > 0 && issuer === undefined)
    return refused('the ticket is of an authority that is not trusted here');
  const opened = await openStatement(carried.statement, ExportTicketSchema, trustOf(certificate));
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
  });
  if (fault !== null) return refused(`ticket ${ticket.id} does not cover this export: ${fault}`);
  const until = new Date(ticket.expiresMs).toISOString().slice(0, 10);
  const said = `ticket ${ticket.id} by ${ticket.way}, until ${until}; whether it was used once only is known to the server`;
  return issuer === undefined
    ? { isFit: true, isTrusted: false, detail: `${said}; its authority is not established` }
    : { isFit: true, isTrusted: true, detail: said };
}

/** As devices pin it: named for statements, no extended usage, no authority of its own. */
function statementCertificate(base64: string): X509Certificate | undefined {
  const [certificate] = parsed(Buffer.from(base64, 'base64'));
  if (certificate === undefined || certificate.ca || certificate.keyUsage !== undefined)
    return undefined;
  const names = certificate.subject.split(/[\n+]/).map((part) => part.trim());
  return names.includes('CN=statements') ? certificate : undefined;
}

function isUnder(certificate: X509Certificate, root: X509Certificate): boolean {
  try {
    return certificate.checkIssued(root) && certificate.verify(root.publicKey);
  } catch {
    return false;
  }
}

/** The ticket's own times are compared with the export's, not with the reader's clock. */
function trustOf(certificate: X509Certificate): StatementTrust {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
  return {
    keys: new Map([[kid, new Uint8Array(spki)]]),
    verify: (key, bytes, signature) => {
      try {
        const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
        return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
      } catch {
        return false;
      }
    },
    nowMs: 0,
    skewMs: Number.MAX_SAFE_INTEGER,
  };
}

function parsed(der: Uint8Array): X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}
