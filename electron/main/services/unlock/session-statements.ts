import { AppError } from '../../../../shared/errors/app-error';
import type { KeyRing } from '../../../crypto/key-ring';
import type { HighestSeen } from '../../../platform/clock';
import type { OfficeFile } from './office-file';
import { StatementChecks } from './statement-checks';
import { type InForce, officeAsSigned, statementsInForce } from './statements';

export interface StatementParts {
  readonly clock: HighestSeen;
  /** Fetches statements with the device's key where the stored ones have run out; null when offline. */
  refreshStatements(office: OfficeFile, keys: KeyRing): Promise<OfficeFile | null>;
}

/**
 * Statements in force, fetched anew where the stored ones do not suffice for the person and the server answers.
 * Throws LEASE_ENDED, STATEMENT_INVALID.
 */
export async function sessionStatements(
  parts: StatementParts,
  stored: OfficeFile,
  badge: string,
  keys: KeyRing,
): Promise<{ office: OfficeFile; inForce: InForce }> {
  const nowMs = parts.clock.highestMs();
  const checks = new StatementChecks(stored.ca, stored.statementCertificate);
  const inForce = await statementsInForce(stored, checks, nowMs);
  const isEnough =
    inForce.lease !== null &&
    inForce.office !== null &&
    inForce.roles.some((one) => one.badge === badge);
  if (isEnough) return { office: officeAsSigned(stored, inForce), inForce };
  const office = await parts.refreshStatements(stored, keys);
  const renewed = office === null ? inForce : await statementsInForce(office, checks, nowMs);
  if (renewed.lease === null) throw new AppError('LEASE_ENDED');
  return { office: officeAsSigned(office ?? stored, renewed), inForce: renewed };
}
