import type { Verdict } from './outbox';
import type { SqlRunner } from './sql-client';

export type Decided = 'applied' | 'rejected';

/** A command that waits for a person. */
export interface ReviewRow {
  readonly device: string;
  readonly office: string;
  readonly dseq: number;
  readonly hash: string;
  readonly kind: string;
  readonly actor: string;
  readonly base: number | null;
  readonly reason: string | null;
  readonly atMs: number;
  readonly receivedMs: number;
  /** Sealed box, base64. */
  readonly payload: string;
  readonly verdict: Verdict;
}

interface Raw extends Readonly<Record<string, unknown>> {
  readonly device: string;
  readonly office: string;
  readonly dseq: number;
  readonly hash: string;
  readonly kind: string;
  readonly actor: string;
  readonly base: number | null;
  readonly reason: string | null;
  readonly at_ms: number;
  readonly received_ms: number;
  readonly payload: string;
  readonly verdict: Verdict;
}

const rowOf = ({ at_ms: atMs, received_ms: receivedMs, ...row }: Raw): ReviewRow => {
  const { device, office, dseq, hash, kind, actor, base, reason, payload, verdict } = row;
  return {
    device,
    office,
    dseq,
    hash,
    kind,
    actor,
    base,
    reason,
    atMs,
    receivedMs,
    payload,
    verdict,
  };
};

/** Commands under review, the oldest first; of one device where it is named. */
export async function commandsUnderReview(
  runner: SqlRunner,
  device: string | null,
  limit: number,
): Promise<readonly ReviewRow[]> {
  const rows = await runner.query<Raw>(
    `select o.*, d.office from outbox o join device d on d.id = o.device
     where o.verdict = 'needs-review' and coalesce($1, o.device) = o.device order by o.received_ms, o.device, o.dseq limit $2`,
    [device, limit],
  );
  return rows.map(rowOf);
}

export async function findForReview(
  runner: SqlRunner,
  device: string,
  dseq: number,
): Promise<ReviewRow | undefined> {
  const [row] = await runner.query<Raw>(
    'select o.*, d.office from outbox o join device d on d.id = o.device where o.device = $1 and o.dseq = $2',
    [device, dseq],
  );
  return row && rowOf(row);
}

/** What one person proposes to decide; `code` names the command, the verdict and the reason at once. */
export interface Proposal {
  readonly code: string;
  readonly verdict: Decided;
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
}

/** Keeps a proposal; the same one again stays the first person's. */
export async function keepProposal(
  runner: SqlRunner,
  device: string,
  dseq: number,
  { code, verdict, reason, by, atMs }: Proposal,
): Promise<void> {
  await runner.query(
    `insert into outbox_proposal (device, dseq, code, verdict, reason, by_name, at_ms) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing`,
    [device, dseq, code, verdict, reason, by, atMs],
  );
}

export async function findProposal(
  runner: SqlRunner,
  device: string,
  dseq: number,
  code: string,
): Promise<Proposal | undefined> {
  const [row] = await runner.query<{
    verdict: Decided;
    reason: string;
    by_name: string;
    at_ms: number;
  }>('select * from outbox_proposal where device = $1 and dseq = $2 and code = $3', [
    device,
    dseq,
    code,
  ]);
  if (row === undefined) return undefined;
  const { verdict, reason, by_name: by, at_ms: atMs } = row;
  return { code, verdict, reason, by, atMs };
}

/** A decision as it was taken, by two persons. */
export interface Decision {
  readonly code: string;
  readonly verdict: Decided;
  readonly reason: string;
  readonly proposedBy: string;
  readonly confirmedBy: string;
  readonly atMs: number;
}

export async function findDecision(
  runner: SqlRunner,
  device: string,
  dseq: number,
): Promise<Decision | undefined> {
  const [row] = await runner.query<{
    code: string;
    verdict: Decided;
    reason: string;
    proposed_by: string;
    confirmed_by: string;
    at_ms: number;
  }>('select * from outbox_decision where device = $1 and dseq = $2', [device, dseq]);
  if (row === undefined) return undefined;
  const { code, verdict, reason, proposed_by: proposedBy, confirmed_by: confirmedBy } = row;
  return { code, verdict, reason, proposedBy, confirmedBy, atMs: row.at_ms };
}

/** Keeps a decision and makes it the command's verdict; `said` is the reason as the device gets it. */
export async function keepDecision(
  runner: SqlRunner,
  device: string,
  dseq: number,
  decision: Decision,
  said: string,
): Promise<void> {
  const { code, verdict, reason, proposedBy, confirmedBy, atMs } = decision;
  await runner.query(
    `insert into outbox_decision (device, dseq, code, verdict, reason, proposed_by, confirmed_by, at_ms, former_reason)
     select $1, $2, $3, $4, $5, $6, $7, $8, o.reason from outbox o where o.device = $1 and o.dseq = $2`,
    [device, dseq, code, verdict, reason, proposedBy, confirmedBy, atMs],
  );
  await runner.query(
    'update outbox set verdict = $3, reason = $4 where device = $1 and dseq = $2',
    [device, dseq, verdict, said],
  );
}

/** Verdicts of persons on a device's commands: on those asked for, or the newest of all. */
export async function decidedVerdicts(
  runner: SqlRunner,
  device: string,
  of: readonly number[] | null,
  limit: number,
): Promise<
  readonly { readonly dseq: number; readonly verdict: Verdict; readonly reason: string | null }[]
> {
  const rows = await runner.query<{ dseq: number; verdict: Verdict; reason: string | null }>(
    `select o.dseq, o.verdict, o.reason from outbox o join outbox_decision d on d.device = o.device and d.dseq = o.dseq
     where o.device = $1 and ($2::bigint[] is null or o.dseq = any($2::bigint[])) order by d.at_ms desc, o.dseq limit $3`,
    [device, of, limit],
  );
  return rows.map(({ dseq, verdict, reason }) => ({ dseq, verdict, reason }));
}
