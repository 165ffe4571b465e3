import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { outboxContext } from '../../shared/protocol/endpoints';
import {
  COMMAND_KINDS,
  chainBytes,
  type OutboxAnswerSchema,
  OutboxCommandSchema,
  signedBytes,
  type VerdictSchema,
} from '../../shared/protocol/outbox';
import {
  ReceiptStatementSchema,
  type SignedStatement,
} from '../../shared/protocol/signed-statement';
import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import type { Device } from '../store/devices';
import {
  findCommand,
  isKeyKnown,
  type KeptCommand,
  keepCommand,
  lastCommand,
  type ReceivedCommand,
  type Verdict,
  verdictsAfter,
} from '../store/outbox';
import type { SqlClient, SqlRunner } from '../store/sql-client';

/** As the contract's command, but a kind that this server does not know yet is kept, not refused. */
export const ReceivedCommandSchema = OutboxCommandSchema.extend({
  kind: z.string().min(1).max(40),
});
export const ReceivedOutboxSchema = z.strictObject({
  commands: z.array(ReceivedCommandSchema).min(1).max(200),
});

/** Kinds that are complete once they are kept; the others wait for somebody's decision. */
const KEPT_IS_DONE: ReadonlySet<string> = new Set([
  'export-record',
  'audit-page',
  'feedback',
  'device-act',
]);
const KNOWN: ReadonlySet<string> = new Set(COMMAND_KINDS);

export interface OutboxParts {
  readonly client: SqlClient;
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly nowMs: () => number;
}
type Answer = z.infer<typeof OutboxAnswerSchema>;
type DeviceVerdict = z.infer<typeof VerdictSchema>;

const hashOf = (command: ReceivedCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

function isSigned(device: Device, command: ReceivedCommand): boolean {
  const key = createPublicKey({ key: Buffer.from(device.signKey), format: 'der', type: 'spki' });
  const signature = Buffer.from(command.sig, 'base64url');
  return (
    signature.length === 64 &&
    verify('sha256', signedBytes(command), { key, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

async function judge(
  keys: KeyProvider,
  runner: SqlRunner,
  command: ReceivedCommand,
): Promise<{ verdict: Verdict; reason: string | null }> {
  if (await isKeyKnown(runner, command.key)) return { verdict: 'duplicate', reason: 'key' };
  const payload = await keys.openBox(
    Buffer.from(command.payload, 'base64'),
    outboxContext(command.device, command.dseq),
  );
  if (payload === undefined) return { verdict: 'rejected', reason: 'payload' };
  if (!KNOWN.has(command.kind)) return { verdict: 'needs-review', reason: 'kind' };
  return { verdict: KEPT_IS_DONE.has(command.kind) ? 'applied' : 'needs-review', reason: null };
}

const verdictOf = ({ dseq, verdict, reason }: KeptCommand): DeviceVerdict => ({
  dseq,
  verdict,
  ...(reason === null ? {} : { reason }),
});

/** One command: the kept verdict for a repetition, else its place in the chain, signature and content. */
async function take(
  parts: OutboxParts,
  runner: SqlRunner,
  device: Device,
  last: KeptCommand | undefined,
  command: ReceivedCommand,
): Promise<{ verdict: DeviceVerdict; last: KeptCommand | undefined }> {
  const { dseq } = command;
  const refused = (verdict: 'rejected' | 'gap', reason: string) => ({
    verdict: { dseq, verdict, reason },
    last,
  });
  const next = (last?.dseq ?? 0) + 1;
  const hash = hashOf(command);
  if (dseq < next) {
    const kept = await findCommand(runner, device.id, dseq);
    return kept?.hash === hash ? { verdict: verdictOf(kept), last } : refused('rejected', 'fork');
  }
  if (command.device !== device.id) return refused('rejected', 'device');
  if (dseq > next) return refused('gap', `expected ${next}`);
  if (command.previous !== (last?.hash ?? null)) return refused('rejected', 'chain');
  if (!isSigned(device, command)) return refused('rejected', 'signature');
  const kept: KeptCommand = { dseq, hash, ...(await judge(parts.keys, runner, command)) };
  // The key's uniqueness belongs to the command that had it first.
  const key = kept.verdict === 'duplicate' ? `${device.id}/${dseq}` : command.key;
  await keepCommand(runner, command, kept, key, parts.nowMs());
  return { verdict: verdictOf(kept), last: kept };
}

/** Takes a device's commands in order and receipts the chain's head. A refused command never undoes one before it. */
export async function takeCommands(
  parts: OutboxParts,
  device: Device,
  commands: readonly ReceivedCommand[],
): Promise<Answer> {
  const { verdicts, last } = await parts.client.transaction(async (runner) => {
    let head = await lastCommand(runner, device.id);
    const made: DeviceVerdict[] = [];
    for (const command of commands) {
      const taken = await take(parts, runner, device, head, command);
      head = taken.last;
      made.push(taken.verdict);
    }
    return { verdicts: made, last: head };
  });
  return { verdicts, receipt: await signReceipt(parts, device, last) };
}

function signReceipt(
  parts: Pick<OutboxParts, 'statements' | 'nowMs'>,
  device: Device,
  last: KeptCommand | undefined,
): Promise<SignedStatement> {
  const receipt = ReceiptStatementSchema.parse({
    type: 'receipt',
    device: device.id,
    dseq: last?.dseq ?? 0,
    head: last?.hash ?? null,
    atMs: parts.nowMs(),
  });
  return parts.statements.sign(receipt);
}

/** Verdicts and receipt at once: of a bundle, which carries what the line would have answered. */
const MAX_VERDICTS = 20_000;

/**
 * What the server would say again of a device's commands after `settled`; null before the first command.
 * The receipt names the last command of the answer, or the last of all where that is the same.
 */
export async function answerAgain(
  parts: OutboxParts,
  device: Device,
  settled: number,
): Promise<{ readonly verdicts: DeviceVerdict[]; readonly receipt: SignedStatement } | null> {
  const kept = await verdictsAfter(parts.client, device.id, settled, MAX_VERDICTS);
  const last = kept.at(-1) ?? (await findCommand(parts.client, device.id, settled));
  if (last === undefined) return null;
  return { verdicts: kept.map(verdictOf), receipt: await signReceipt(parts, device, last) };
}
