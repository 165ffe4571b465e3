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
  /** Has the clock learn the server's time of now, within some seconds; nothing where it does not answer. Never rejects. */
  learnTime(): Promise<void>;
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
  const checks = new StatementChecks(stored.ca, stored.statementCertificate);
  const inForce = await statementsInForce(stored, checks, parts.clock.highestMs());
  const isEnough =
    inForce.lease !== null &&
    inForce.office !== null &&
    inForce.roles.some((one) => one.badge === badge);
  if (isEnough) return { office: officeAsSigned(stored, inForce), inForce };
  // They may have ended by a clock alone that was once far ahead, and whatever is fetched would have ended by it too.
  const [office] = await Promise.all([parts.refreshStatements(stored, keys), parts.learnTime()]);
  const renewed = await statementsInForce(office ?? stored, checks, parts.clock.highestMs());
  if (renewed.lease === null) throw new AppError('LEASE_ENDED');
  return { office: officeAsSigned(office ?? stored, renewed), inForce: renewed };
}
