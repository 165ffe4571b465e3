import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import {
  type LeaseStatement,
  LeaseStatementSchema,
  type OfficeStatement,
  OfficeStatementSchema,
  type RoleStatement,
  RoleStatementSchema,
} from '../../../../shared/protocol/signed-statement';
import type { OfficeFile } from './office-file';
import type { StatementChecks } from './statement-checks';

const AnySchema = z.discriminatedUnion('type', [
  RoleStatementSchema,
  LeaseStatementSchema,
  OfficeStatementSchema,
]);

/** What the server says about the office, as far as it is signed and in force. */
export interface InForce {
  readonly roles: readonly RoleStatement[];
  readonly lease: LeaseStatement | null;
  readonly office: OfficeStatement | null;
}

type Source = Pick<OfficeFile, 'statements' | 'deviceId' | 'office'>;

/**
 * Opens the stored statements. One that is forged, expired or of another office or device counts as
 * absent; of several for the same person the newest holds.
 */
export async function statementsInForce(
  source: Source,
  checks: StatementChecks,
  nowMs: number,
): Promise<InForce> {
  const roles = new Map<string, RoleStatement>();
  let lease: LeaseStatement | null = null;
  let office: OfficeStatement | null = null;
  for (const envelope of source.statements) {
    const opened = await checks.open(envelope, AnySchema, nowMs);
    if (!opened.ok || opened.value.office !== source.office.code) continue;
    const statement = opened.value;
    if (statement.type === 'role') {
      const known = roles.get(statement.badge);
      if (known === undefined || known.issuedMs <= statement.issuedMs) {
        roles.set(statement.badge, statement);
      }
    } else if (statement.type === 'lease') {
      if (statement.device !== source.deviceId) continue;
      if (lease === null || lease.expiresMs < statement.expiresMs) lease = statement;
    } else if (office === null || office.issuedMs <= statement.issuedMs) {
      office = statement;
    }
  }
  return { roles: [...roles.values()], lease, office };
}

/** The person's role statement in force. Throws STATEMENT_INVALID. */
export function roleOf(inForce: InForce, badge: string): RoleStatement {
  const role = inForce.roles.find((one) => one.badge === badge);
  if (role === undefined) throw new AppError('STATEMENT_INVALID', {}, `no role for ${badge}`);
  return role;
}

/**
 * The office as the server signed it. office.json can be edited: code, region and kind must be those of the statement. The
 * name may become another, and the signed one holds. Throws STATEMENT_INVALID.
 */
export function officeAsSigned(file: OfficeFile, { office: signed }: InForce): OfficeFile {
  const { office, isPractice } = file;
  const isSame =
    signed !== null &&
    signed.office === office.code &&
    signed.region === office.region &&
    signed.isPractice === isPractice;
  if (!isSame)
    throw new AppError('STATEMENT_INVALID', {}, 'office.json differs from its statement');
  return signed.name === office.name ? file : { ...file, office: { ...office, name: signed.name } };
}
