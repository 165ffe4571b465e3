import type { ExportPolicy, ExportWay } from '../../shared/domain/policy/export-policy';
import { FULL_TEMPLATE, templatesOf } from '../../shared/domain/policy/export-templates';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import type { ExportIntent, ExportTicket } from '../../shared/protocol/ticket';
import { exportRight } from '../cross-region/export-right';
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
 * A ticket for one export and no other: bound to the digest of its intent. Throws RangeError where the policy, the
 * office's region or, of granted rows, the grant does not allow what the intent says.
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
  demandForm(policy, intent);
  const region = String(office.slice);
  const issuedMs = parts.nowMs();
  const right = intent.grant === undefined ? null : await exportRight(runner, intent, issuedMs);
  if (right === null && !intent.regions.every((one) => one.startsWith(region)))
    throw new RangeError('the scope is not the office’s');
  if (right !== null && right.fault !== null)
    throw new RangeError(`the grant does not let this out: ${right.fault}`);
  const terms = {
    way,
    regions: intent.regions,
    purposes: [intent.purposeClass],
    maxRows: intent.maxRows,
    intent: intentDigest(intent),
    issuedMs,
    // No longer than the grant whose rows it lets out.
    expiresMs: Math.min(issuedMs + VALID_MS[way], right?.untilMs ?? Number.MAX_SAFE_INTEGER),
  };
  const holder = { office: office.code, device: device.id, user };
  return makeTicket(parts.statements, holder, terms, policy);
}

/** Throws RangeError for no form of the policy, or more certificates than one package of it may have. A board has none of them. */
export function demandForm(policy: ExportPolicy, { template, board, maxRows }: ExportIntent): void {
  if (board !== undefined) return;
  const id = template ?? FULL_TEMPLATE.id;
  const form = templatesOf(policy).find((one) => one.id === id);
  if (form === undefined) throw new RangeError(`the policy has no form ${id}`);
  if (maxRows > form.maxRows) throw new RangeError(`the form ${id} holds ${form.maxRows}`);
}
