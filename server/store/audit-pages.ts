import type { AuditPage, AuditRenewal } from '../../shared/protocol/commands';
import type { SqlRunner } from './sql-client';

/** A place in an audit chain; number 0 before its first entry. */
export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

/** Where a device's audit log ends, as far as it was handed in. */
export interface AuditEnd extends AuditPlace {
  /** Number of the chain: 0 for the first, one more with every accepted renewal. */
  readonly chain: number;
}

const BEGINNING: AuditEnd = { chain: 0, seq: 0, hash: '0'.repeat(64) };

/** The end of the device's present chain: its last page, else the place where the centre accepted its beginning. */
export async function auditEnd(runner: SqlRunner, device: string): Promise<AuditEnd> {
  const [begun] = await runner.query<{ chain: number; begins_seq: number; begins_hash: string }>(
    'select chain, begins_seq, begins_hash from audit_chain where device = $1 order by chain desc limit 1',
    [device],
  );
  const chain = begun?.chain ?? 0;
  const [page] = await runner.query<{ last: number; head: string }>(
    'select last, head from audit_page where device = $1 and chain = $2 order by first desc limit 1',
    [device, chain],
  );
  if (page !== undefined) return { chain, seq: page.last, hash: page.head };
  if (begun === undefined) return BEGINNING;
  return { chain, seq: begun.begins_seq, hash: begun.begins_hash };
}

export async function keepAuditPage(
  runner: SqlRunner,
  device: string,
  chain: number,
  page: AuditPage,
  head: string,
  nowMs: number,
): Promise<void> {
  await runner.query(
    'insert into audit_page (device, chain, first, last, head, entries, received_ms) values ($1, $2, $3, $4, $5, $6, $7)',
    [
      device,
      chain,
      page.from,
      page.from + page.entries.length - 1,
      head,
      JSON.stringify(page.entries),
      nowMs,
    ],
  );
}

/** Headers of the page of any of the device's chains that holds an entry, with the page's first number. */
export async function pagesWith(
  runner: SqlRunner,
  device: string,
  seq: number,
): Promise<readonly { readonly first: number; readonly headers: readonly string[] }[]> {
  const rows = await runner.query<{ first: number; entries: readonly { header: string }[] }>(
    'select first, entries from audit_page where device = $1 and first <= $2 and last >= $2 order by chain desc',
    [device, seq],
  );
  return rows.map(({ first, entries }) => ({ first, headers: entries.map((one) => one.header) }));
}

/** Begins the next chain of a device, by an accepted statement of it. What was handed in before stays. */
export async function beginChain(
  runner: SqlRunner,
  device: string,
  dseq: number,
  { cause, begins, told }: AuditRenewal,
  nowMs: number,
): Promise<void> {
  const former = await auditEnd(runner, device);
  await runner.query(
    `insert into audit_chain (device, chain, dseq, cause, begins_seq, begins_hash, told_seq, told_hash, former_seq, former_hash,
       accepted_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      device,
      former.chain + 1,
      dseq,
      cause,
      begins.seq,
      begins.hash,
      told?.seq ?? null,
      told?.hash ?? null,
      former.seq,
      former.hash,
      nowMs,
    ],
  );
}

/** A place where the log of a device does not go on: stays for ever, whoever accepted it. */
export interface AuditGap {
  readonly chain: number;
  readonly cause: AuditRenewal['cause'];
  /** Number of the command that stated it. */
  readonly dseq: number;
  /** The new chain is handed in from the entry after this. */
  readonly after: number;
  /** Last entry of the chain before that the centre has, and the last that the device said there was. */
  readonly former: number;
  readonly told: number | null;
  readonly acceptedMs: number;
}

export async function auditGaps(runner: SqlRunner, device: string): Promise<readonly AuditGap[]> {
  const rows = await runner.query<{
    chain: number;
    cause: AuditRenewal['cause'];
    dseq: number;
    begins_seq: number;
    former_seq: number;
    told_seq: number | null;
    accepted_ms: number;
  }>('select * from audit_chain where device = $1 order by chain', [device]);
  return rows.map((row) => ({
    chain: row.chain,
    cause: row.cause,
    dseq: row.dseq,
    after: row.begins_seq,
    former: row.former_seq,
    told: row.told_seq,
    acceptedMs: row.accepted_ms,
  }));
}
