import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../shared/domain/model';
import { base32FromBytes } from '../../shared/kernel/codecs';
import {
  type LeaseStatement,
  LeaseStatementSchema,
  type OfficeStatement,
  OfficeStatementSchema,
  type RoleStatement,
  RoleStatementSchema,
  type SignedStatement,
} from '../../shared/protocol/signed-statement';
import type { StatementWriter } from '../keys/statement-writer';
import type { Office, OfficeUser } from '../store/offices';

const DAY_MS = 86_400_000;
const ROLE_DAYS = 90;
const OFFICE_DAYS = 365;
/** A device may be without contact for so long. */
const LEASE_DAYS = 30;

/** Raised with every change of what `officeStatements` writes beside names and dates. */
const STATEMENTS_FORM = 1;

/** Roles that see certificates; the three administrators see none. */
const SEEING: ReadonlySet<Role> = new Set<Role>(['inspector', 'head', 'approver']);

const serial = (): string => base32FromBytes(randomBytes(10));

/** A device's right to work without contact, from now on. */
export function leaseOf(office: string, device: string, nowMs: number): LeaseStatement {
  return LeaseStatementSchema.parse({
    type: 'lease',
    serial: serial(),
    office,
    device,
    issuedMs: nowMs,
    expiresMs: nowMs + LEASE_DAYS * DAY_MS,
  });
}

/**
 * Names what the statements would say. Dates count by the half day only: a device that asks more often has no
 * use for a lease that ends a few minutes later.
 */
export function statementsTag(
  office: Office,
  users: readonly OfficeUser[],
  device: string,
  nowMs: number,
): string {
  const people = users.map(({ userId, badge, name, role }) => [userId, badge, name, role]);
  const { code, name, slice, isPractice, asksToken } = office;
  const said = [STATEMENTS_FORM, code, name, slice, isPractice, asksToken, device, people];
  const text = JSON.stringify([...said, Math.floor(nowMs / (DAY_MS / 2))]);
  return createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 22);
}

/** What the server says of an office to one of its devices: office, lease, one role a user. */
export async function officeStatements(
  writer: StatementWriter,
  office: Office,
  users: readonly OfficeUser[],
  device: string,
  nowMs: number,
): Promise<SignedStatement[]> {
  const region = String(office.slice);
  const about: OfficeStatement = {
    type: 'office',
    serial: serial(),
    office: office.code,
    name: office.name,
    region,
    isPractice: office.isPractice,
    factors: ['password', 'machine', ...(office.asksToken ? (['token'] as const) : [])],
    minPasswordLength: office.isPractice ? 6 : 10,
    issuedMs: nowMs,
    expiresMs: nowMs + OFFICE_DAYS * DAY_MS,
  };
  const roles = users.map(
    ({ userId, badge, name, role }): RoleStatement => ({
      type: 'role',
      serial: serial(),
      office: office.code,
      userId,
      badge,
      name,
      role,
      regions: SEEING.has(role) ? [region] : [],
      issuedMs: nowMs,
      expiresMs: nowMs + ROLE_DAYS * DAY_MS,
    }),
  );
  const payloads = [
    OfficeStatementSchema.parse(about),
    leaseOf(office.code, device, nowMs),
    ...roles.map((role) => RoleStatementSchema.parse(role)),
  ];
  return Promise.all(payloads.map((payload) => writer.sign(payload)));
}
