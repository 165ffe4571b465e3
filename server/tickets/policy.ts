import { createHash, randomBytes } from 'node:crypto';
import { type ExportPolicy, SAFE_EXPORT_POLICY } from '../../shared/domain/policy/export-policy';
import { base32FromBytes } from '../../shared/kernel/codecs';
import { ExportPolicySchema, ExportPolicyStatementSchema } from '../../shared/protocol/ticket';
import type { SqlRunner } from '../store/sql-client';

/** Tickets of one device that wait to be used. */
export const MAX_OPEN_TICKETS = 60;
const POLICY_MS = 365 * 86_400_000;

/** What an office may let out: as it was set, or the safe default. */
export async function policyOf(runner: SqlRunner, office: string): Promise<ExportPolicy> {
  const [row] = await runner.query<{ policy: string }>(
    'select policy from export_policy where office = $1',
    [office],
  );
  return row === undefined ? SAFE_EXPORT_POLICY : ExportPolicySchema.parse(JSON.parse(row.policy));
}

/** Sets it from parsed JSON. Throws RangeError for anything beyond the bounds. */
export async function setPolicy(
  runner: SqlRunner,
  office: string,
  value: unknown,
  nowMs: number,
): Promise<ExportPolicy> {
  const policy = ExportPolicySchema.safeParse(value);
  if (!policy.success) {
    const issue = policy.error.issues[0];
    throw new RangeError(`export policy: ${issue?.path.join('.')} ${issue?.message}`);
  }
  await runner.query(
    `insert into export_policy (office, policy, changed_ms) values ($1, $2, $3)
     on conflict (office) do update set policy = excluded.policy, changed_ms = excluded.changed_ms`,
    [office, JSON.stringify(policy.data), nowMs],
  );
  return policy.data;
}

/** Payload of the statement that brings it to the office's devices. */
export function policyStatement(office: string, policy: ExportPolicy, nowMs: number): unknown {
  return ExportPolicyStatementSchema.parse({
    type: 'export-policy',
    serial: base32FromBytes(randomBytes(10)),
    office,
    policy,
    issuedMs: nowMs,
    expiresMs: nowMs + POLICY_MS,
  });
}

/** Names a policy's content, for tags. */
export const policyTag = (policy: ExportPolicy): string =>
  createHash('sha256').update(JSON.stringify(policy), 'utf8').digest('base64url').slice(0, 12);
