import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { outboxContext } from '../../shared/protocol/endpoints';
import {
  HeldReceiptSchema,
  MAX_ASKED,
  MAX_COMMANDS,
  type OutboxAnswerSchema,
  OutboxCommandSchema,
  signedBytes,
  type VerdictSchema,
} from '../../shared/protocol/outbox';
import {
  openStatement,
  type ReceiptStatement,
  ReceiptStatementSchema,
  type SignedStatement,
} from '../../shared/protocol/signed-statement';
import { evidenceIn } from '../commands/evidence-in';
import { judgeContent } from '../commands/judge';
import type { Judgement } from '../commands/judgement';
import type { KeyProvider } from '../keys/key-provider';
import { ownStatements } from '../keys/own-statement';
import type { StatementWriter } from '../keys/statement-writer';
import { decidedVerdicts } from '../store/decisions';
import type { Device } from '../store/devices';
import { nameEvidence } from '../store/evidence';
import {
  commandHistory,
  findCommand,
  type HistoryEntry,
  isKeyKnown,
  type KeptAs,
  type KeptCommand,
  keepCommand,
  lastCommand,
  noteAlarm,
  type ReceivedCommand,
  verdictsAfter,
} from '../store/outbox';
import { withSavepoint } from '../store/savepoint';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { hashOf, type Proof, provenBy } from './proven-by';

export const ReceivedOutboxSchema = z.strictObject({
  commands: z.array(OutboxCommandSchema).max(MAX_COMMANDS),
  receipt: HeldReceiptSchema,
});

const HISTORY_COMMANDS = 50;
/** A page of history stays below this; a single command may be larger. */
const HISTORY_CHARACTERS = 4_000_000;

export interface OutboxParts {
  readonly client: SqlClient;
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly signerRoots: readonly Uint8Array[];
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
}
type Answer = z.infer<typeof OutboxAnswerSchema>;
type DeviceVerdict = z.infer<typeof VerdictSchema>;

function isSigned(device: Device, command: ReceivedCommand): boolean {
  const key = createPublicKey({ key: Buffer.from(device.signKey), format: 'der', type: 'spki' });
  const signature = Buffer.from(command.sig, 'base64url');
  return (
    signature.length === 64 &&
    verify('sha256', signedBytes(command), { key, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

/** A command that cannot be judged must not keep those behind it: a person looks at it. */
const UNJUDGED: Judgement = { verdict: 'needs-review', reason: 'judge-failed', subject: null };

async function judge(
  { keys, statements, nowMs, log, signerRoots }: OutboxParts,
  runner: SqlRunner,
  device: Device,
  command: ReceivedCommand,
  provenMs: number | null,
): Promise<Judgement> {
  const { dseq } = command;
  const content = await keys.openBox(
    Buffer.from(command.payload, 'base64'),
    outboxContext(command.device, dseq),
  );
  // Its bytes may come from now on, whatever is said of it: what no command names is never taken.
  if (content !== undefined) await nameEvidence(runner, device.id, dseq, evidenceIn(content));
  if (await isKeyKnown(runner, command.key))
    return { verdict: 'duplicate', reason: 'key', subject: null };
  if (content === undefined) return { verdict: 'rejected', reason: 'payload', subject: null };
  const { kid } = statements;
  const at = { nowMs: nowMs(), provenMs, isLateAccepted: false };
  const bench = { runner, keys, kid, statements, device, command, ...at, signerRoots };
  return withSavepoint(
    runner,
    () => judgeContent(bench, content),
    (error) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log(`command ${dseq} of device ${device.id} (${command.kind}) not judged: ${detail}`);
      return UNJUDGED;
    },
  );
}

const verdictOf = ({ dseq, verdict, reason }: Omit<KeptCommand, 'hash'>): DeviceVerdict => ({
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
  proven: Proof,
): Promise<{ verdict: DeviceVerdict; last: KeptCommand | undefined }> {
  const { dseq } = command;
  const refused = (verdict: 'rejected' | 'gap', reason: string) => ({
    verdict: { dseq, verdict, reason },
    last,
  });
  const next = (last?.dseq ?? 0) + 1;
  const hash = hashOf(command);
  const contradicts = async (reason: 'fork' | 'chain') => {
    // Whoever sends it may be nobody: only a history that the device itself signed is one.
    if (isSigned(device, command))
      await noteAlarm(runner, device.id, 'fork', dseq, null, parts.nowMs());
    return refused('rejected', reason);
  };
  if (command.device !== device.id) return refused('rejected', 'device');
  if (dseq < next) {
    const kept = await findCommand(runner, device.id, dseq);
    return kept?.hash === hash ? { verdict: verdictOf(kept), last } : contradicts('fork');
  }
  if (dseq > next) return refused('gap', `expected ${next}`);
  if (command.previous !== (last?.hash ?? null)) return contradicts('chain');
  if (!isSigned(device, command)) return refused('rejected', 'signature');
  const judged = await judge(parts, runner, device, command, proven(dseq));
  // The key's uniqueness belongs to the command that had it first.
  const key = judged.verdict === 'duplicate' ? `${device.id}/${dseq}` : command.key;
  const kept: KeptAs = { dseq, hash, key, ...judged };
  await keepCommand(runner, command, kept, parts.nowMs());
  return { verdict: verdictOf(kept), last: kept };
}

/**
 * Compares our own earlier word, which the device kept, with what we have: a receipt beyond our chain says
 * that we lost commands, one of another head that our chain was rewritten. Either is noted with its proof. Answers our word.
 */
async function checkHeld(
  parts: OutboxParts,
  runner: SqlRunner,
  device: Device,
  last: KeptCommand | undefined,
  envelope: SignedStatement | undefined,
): Promise<ReceiptStatement | undefined> {
  if (envelope === undefined) return undefined;
  const { keys, statements, nowMs } = parts;
  const trust = ownStatements(keys, statements.kid, nowMs());
  const opened = await openStatement(envelope, ReceiptStatementSchema, trust);
  if (!opened.ok || opened.value.device !== device.id || opened.value.head === null)
    return undefined;
  const { dseq, head } = opened.value;
  const known = dseq > (last?.dseq ?? 0) ? undefined : await findCommand(runner, device.id, dseq);
  if (known?.hash === head) return opened.value;
  const kind = known === undefined ? 'lost' : 'rewritten';
  await noteAlarm(runner, device.id, kind, dseq, envelope, nowMs());
  return opened.value;
}

/** Takes a device's commands in order and receipts the chain's head. A refused command never undoes one before it. */
export async function takeCommands(
  parts: OutboxParts,
  device: Device,
  commands: readonly ReceivedCommand[],
  held?: SignedStatement,
): Promise<Answer> {
  const { verdicts, last } = await parts.client.transaction(async (runner) => {
    let head = await lastCommand(runner, device.id);
    const word = await checkHeld(parts, runner, device, head, held);
    const proven = provenBy(word, commands);
    const made: DeviceVerdict[] = [];
    for (const command of commands) {
      const taken = await take(parts, runner, device, head, command, proven);
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
const MAX_VERDICTS = 18_000;
/** Decisions of persons in it, the newest: what the device has of them already changes nothing there. */
const MAX_DECIDED = 2_000;

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
  const decided = (await decidedVerdicts(parts.client, device.id, null, MAX_DECIDED)).filter(
    ({ dseq }) => dseq <= settled,
  );
  const verdicts = [...decided, ...kept].map((one) => verdictOf(one));
  return { verdicts, receipt: await signReceipt(parts, device, last) };
}

/** Of some commands of the device those that a person decided by now. */
export async function decidedOf(
  { client }: Pick<OutboxParts, 'client'>,
  device: Device,
  of: readonly number[],
): Promise<{ readonly verdicts: DeviceVerdict[] }> {
  const decided = await decidedVerdicts(client, device.id, of, MAX_ASKED);
  return { verdicts: decided.map(verdictOf) };
}

/** The device's own commands from a number on, for a journal that is older than what we have. */
export async function historyOf(
  { client }: OutboxParts,
  device: Device,
  from: number,
): Promise<{ readonly commands: readonly HistoryEntry[] }> {
  const entries = await commandHistory(client, device.id, from, HISTORY_COMMANDS);
  let characters = 0;
  const page = entries.filter(({ command }, at) => {
    characters += command.payload.length;
    return at === 0 || characters < HISTORY_CHARACTERS;
  });
  return { commands: page };
}
