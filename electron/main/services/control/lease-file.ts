import { AppError } from '../../../../shared/errors/app-error';
import { LeaseFileSchema, MAX_LEASE_FILE_BYTES } from '../../../../shared/protocol/control';
import {
  type LeaseStatement,
  LeaseStatementSchema,
  type SignedStatement,
} from '../../../../shared/protocol/signed-statement';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';

/** What a lease file brings. */
export interface LeaseRenewal {
  readonly lease: LeaseStatement;
  /** End of the lease before; null where there was none. */
  readonly formerMs: number | null;
  /** The office's statements with the new lease in the place of the old. */
  readonly statements: readonly SignedStatement[];
}

/**
 * Reads a lease file from outside: size, form, signature, office, device, and that it is newer and not over.
 * Throws FILE_TOO_LARGE, LEASE_FILE_MALFORMED, LEASE_FILE_FORGED, LEASE_FILE_OTHER_OFFICE,
 * LEASE_FILE_OTHER_DEVICE, LEASE_FILE_OLDER, LEASE_FILE_ENDED. `highestMs`: the highest time seen.
 */
export async function readLeaseFile(
  name: string,
  bytes: Uint8Array,
  office: OfficeFile,
  highestMs: number,
): Promise<LeaseRenewal> {
  if (bytes.length > MAX_LEASE_FILE_BYTES)
    throw new AppError('FILE_TOO_LARGE', { name, limitMb: 0.06 });
  const file = LeaseFileSchema.safeParse(parseJson(bytes));
  if (!file.success) throw new AppError('LEASE_FILE_MALFORMED', { name });
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const { statement } = file.data;
  const opened = await checks.openTimeless(statement, LeaseStatementSchema);
  if (!opened.ok) {
    const isOther = opened.error === 'payload-bad' || opened.error === 'malformed';
    throw new AppError(isOther ? 'LEASE_FILE_MALFORMED' : 'LEASE_FILE_FORGED', { name });
  }
  const lease = opened.value;
  if (lease.office !== office.office.code)
    throw new AppError('LEASE_FILE_OTHER_OFFICE', { office: lease.office });
  if (lease.device !== office.deviceId)
    throw new AppError('LEASE_FILE_OTHER_DEVICE', { device: lease.device });
  let formerMs: number | null = null;
  const others: SignedStatement[] = [];
  for (const one of office.statements) {
    const former = await checks.openTimeless(one, LeaseStatementSchema);
    if (!former.ok) others.push(one);
    else if (former.value.device === office.deviceId) {
      if (former.value.issuedMs >= lease.issuedMs) throw new AppError('LEASE_FILE_OLDER');
      formerMs = Math.max(formerMs ?? 0, former.value.expiresMs);
    }
  }
  if (lease.expiresMs <= highestMs) throw new AppError('LEASE_FILE_ENDED');
  return { lease, formerMs, statements: [...others, statement] };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
