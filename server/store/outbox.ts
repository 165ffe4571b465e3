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

/** `key` is what is stored as unique: the command's own, or a mark of its own for a duplicate. */
export async function keepCommand(
  runner: SqlRunner,
  command: ReceivedCommand,
  kept: KeptCommand,
  key: string,
  nowMs: number,
): Promise<void> {
  await runner.query(
    `insert into outbox (device, dseq, key, kind, actor, base, payload, at_ms, received_ms, hash, verdict, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      command.device,
      command.dseq,
      key,
      command.kind,
      command.actor,
      command.base ?? null,
      command.payload,
      command.atMs,
      nowMs,
      kept.hash,
      kept.verdict,
      kept.reason,
    ],
  );
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
