import type { ExportWay } from '../../shared/domain/policy/export-policy';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import type { ExportIntent, ExportTicket } from '../../shared/protocol/ticket';
import type { ServerParts } from '../http/parts';
import { findOffice } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { holderOf } from './issue';
import { intentDigest, makeTicket } from './make-ticket';
import { policyOf } from './policy';

/** A code was just answered: the export follows at once. Consent is acted on when the person is back at the desk. */
const VALID_MS: Readonly<Record<Exclude<ExportWay, 'code'>, number>> = {
  sms: 2 * 3_600_000,
  approval: 7 * 86_400_000,
};

/**
 * A ticket for one export and no other: bound to the digest of its intent. Throws RangeError where the policy or the
 * office's region does not allow what the intent says.
 */
export async function boundTicket(
  parts: ServerParts,
  runner: SqlRunner,
  intent: ExportIntent,
  way: Exclude<ExportWay, 'code'>,
): Promise<{ readonly ticket: ExportTicket; readonly envelope: SignedStatement }> {
  const { device, user, role } = await holderOf(runner, intent.device, { userId: intent.userId });
  const office = await findOffice(runner, device.office);
  if (office === undefined) throw new Error(`device ${device.id} without office`);
  const policy = await policyOf(runner, office.code);
  if (!policy.ways.includes(way)) throw new RangeError(`the policy has no ${way}`);
  const { maxRows } = policy.limits[role];
  if (intent.maxRows > maxRows) throw new RangeError(`the policy lets ${role} export ${maxRows}`);
  if (!policy.purposes.includes(intent.purposeClass))
    throw new RangeError(`the policy has no purpose ${intent.purposeClass}`);
  const region = String(office.slice);
  if (!intent.regions.every((one) => one.startsWith(region)))
    throw new RangeError('the scope is not the office’s');
  const issuedMs = parts.nowMs();
  const terms = {
    way,
    regions: intent.regions,
    purposes: [intent.purposeClass],
    maxRows: intent.maxRows,
    intent: intentDigest(intent),
    issuedMs,
    expiresMs: issuedMs + VALID_MS[way],
  };
  const holder = { office: office.code, device: device.id, user };
  return makeTicket(parts.statements, holder, terms, policy);
}
