import type { OutboxCommand } from '../../shared/protocol/outbox';
import type { SqlRunner } from './sql-client';

export type Verdict = 'applied' | 'duplicate' | 'rejected' | 'needs-review';

export interface KeptCommand {
  readonly dseq: number;
  /** Names the command in the chain. */
  readonly hash: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
}

/** The device's last command; holds the device's row so that its commands are taken one request at a time. */
export async function lastCommand(
  runner: SqlRunner,
  device: string,
): Promise<KeptCommand | undefined> {
  await runner.query('select 1 from device where id = $1 for update', [device]);
  const [row] = await runner.query<{
    dseq: number;
    hash: string;
    verdict: Verdict;
    reason: string | null;
  }>(
    'select dseq, hash, verdict, reason from outbox where device = $1 order by dseq desc limit 1',
    [device],
  );
  return row;
}

export async function findCommand(
  runner: SqlRunner,
  device: string,
  dseq: number,
): Promise<KeptCommand | undefined> {
  const [row] = await runner.query<{
    dseq: number;
    hash: string;
    verdict: Verdict;
    reason: string | null;
  }>('select dseq, hash, verdict, reason from outbox where device = $1 and dseq = $2', [
    device,
    dseq,
  ]);
  return row;
}

export async function isKeyKnown(runner: SqlRunner, key: string): Promise<boolean> {
  return (await runner.query('select 1 from outbox where key = $1', [key])).length > 0;
}

export type ReceivedCommand = Omit<OutboxCommand, 'kind'> & { readonly kind: string };

/** What is kept of a command beside itself. */
export interface KeptAs extends KeptCommand {
  /** What is stored as unique: the command's own key, or a mark of its own for a duplicate. */
  readonly key: string;
  /** The thing that the command names: a request, an export. */
  readonly subject: string | null;
}

export async function keepCommand(
  runner: SqlRunner,
  command: ReceivedCommand,
  kept: KeptAs,
  nowMs: number,
): Promise<void> {
  await runner.query(
    `insert into outbox (device, dseq, key, kind, actor, base, payload, at_ms, received_ms, hash, verdict, reason,
       sig, own_key, subject)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      command.device,
      command.dseq,
      kept.key,
      command.kind,
      command.actor,
      command.base ?? null,
      command.payload,
      command.atMs,
      nowMs,
      kept.hash,
      kept.verdict,
      kept.reason,
      command.sig,
      command.key,
      kept.subject,
    ],
  );
}

/** What a command is about, where its effects came after it was kept. */
export async function setSubject(
  runner: SqlRunner,
  device: string,
  dseq: number,
  subject: string | null,
): Promise<void> {
  await runner.query('update outbox set subject = $3 where device = $1 and dseq = $2', [
    device,
    dseq,
    subject,
  ]);
}

/** Verdicts of a device's commands after a number, in order. */
export async function verdictsAfter(
  runner: SqlRunner,
  device: string,
  dseq: number,
  limit: number,
): Promise<readonly KeptCommand[]> {
  return runner.query<{ dseq: number; hash: string; verdict: Verdict; reason: string | null }>(
    'select dseq, hash, verdict, reason from outbox where device = $1 and dseq > $2 order by dseq limit $3',
    [device, dseq, limit],
  );
}

/** A command as the device signed it, with what became of it. */
export interface HistoryEntry {
  readonly command: ReceivedCommand;
  readonly verdict: Verdict;
  readonly reason: string | null;
}

/** The device's commands from a number on, in order; ends before one that was kept without its signature. */
export async function commandHistory(
  runner: SqlRunner,
  device: string,
  from: number,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  const rows = await runner.query<{
    dseq: number;
    own_key: string | null;
    kind: string;
    actor: string;
    base: number | null;
    payload: string;
    at_ms: number;
    hash: string;
    sig: string | null;
    verdict: Verdict;
    reason: string | null;
  }>('select * from outbox where device = $1 and dseq >= $2 order by dseq limit $3', [
    device,
    from - 1,
    limit + 1,
  ]);
  const found: HistoryEntry[] = [];
  let previous: string | null = null;
  for (const row of rows) {
    const { dseq, own_key: key, kind, actor, base, payload, sig } = row;
    if (dseq >= from) {
      if (key === null || sig === null || found.length === limit) break;
      const command = {
        device,
        dseq,
        key,
        kind,
        actor,
        ...(base === null ? {} : { base }),
        payload,
        atMs: row.at_ms,
        previous,
        sig,
      };
      found.push({ command, verdict: row.verdict, reason: row.reason });
    }
    previous = row.hash;
  }
  return found;
}

/** The first command of a kind about a subject, from any device. */
export async function commandAbout(
  runner: SqlRunner,
  kind: string,
  subject: string,
): Promise<{ readonly device: string; readonly dseq: number } | undefined> {
  const [row] = await runner.query<{ device: string; dseq: number }>(
    "select device, dseq from outbox where kind = $1 and subject = $2 and verdict <> 'rejected' order by received_ms limit 1",
    [kind, subject],
  );
  return row;
}

/** How history was contradicted, and by whom: `lost` says that we do not have what we confirmed. */
export type OutboxAlarm = 'lost' | 'rewritten' | 'fork' | 'audit' | 'audit-renewal';

/** Notes a contradiction once; `receipt` is our own signed word, where that is the proof. */
export async function noteAlarm(
  runner: SqlRunner,
  device: string,
  kind: OutboxAlarm,
  dseq: number,
  receipt: unknown,
  nowMs: number,
): Promise<void> {
  await runner.query(
    `insert into outbox_alarm (device, kind, dseq, at_ms, receipt) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [device, kind, dseq, nowMs, receipt === null ? null : JSON.stringify(receipt)],
  );
}

/** Contradictions so far, newest first. */
export async function alarmsOf(
  runner: SqlRunner,
  device: string,
): Promise<readonly { readonly kind: OutboxAlarm; readonly dseq: number }[]> {
  return runner.query<{ kind: OutboxAlarm; dseq: number }>(
    'select kind, dseq from outbox_alarm where device = $1 order by at_ms desc, dseq limit 100',
    [device],
  );
}

/** A device's commands by verdict. */
export async function countVerdicts(
  runner: SqlRunner,
  device: string,
): Promise<Readonly<Record<string, number>>> {
  const rows = await runner.query<{ verdict: Verdict; count: number }>(
    'select verdict, count(*)::int as count from outbox where device = $1 group by verdict order by verdict',
    [device],
  );
  return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]));
}
