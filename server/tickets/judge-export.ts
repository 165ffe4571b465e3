import { FULL_TEMPLATE } from '../../shared/domain/policy/export-templates';
import type { CommandPayload } from '../../shared/protocol/commands';
import { openStatement, type SignedStatement } from '../../shared/protocol/signed-statement';
import { type ExportTicket, ExportTicketSchema } from '../../shared/protocol/ticket';
import { ticketFault } from '../../shared/protocol/ticket-fault';
import type { Bench } from '../commands/bench';
import { type Judgement, withoutSigner } from '../commands/judgement';
import {
  type IssuerFault,
  isKnownSigner,
  issuerFault,
  signerOfDer,
} from '../commands/signed-intent';
import { exportRight } from '../cross-region/export-right';
import { ownStatements } from '../keys/own-statement';
import { commandAbout } from '../store/outbox';
import { findTicket, noteUse } from '../store/tickets';
import { countersign } from './countersign';
import { intentDigest } from './make-ticket';
import { areTwoPersons } from './two-persons';

/**
 * Takes the record of an export. A package that left the office needs a ticket of ours that fits it and was used by
 * no other; anything else is refused and stays noted with the reason, for the package exists all the same.
 */
export async function judgeExport(
  bench: Bench,
  record: CommandPayload<'export-record'>,
): Promise<Judgement> {
  const { runner, device } = bench;
  const { traceId } = record;
  const subject = `${device.id}/${traceId}`;
  if ((await commandAbout(runner, 'export-record', subject)) !== undefined) {
    const reason = await secondUse(bench, record);
    return { verdict: 'rejected', reason, subject: null };
  }
  if (record.outcome !== 'sealed') return { verdict: 'applied', reason: null, subject };
  const { id, fault: ticketsFault } = await faultOf(bench, record);
  const signersFault = await signerFault(bench, record);
  const isLate = ticketsFault === null && signersFault === 'signer-late';
  // The ticket is used either way: what waits for persons is the signature alone.
  const fault = isLate ? null : (ticketsFault ?? signersFault);
  const use = { ticket: id, device: device.id, trace: traceId, count: record.count };
  const before = await noteUse(runner, { ...use, atMs: record.atMs, fault });
  const reason = fault ?? (before === undefined ? null : 'used');
  if (isLate && reason === null) return withoutSigner('signer-late');
  if (reason === null) {
    await countersign(bench, record);
    return { verdict: 'applied', reason: null, subject };
  }
  // Refused and yet about this export: a second record of it is known.
  const isOfSigner = ticketsFault === null && reason === signersFault;
  return { verdict: 'rejected', reason: isOfSigner ? reason : `ticket-${reason}`, subject };
}

/**
 * Another record of an export that is known. A journal that was put back counts its trace numbers anew: the same
 * number on another package is another export, and its ticket was used twice.
 */
async function secondUse(
  bench: Bench,
  { traceId, ticket, packageSha256, count, atMs }: CommandPayload<'export-record'>,
): Promise<string> {
  if (ticket === undefined || packageSha256 === null) return 'export-known';
  const { id } = await openTicket(bench, ticket);
  const trace = `${traceId} ${packageSha256.slice(0, 8)}`;
  const use = { ticket: id, device: bench.device.id, trace, count, atMs, fault: 'used' };
  await noteUse(bench.runner, use);
  return 'ticket-used';
}

/**
 * Why a signature on the package does not count. The record brings no chains: authorities between signer and root are
 * configured beside the roots.
 */
async function signerFault(
  bench: Bench,
  { signerCertificate, reviewerCertificate, atMs }: CommandPayload<'export-record'>,
): Promise<IssuerFault | 'signer-other' | null> {
  if (bench.signerRoots.length > 0 && signerCertificate === undefined) return 'signer-issuer';
  for (const one of [signerCertificate, reviewerCertificate]) {
    const der = one === undefined ? undefined : Buffer.from(one, 'base64');
    const fault = der === undefined ? null : await issuerFault(bench, der, [], atMs);
    if (fault !== null) return fault;
  }
  const isOwn =
    signerCertificate === undefined || (await isActorsKey(bench, signerCertificate, atMs));
  return isOwn ? null : 'signer-other';
}

/**
 * Whether the certificate is one that is recorded of who exports, or takes the place of one: whoever's U-Key happens to be in the
 * port signs nobody else's export. Where none was recorded every one counts, and is recorded by it.
 */
async function isActorsKey(bench: Bench, certificate: string, atMs: number): Promise<boolean> {
  const { runner, device, command, nowMs } = bench;
  const signer = signerOfDer(Buffer.from(certificate, 'base64'), device.office, command.actor);
  return signer === null || (await isKnownSigner(runner, signer, atMs, nowMs));
}

/** Another person's certificate beside the first: another key, and another name. */
function isReviewed({ signerCertificate, reviewerCertificate }: CommandPayload<'export-record'>) {
  if (signerCertificate === undefined || reviewerCertificate === undefined) return false;
  return areTwoPersons(
    Buffer.from(signerCertificate, 'base64'),
    Buffer.from(reviewerCertificate, 'base64'),
  );
}

interface Found {
  readonly id: string;
  /** `missing`, `altered`, `unknown`, `revoked`, a fault of `ticketFault`, or of the grant whose rows it let out. */
  readonly fault: string | null;
}

async function faultOf(bench: Bench, record: CommandPayload<'export-record'>): Promise<Found> {
  const { runner, device, command } = bench;
  const { ticket: envelope, intent } = record;
  if (envelope === undefined || intent === undefined) return { id: '', fault: 'missing' };
  const { ticket, id } = await openTicket(bench, envelope);
  if (ticket === null) return { id, fault: 'altered' };
  const kept = await findTicket(runner, ticket.id);
  if (kept === undefined) return { id: ticket.id, fault: 'unknown' };
  const isOfIntent =
    intent.traceId === record.traceId &&
    intent.purpose === record.purpose &&
    intent.userId === command.actor;
  if (!isOfIntent) return { id: ticket.id, fault: 'other-intent' };
  const fault = ticketFault(ticket, {
    office: device.office,
    device: device.id,
    userId: command.actor,
    badge: null,
    regions: intent.regions,
    purposeClass: intent.purposeClass,
    count: record.count,
    intent: intentDigest(intent),
    atMs: record.atMs,
    hasReview: isReviewed(record),
    // What its files hold is in the manifest alone, which the verifier compares with the same ticket.
    form: intent.board === undefined ? { id: intent.template ?? FULL_TEMPLATE.id, is: null } : null,
    isGranted: intent.grant !== undefined,
  });
  if (fault === null && intent.grant !== undefined) {
    const right = await exportRight(runner, intent, record.atMs);
    if (right.fault !== null) return { id: ticket.id, fault: right.fault };
  }
  const isRevoked = kept.revokedMs !== null && kept.revokedMs <= record.atMs;
  return { id: ticket.id, fault: fault ?? (isRevoked ? 'revoked' : null) };
}

/** A ticket of ours; null, without a number, for one that was altered or is another's. */
async function openTicket(
  { keys, kid }: Bench,
  envelope: SignedStatement,
): Promise<{ readonly id: string; readonly ticket: ExportTicket | null }> {
  // Its own times are compared with the export's, not with the moment in which the record came.
  const trust = { ...ownStatements(keys, kid, 0), skewMs: Number.MAX_SAFE_INTEGER };
  const opened = await openStatement(envelope, ExportTicketSchema, trust);
  return opened.ok ? { id: opened.value.id, ticket: opened.value } : { id: '', ticket: null };
}
